"""The rows of a run in partitions, which lie in one file each and have its name.

How rows are divided follows from the data alone, and not from how many workers there are: results
are the same bytes, and a run that broke finds the partitions that it had.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data import Handle, Streamed, of_rank, read_one, split_key
from spec_compiler.data.handle import Allowance, size_in_bytes
from spec_compiler.data.streamed import Segment, rows_of_piece
from spec_compiler.refusals import Refusal

_LARGEST: Final = 2**26
"""The bytes of the rows of a partition, of all inputs together."""
_MULTIPLE: Final = 1024
"""What the rows of a partition are a multiple of, where the file has no groups of its own."""


class Rows(NamedTuple):
    """Some rows of a source.

    Attributes:
        source: One file, with a key where it has several arrays.
        first: The first of them.
        last: The one behind them.
        dated: The size of the file and when it was last written, as the run began.
    """

    source: str
    first: int
    last: int
    dated: tuple[int, int]


@dataclass(frozen=True)
class Partition:
    """Rows that run together.

    Attributes:
        name: What its results are called.
        count: How many they are.
        inputs: Where they are, by input.
    """

    name: str
    count: int
    inputs: Mapping[str, tuple[Rows, ...]]


@dataclass(frozen=True, slots=True)
class _Mapped:
    """An array of a file that is mapped, or in memory, as a part of what is streamed."""

    path: str
    origin: str
    array: NDArray[Any]
    begins: Sequence[int] = ()
    beside: int = 0

    @property
    def dtype(self) -> str:
        return self.array.dtype.name

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    @property
    def at_once(self) -> int:
        return rows_of_piece(self.shape, self.dtype)

    def pieces(self, first: int) -> Iterator[NDArray[Any]]:
        for at in range(first, len(self.array), self.at_once):
            yield np.array(self.array[at : at + self.at_once])


def streamed(handle: Handle, array: Any) -> Streamed:
    """What a handle loads as rows that are streamed.

    Args:
        handle: Where it is.
        array: What it loaded.

    Raises:
        Refusal: It is not rows of a file.
    """
    if isinstance(array, Streamed):
        return array
    path = split_key(handle.origin)[0]
    if handle.sparse or not handle.shape or not os.path.exists(path):
        raise Refusal(
            "SPC0525",
            f"`{handle.origin}` is not rows of a file, which can be divided",
            help="write the data as `.npy` or `.parquet`",
        )
    return Streamed([Segment.whole(_Mapped(path, handle.origin, array))])


def loaded(rows: Sequence[Rows], name: str, rank: int, allowance: Allowance) -> Streamed:
    """The rows of an input, as they are read where they run.

    Raises:
        Refusal: A file is not what it was when the run began, or is refused.
        OSError: A file is not there any more.
    """
    segments: list[Segment] = []
    for source, first, last, dated in rows:
        handle = of_rank(read_one(source, name=name, allowance=allowance), rank)
        whole = streamed(handle, handle.load()).parts[0]
        segments.append(Segment(whole.part, first, last, dated))
        segments[-1].require_same()
    return Streamed(segments)


def divided(inputs: Mapping[str, Streamed]) -> list[Partition]:
    """The partitions of a run.

    Args:
        inputs: The rows of each input, of one number for all. Partitions are those of the input
            that lies in most files, and where a file is large, stretches of it.

    Raises:
        Refusal: Two would have one name.
    """
    leading = max(inputs.values(), key=lambda rows: len(rows.parts))
    folder = _above([item.part.origin for item in leading.parts])
    of_row = sum(size_in_bytes(rows.shape[1:], rows.dtype) for rows in inputs.values())
    most = max(_LARGEST // max(of_row, 1) // _MULTIPLE * _MULTIPLE, _MULTIPLE)
    found: list[Partition] = []
    for (part, _, count, _), start in zip(leading.parts, leading.starts, strict=True):
        name = _named(part.origin, folder)
        for first, last in _stretches(count, part.begins, most):
            whole = (first, last) == (0, count)
            rows = {
                of: tuple(
                    Rows(os.path.abspath(inside.origin), begin, end, dated)
                    for inside, begin, end, dated in data.segments(start + first, start + last)
                )
                for of, data in inputs.items()
            }
            called = name if whole else f"{name}-{first:010}"
            found.append(Partition(called, last - first, rows))
    for name, count in Counter(part.name for part in found).items():
        if count > 1:
            raise Refusal("SPC0525", f"two files would have the results `{name}`",
                          help="name the files of the input differently")  # fmt: skip
    return found


def _stretches(count: int, begins: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """Where partitions of a file begin and end: with its groups of rows, where it has some."""
    if not count:
        yield 0, 0
    first = 0
    while first < count:
        last = min(first + most, count)
        if last < count and begins:
            last = begins[bisect_right(begins, last) - 1]
            if last <= first:  # a group that is larger than a partition
                behind = bisect_right(begins, first)
                last = begins[behind] if behind < len(begins) else count
        yield first, last
        first = last


def _above(origins: Sequence[str]) -> Path:
    return Path(os.path.commonpath([Path(split_key(of)[0]).absolute().parent for of in origins]))


def _named(origin: str, folder: Path) -> str:
    """What the results of a file are called: by its path below the folder that all share."""
    path = PurePath(split_key(origin)[0])
    inside = Path(path).absolute().relative_to(folder).with_suffix("")
    return "-".join(inside.parts)
