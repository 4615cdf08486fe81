"""The data of safetensors files, mapped into memory and written."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spec_compiler import files
from spec_compiler.shortening import shown
from spec_compiler.weights.safetensors import DTYPES, TensorEntry, read_header

_STORED: Final = {name: "<u2" if name == "bfloat16" else name for name in DTYPES.values()}
_FOREIGN: Final = {name: foreign for foreign, name in DTYPES.items()}


class Tensors(Mapping[str, NDArray[Any]]):
    """Tensors of safetensors files by name, each read when it is asked for.

    Arrays are read-only views of the mapped file, except `bfloat16` (returned as the same values in
    `float32`) and `bool`, which are copies.

    Attributes:
        entries: What the checked headers say, of one file or of several.

    Raises:
        OSError: A file cannot be read.
    """

    def __init__(self, entries: Mapping[str, TensorEntry]) -> None:
        self.entries = entries
        self._bytes = {
            file: np.asarray(np.memmap(file, dtype=np.uint8, mode="r"))
            for file in dict.fromkeys(entry.file for entry in entries.values())
        }

    def __getitem__(self, name: str) -> NDArray[Any]:
        entry = self.entries[name]
        raw = self._bytes[entry.file][entry.begin : entry.end]
        if entry.dtype == "bool":
            # Any byte may stand in a stranger's file; NumPy's booleans know only 0 and 1.
            array = raw != 0
        else:
            array = raw.view(np.dtype(_STORED[entry.dtype]).newbyteorder("<"))
        if entry.dtype == "bfloat16":
            array = (array.astype(np.uint32) << 16).view(np.float32)
        array = array.reshape(entry.shape)
        array.flags.writeable = False
        return array

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def copied_bytes(entry: TensorEntry) -> tuple[int, int]:
    """The bytes of an array that is no view of its file, and what making it takes besides."""
    if entry.dtype == "bfloat16":
        size = 4 * math.prod(entry.shape)
        return size, size
    return (math.prod(entry.shape) if entry.dtype == "bool" else 0), 0


def open_tensors(path: str | os.PathLike[str]) -> Tensors:
    """The tensors of a safetensors file by name; the data is read only where it is used.

    Raises:
        Refusal: The file is not sound; see `read_header`.
        OSError: It cannot be read.
    """
    return Tensors(read_header(path))


def write_tensors(
    path: str | os.PathLike[str],
    arrays: Mapping[str, NDArray[Any]],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write arrays as a safetensors file: all of it or nothing, the same bytes for the same arrays.

    Args:
        path: The file to make or to replace.
        arrays: The tensors by name, in any order.
        metadata: Text by name, kept in the header.

    Raises:
        ValueError: The format has no such dtype, or a tensor is called `__metadata__`.
        Refusal: The target is a link, or not a regular file.
        OSError: The file cannot be written.
    """
    for name, array in arrays.items():
        if array.dtype.name not in _FOREIGN or name == "__metadata__":
            raise ValueError(f"safetensors cannot hold {shown(name)} as {array.dtype}")
    # Wide elements first, so that every tensor starts at a multiple of its element's size.
    names = sorted(arrays, key=lambda name: (-arrays[name].dtype.itemsize, name))
    header: dict[str, object] = {}
    if metadata:
        header["__metadata__"] = dict(sorted(metadata.items()))
    offset = 0
    for name in names:
        array = arrays[name]
        header[name] = {
            "dtype": _FOREIGN[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + array.nbytes],
        }
        offset += array.nbytes
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with files.writing(path) as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in names:
            array = arrays[name]
            little = array.astype(array.dtype.newbyteorder("<"), order="C", copy=False)
            file.write(np.ascontiguousarray(little).reshape(-1).view(np.uint8).data)
