"""Arrays of rank 2 as comma-separated values, with or without a header line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.handle import Handle
from spec_compiler.refusals import Refusal


def read(text: bytes, origin: str, name: str) -> Handle:
    """The table of a CSV text: int64 when every cell is a whole number, else float64.

    The first line is a header when none of its cells is a number. Blank lines are skipped.

    Args:
        text: The table in UTF-8.
        origin: What to call it in messages.
        name: The name of the array.

    Raises:
        Refusal: It has no cells, rows of different lengths, or a cell that is not a number.
    """
    rows = _rows(text, origin)
    if rows and not any(_is_number(cell) for cell in rows[0][1]) and any(rows[0][1]):
        width, rows = len(rows[0][1]), rows[1:]
    elif rows:
        width = len(rows[0][1])
    else:
        raise _bad(f"`{origin}` is empty", "write rows of numbers with commas between them")
    for line, row in rows:
        if len(row) != width:
            raise Refusal(
                "SPC0554",
                f"`{origin}` line {line} has {len(row)} cells, the first line has {width}",
                help="give every row the same number of cells",
            )
    array = _numbers(rows, origin).reshape(len(rows), width)
    return Handle.of(array, name, origin)


def _rows(text: bytes, origin: str) -> list[tuple[int, list[str]]]:
    """Each row that is not blank, with the number of the line on which it ends."""
    try:
        reader = csv.reader(io.StringIO(text.decode("utf-8-sig"), newline=""), strict=True)
        return [(reader.line_num, row) for row in reader if row]
    except UnicodeDecodeError as error:
        raise _bad(f"`{origin}` is not UTF-8 at byte {error.start}", "save it as UTF-8") from error
    except csv.Error as error:
        raise _bad(f"`{origin}` is not CSV: {error}", "write plain numbers and commas") from error


def _numbers(rows: list[tuple[int, list[str]]], origin: str) -> NDArray[Any]:
    cells = list(chain.from_iterable(row for _, row in rows))
    if any("_" in cell or not cell.isascii() for cell in cells):
        raise _bad_cell(rows, origin)
    for convert, dtype in ((int, np.int64), (float, np.float64)):
        try:
            # An empty table has no whole numbers that would make it one of integers.
            return np.array(list(map(convert, cells)), dtype if cells else np.float64)
        except ValueError:
            continue
        except OverflowError as error:
            message = f"`{origin}` holds a whole number that does not fit in 64 bits"
            raise _bad(message, "write it with a decimal point, as a float") from error
    raise _bad_cell(rows, origin)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell and cell.isascii()


def _bad_cell(rows: list[tuple[int, list[str]]], origin: str) -> Refusal:
    line, column, cell = next(
        (line, column, cell)
        for line, row in rows
        for column, cell in enumerate(row, 1)
        if not _is_number(cell)
    )
    where = f"`{origin}` line {line}, column {column}"
    if not cell.strip():
        return _bad(f"{where} is empty", "write `nan` for a missing number")
    quoted = f"`{cell[:40]}…`" if len(cell) > 40 else f"`{cell}`"
    separated = ";" in cell or "\t" in cell
    help_text = "separate cells with commas" if separated else "write a number"
    return _bad(f"{where} is {quoted}, not a number", help_text)


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
