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
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.handle import Allowance, Handle, size_in_bytes
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
    """Rows of a part, as they are counted there."""

    part: Part
    first: int
    last: int


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
        *self.starts, rows = accumulate((last - first for _, first, last in parts), initial=0)
        kind = self.parts[0].part
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
        part, first, _ = self.parts[index]
        return part.origin, self.starts[index] - first

    def segments(self, first: int, last: int) -> list[Segment]:
        """Which rows of which parts some rows are."""
        found: list[Segment] = []
        for (part, begin, end), start in zip(self.parts, self.starts, strict=True):
            before, behind = max(first - start, 0), min(last - start, end - begin)
            if before < behind:
                found.append(Segment(part, begin + before, begin + behind))
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
        for part, first, last in self.segments(row, self.shape[0]):
            for piece in part.pieces(first):
                yield piece[: last - first]
                first += len(piece)
                if first >= last:
                    break


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
    first = parts[0]
    for part in parts[1:]:
        if (part.dtype, part.shape[1:]) != (first.dtype, first.shape[1:]):
            raise Refusal(
                "SPC0554",
                f"`{part.origin}` has rows of {_row(part)}, and `{first.origin}` of {_row(first)}",
                help="give one input files of one kind",
            )
    piece = (max(part.at_once for part in parts), *first.shape[1:])
    held = _HELD * size_in_bytes(piece, np.dtype(first.dtype))
    shape = (sum(part.shape[0] for part in parts), *first.shape[1:])

    def load() -> Streamed:
        allowance.take(origin, held, max(part.beside for part in parts))
        return Streamed([Segment(part, 0, part.shape[0]) for part in parts])

    return Handle(name, first.dtype, shape, origin, load, streamed=True)


def in_memory(handle: Handle, allowance: Allowance) -> Handle:
    """The same, whose rows are all in memory once it is loaded, where they would be streamed."""
    if not handle.streamed:
        return handle

    def load() -> NDArray[Any]:
        rows: Streamed = handle.load()
        allowance.take(handle.origin, handle.size)
        values = np.empty(rows.shape, rows.dtype)
        at_once = max(part.at_once for part, _, _ in rows.parts)
        for first in range(0, len(values), at_once):
            values[first : first + at_once] = rows[first : first + at_once]
        return values

    return replace(handle, load=load, streamed=False)


def rows_of_piece(shape: Sequence[int], dtype: str) -> int:
    """How many rows are a piece."""
    of_row = size_in_bytes(shape[1:], np.dtype(dtype))
    return max(PIECE // max(of_row, 1), 1)


def _row(part: Part) -> str:
    return f"{part.dtype}[{', '.join(map(str, part.shape[1:]))}]"
