"""Arrays that lie one after the other in several files, as TensorFlow.js writes them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.handle import KNOWN, Allowance, Handle, damaged, refuse_rank
from spec_compiler.files import regular
from spec_compiler.refusals import Refusal


class Entry(NamedTuple):
    """An array of the list.

    Attributes:
        name: Its name.
        dtype: The dtype that it has in the model.
        shape: Its sizes.
        packed: The dtype in which it is stored, what each number is multiplied by, and what is
            added; None where it is stored as it is.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    packed: tuple[str, float, float] | None = None


def read(
    files: Sequence[Path], entries: Sequence[Entry], allowance: Allowance
) -> dict[str, Handle]:
    """The arrays by name. All of the files is read when the first of them is loaded.

    Raises:
        Refusal: The files hold more or less than the list says, or a dtype that is not known.
        OSError: A file cannot be opened.
    """
    origin = f"{files[0]}" if files else "weightsManifest"
    sizes = [regular(file).st_size for file in files]
    stored = {entry.name: _stored(entry, origin) for entry in entries}
    lengths = [stored[entry.name].itemsize * math.prod(entry.shape) for entry in entries]
    if sum(lengths) != sum(sizes) or len(stored) < len(entries):
        raise damaged(origin, f"its list of arrays needs {sum(lengths):,} bytes, and "
                              f"{len(files)} files hold {sum(sizes):,}")  # fmt: skip
    allowance.take(origin, sum(sizes))
    content: list[bytearray] = []

    def load(entry: Entry, start: int, length: int) -> NDArray[Any]:
        if not content:
            content.append(_joined(files, sizes))
        raw = np.frombuffer(
            content[0], stored[entry.name], count=math.prod(entry.shape), offset=start
        )
        values = raw.reshape(entry.shape)
        if entry.packed is None:
            return values.astype(stored[entry.name].newbyteorder("="), copy=False)
        allowance.take(origin, 4 * values.size)
        _, scale, least = entry.packed
        return (values.astype(np.float32) * np.float32(scale) + np.float32(least)).astype(
            entry.dtype
        )

    handles: dict[str, Handle] = {}
    start = 0
    for entry, length in zip(entries, lengths, strict=True):

        def loader(entry: Entry = entry, start: int = start, length: int = length) -> NDArray[Any]:
            return load(entry, start, length)

        handles[entry.name] = Handle(entry.name, entry.dtype, entry.shape, origin, loader)
        start += length
    return handles


def _joined(files: Sequence[Path], sizes: Sequence[int]) -> bytearray:
    """What files hold, one after the other."""
    whole = bytearray(sum(sizes))
    left = memoryview(whole)
    for path, size in zip(files, sizes, strict=True):
        with open(path, "rb") as file:
            if file.readinto(left[:size]) != size:
                raise damaged(f"{path}", "it has become shorter while it was read")
        left = left[size:]
    return whole


def _stored(entry: Entry, origin: str) -> np.dtype[Any]:
    refuse_rank(len(entry.shape), origin)
    name = entry.packed[0] if entry.packed else entry.dtype
    if name not in KNOWN or entry.dtype not in KNOWN:
        raise Refusal("SPC0561", f"`{entry.name}` in `{origin}` has the dtype `{name}`")
    return np.dtype(name).newbyteorder("<")
