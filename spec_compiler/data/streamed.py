"""Rows that are read as they are asked for, from one file after the other, a piece ahead.

A run asks for some rows at a time, in order. What it is given comes out of pieces; while it
computes with one, a thread reads the next. Rows out of order are read from where they are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import accumulate
from typing import Any, Final, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from spec_compiler import files
from spec_compiler.data.handle import Allowance, Handle, damaged, size_in_bytes
from spec_compiler.refusals import Refusal

PIECE: Final = 2**20
"""The bytes that are read at once; a row that is larger is a piece by itself."""
_HELD: Final = 3
"""The pieces that are there at once: what is computed with, what is read, and what lies between."""


class Part(Protocol):
    """Rows that lie in one file."""

    @property
    def origin(self) -> str:
        """Where they are, as a person would write it."""
        ...

    @property
    def path(self) -> str:
        """The file, or the store."""
        ...

    @property
    def dtype(self) -> str:
        """NumPy's name of their dtype."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """How many there are, and the sizes of one."""
        ...

    @property
    def begins(self) -> Sequence[int]:
        """Rows that can be read without those before them; none where all can be."""
        ...

    @property
    def at_once(self) -> int:
        """The most rows that a piece has."""
        ...

    @property
    def beside(self) -> int:
        """The bytes that making a piece takes besides."""
        ...

    def pieces(self, first: int) -> Iterator[NDArray[Any]]:
        """The rows from `first` to the end, some at a time.

        Raises:
            Refusal: They are not numbers of that dtype and shape.
            OSError: They cannot be read.
        """
        ...


class Segment(NamedTuple):
    """Rows of a part, as they are counted there.

    Attributes:
        part: Which.
        first: The first of them.
        last: The one behind them.
        dated: The size of the file and when it was last written, as it was looked at.
    """

    part: Part
    first: int
    last: int
    dated: tuple[int, int]

    @classmethod
    def whole(cls, part: Part) -> Self:
        """All rows of a part, as its file is now."""
        return cls(part, 0, part.shape[0], files.dated(part.path))

    def require_same(self) -> None:
        """Ask whether the file is what it was.

        Raises:
            Refusal: It has been written since.
            OSError: It is not there any more.
        """
        if files.dated(self.part.path) != self.dated:
            raise changed(self.part.path)


class Streamed:
    """The rows of segments, one after the other: an array that is sliced along its first axis.

    Attributes:
        parts: Where they are; all have the dtype and the sizes of the first.
        dtype: NumPy's.
        shape: The sizes.
        starts: The row with which each segment begins.
    """

    def __init__(self, parts: Sequence[Segment]) -> None:
        self.parts = tuple(parts)
        *self.starts, rows = accumulate((item.last - item.first for item in self.parts), initial=0)
        kind = next((item.part for item in self.parts if item.part.shape[0]), self.parts[0].part)
        self.dtype = np.dtype(kind.dtype)
        self.shape = (rows, *kind.shape[1:])
        self._reader = ThreadPoolExecutor(1, "specc-reads-ahead")
        self._rows: Iterator[NDArray[Any]] = iter(())  # what is still to be read
        self._ahead: Future[NDArray[Any] | None] | None = None
        self._piece = np.empty((0, *self.shape[1:]), self.dtype)
        self._at = -1  # the row with which the piece begins; -1 before anything was read

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def file_of(self, row: int) -> tuple[str, int]:
        """Where a row is, and where the first row of that file is, or would be."""
        index = bisect_right(self.starts, row) - 1
        part, first, *_ = self.parts[index]
        return part.origin, self.starts[index] - first

    def segments(self, first: int, last: int) -> list[Segment]:
        """Which rows of which parts some rows are."""
        found: list[Segment] = []
        for item, start in zip(self.parts, self.starts, strict=True):
            before, behind = max(first - start, 0), min(last - start, item.last - item.first)
            if before < behind:
                begin = item.first
                found.append(item._replace(first=begin + before, last=begin + behind))
        return found

    def __getitem__(self, rows: slice) -> NDArray[Any]:
        first, last, _ = rows.indices(self.shape[0])
        found: list[NDArray[Any]] = []
        while first < last:
            piece = self._holding(first)[first - self._at :][: last - first]
            found.append(piece)
            first += len(piece)
        return found[0] if len(found) == 1 else np.concatenate(found or [self._piece[:0]])

    def _holding(self, row: int) -> NDArray[Any]:
        """The piece that has a row, which comes next or is looked for."""
        if not 0 <= self._at <= row <= self._at + len(self._piece):
            self._rows = self._from(row)
            self._piece, self._at = self._piece[:0], row
            self._ahead = self._reader.submit(next, self._rows, None)
        while row >= self._at + len(self._piece):
            piece = self._ahead.result() if self._ahead is not None else None
            if piece is None:
                raise IndexError(row)
            self._at, self._piece = self._at + len(self._piece), piece
            self._ahead = self._reader.submit(next, self._rows, None)
        return self._piece

    def _from(self, row: int) -> Iterator[NDArray[Any]]:
        for item in self.segments(row, self.shape[0]):
            item.require_same()
            left = item.last - item.first
            for piece in item.part.pieces(item.first):
                rows = piece[:left]
                left -= len(rows)
                if not left:  # nobody may ask for more, so it is now or never
                    item.require_same()
                yield rows
                if not left:
                    break
            else:
                raise changed(item.part.path)


def streamed(parts: Sequence[Part], name: str, origin: str, allowance: Allowance) -> Handle:
    """Parts as one array, once it is seen that they are of one kind.

    Args:
        parts: At least one.
        name: What the array is called.
        origin: Where it is, as a person would write it.
        allowance: What loading it may take: some pieces.

    Raises:
        Refusal: A part has another dtype or other sizes than the first.
    """
    # lists have no length where there are none
    filled = [part for part in parts if part.shape[0]] or parts
    first = filled[0]
    for part in parts:
        like = part.shape[1:] == first.shape[1:] or not part.shape[0]
        if not like or part.dtype != first.dtype:
            raise Refusal(
                "SPC0554",
                f"`{part.origin}` has rows of {_row(part)}, and `{first.origin}` of {_row(first)}",
                help="give one input files of one kind",
            )
    piece = (max(part.at_once for part in filled), *first.shape[1:])
    held = _HELD * size_in_bytes(piece, np.dtype(first.dtype))
    shape = (sum(part.shape[0] for part in parts), *first.shape[1:])
    segments = [Segment.whole(part) for part in parts]

    def load() -> Streamed:
        allowance.take(origin, held, max(part.beside for part in parts))
        return Streamed(segments)

    return Handle(name, first.dtype, shape, origin, load, streamed=True)


def in_memory(handle: Handle, allowance: Allowance) -> Handle:
    """The same, whose rows are all in memory once it is loaded, where they would be streamed."""
    if not handle.streamed:
        return handle

    def load() -> NDArray[Any]:
        rows: Streamed = handle.load()
        allowance.take(handle.origin, handle.size)
        values = np.empty(rows.shape, rows.dtype)
        at_once = max(item.part.at_once for item in rows.parts)
        for first in range(0, len(values), at_once):
            values[first : first + at_once] = rows[first : first + at_once]
        return values

    return replace(handle, load=load, streamed=False)


def changed(path: str) -> Refusal:
    """The refusal of a file that is not what it was when the run began."""
    return damaged(path, "it has changed since the run began")


def rows_of_piece(shape: Sequence[int], dtype: str) -> int:
    """How many rows are a piece."""
    of_row = size_in_bytes(shape[1:], np.dtype(dtype))
    return max(PIECE // max(of_row, 1), 1)


def _row(part: Part) -> str:
    return f"{part.dtype}[{', '.join(map(str, part.shape[1:]))}]"
