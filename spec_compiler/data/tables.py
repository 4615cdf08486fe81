"""Arrays of rank 2 as comma-separated values, with or without a header line.

A table is measured before anything is kept of it, and read in pieces: what is held besides its
numbers does not grow with it.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TextIO

import numpy as np
from numpy.typing import NDArray

from spec_compiler import files
from spec_compiler.data.handle import Allowance, Handle
from spec_compiler.refusals import Refusal
from spec_compiler.shortening import shown

_PIECE: Final = 2**17
"""The characters whose cells are numbers before the next are read."""
_OF_CHARACTER: Final = 48
"""The bytes that a character of a piece takes at most: a line `12` is a text and a number."""
_BLOCK: Final = 2**14
"""The bytes that are measured at a time."""


class _Piece(NamedTuple):
    """Rows of a table, all as long as the first.

    Attributes:
        cells: Of one row after the other.
        lines: For each row, the number of the line on which it ends.
    """

    cells: list[str]
    lines: list[int]

    def place(self, index: int) -> str:
        """Where a cell stands, as a person counts it."""
        width = len(self.cells) // len(self.lines)
        return f"line {self.lines[index // width]}, column {index % width + 1}"


def read(path: str, name: str, allowance: Allowance) -> Handle:
    """The table of a CSV file: int64 when every cell is a whole number, else float64.

    The first line is a header when none of its cells is a number. Blank lines are skipped.

    Args:
        path: The file, in UTF-8.
        name: The name of the array.
        allowance: What reading may take.

    Raises:
        Refusal: It has no cells, rows of different lengths, or a cell that is not a number; or it
            is too large.
        OSError: It cannot be read.
    """
    files.regular(path)
    size = _measured(path)
    allowance.take(path, 8 * size.cells, _BLOCK + _OF_CHARACTER * (_PIECE + size.longest))
    values = np.empty(size.cells, np.int64)
    try:
        shape = _filled(_Rows(path, size.longest), values, int)
    except Refusal:
        raise
    except (ValueError, OverflowError) as error:
        values = values.view(np.float64)
        rows = _Rows(path, size.longest, large=isinstance(error, OverflowError))
        shape = _filled(rows, values, float)
        if rows.large:
            message = f"`{path}` holds a whole number that does not fit in 64 bits"
            raise _bad(message, "write it with a decimal point, as a float") from None
    # an empty table has no whole numbers that would make it one of integers
    values = values[: math.prod(shape)] if math.prod(shape) else np.empty(0, np.float64)
    return Handle.of(values.reshape(shape), name, path)


class _Size(NamedTuple):
    """How much a table is, before it is known what stands in it.

    Attributes:
        cells: The most that there can be.
        longest: The bytes of its longest line.
    """

    cells: int
    longest: int


def _measured(path: str) -> _Size:
    cells, longest, begun = 1, 0, 0
    with open(path, "rb") as stream:
        while block := stream.read(_BLOCK):
            codes = np.frombuffer(block, np.uint8)
            ends = np.flatnonzero((codes == 10) | (codes == 13))
            cells += block.count(b",") + len(ends) - block.count(b"\r\n")
            if len(ends):
                between = int(np.diff(ends).max(initial=0))
                longest = max(longest, begun + int(ends[0]), between)
                begun = len(block) - int(ends[-1])
            else:
                begun += len(block)
    return _Size(cells, max(longest, begun))


@dataclass(slots=True)
class _Rows:
    """Reads a table, some rows at a time.

    Attributes:
        path: The file.
        longest: The bytes of its longest line.
        large: Whether a whole number was too large for int64, and no cell so far is anything else.
        width: The cells of a row, once that is known.
        characters: Those of the piece that is being read.
    """

    path: str
    longest: int
    large: bool = False
    width: int | None = None
    characters: int = 0

    def pieces(self) -> Iterator[_Piece]:
        """The rows that are not blank, without the header."""
        piece = _Piece([], [])
        try:
            with open(self.path, encoding="utf-8-sig", newline="") as stream:
                reader = csv.reader(self._lines(stream), strict=True)
                for row in reader:
                    if row and self._is_of_numbers(row, reader.line_num):
                        piece.cells.extend(row)
                        piece.lines.append(reader.line_num)
                    if self.characters >= _PIECE:
                        yield piece
                        self.characters, piece = 0, _Piece([], [])
        except UnicodeDecodeError:
            raise self._not_utf8() from None
        except csv.Error as error:
            message = f"`{self.path}` is not CSV: {error}"
            raise _bad(message, "write plain numbers and commas") from error
        yield piece

    def _lines(self, stream: TextIO) -> Iterator[str]:
        for line in stream:
            self.characters += len(line)
            if self.characters > _PIECE + self.longest + 1:
                raise csv.Error("one row goes over very many lines")
            yield line

    def _is_of_numbers(self, row: list[str], line: int) -> bool:
        """Whether a row is no header; each is as wide as the first."""
        if self.width is None:
            self.width = len(row)
            return any(map(_is_number, row)) or not any(row)
        if len(row) != self.width:
            raise Refusal(
                "SPC0554",
                f"`{self.path}` line {line} has {len(row)} cells, the first line has {self.width}",
                help="give every row the same number of cells",
            )
        return True

    def _not_utf8(self) -> Refusal:
        """The refusal of the first byte that is no text; a decoder counts from its block."""
        before = 0
        with open(self.path, "rb") as stream:
            for line in stream:
                try:
                    line.decode()
                except UnicodeDecodeError as error:
                    before += error.start
                    break
                before += len(line)
        return _bad(f"`{self.path}` is not UTF-8 at byte {before}", "save it as UTF-8")


def _filled(rows: _Rows, values: NDArray[Any], convert: Callable[[str], Any]) -> tuple[int, int]:
    """Put the numbers of a table into `values`; gives its rows and columns.

    Raises:
        ValueError: a cell is no whole number, where those are asked for.
        OverflowError: one is too large.
        Refusal: a cell is no number, or the table is none.
    """
    count = 0
    for piece in rows.pieces():
        cells = piece.cells
        whole = "".join(cells)
        if "_" in whole or not whole.isascii():
            raise _bad_cell(piece, rows.path)
        try:
            found = np.fromiter(map(convert, cells), values.dtype, len(cells))
        except ValueError:
            if convert is float:
                raise _bad_cell(piece, rows.path) from None
            raise
        if convert is float and np.isinf(found).any():
            _refuse_beyond(piece, rows.path)
        rows.large = rows.large and all(map(_is_whole, cells))
        values[count : count + len(cells)] = found
        count += len(cells)
    if rows.width is None:
        raise _bad(f"`{rows.path}` is empty", "write rows of numbers with commas between them")
    return count // rows.width, rows.width


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell and cell.isascii()


def _is_whole(cell: str) -> bool:
    return cell.strip().lstrip("+-").isdigit()


def _bad_cell(piece: _Piece, path: str) -> Refusal:
    index, cell = next(it for it in enumerate(piece.cells) if not _is_number(it[1]))
    where = f"`{path}` {piece.place(index)}"
    if not cell.strip():
        return _bad(f"{where} is empty", "write `nan` for a missing number")
    separated = ";" in cell or "\t" in cell
    help_text = "separate cells with commas" if separated else "write a number"
    return _bad(f"{where} is {shown(cell)}, not a number", help_text)


def _refuse_beyond(piece: _Piece, path: str) -> None:
    """Refuse a number that float64 could only hold as infinity."""
    for index, cell in enumerate(piece.cells):
        if math.isinf(float(cell)) and any(map(str.isdigit, cell)):
            where = f"`{path}` {piece.place(index)}"
            raise _bad(f"{where} is {shown(cell)}, beyond `float64`", "write `inf` for infinity")


def _bad(message: str, help_text: str) -> Refusal:
    return Refusal("SPC0558", message, help=help_text)


def encode_rows(array: NDArray[Any]) -> Iterator[str]:
    """The line of each entry along the first axis; booleans are 0 and 1."""
    table = array.reshape(len(array), -1) if array.size else array.reshape(len(array), 0)
    if table.dtype.kind == "b":
        table = table.astype(np.int8)
    # Text of the value in its own dtype: as few digits as tell it from its neighbours.
    for row in table.astype(np.str_):
        yield ",".join(row.tolist())
