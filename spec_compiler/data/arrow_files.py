"""Tables in files, Parquet and Arrow's own (IPC, Feather), some rows of some columns at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePath
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from spec_compiler import files
from spec_compiler.data.arrow import Column, column, dtype_of, require_arrow
from spec_compiler.data.handle import damaged
from spec_compiler.data.npz import missing_key
from spec_compiler.data.streamed import rows_of_piece
from spec_compiler.refusals import Refusal

_BUFFER: Final = 2**16
"""The bytes of a column that are read from a file at once."""
_PAGE: Final = 2**21
"""What a column's pages take while they are unpacked: twice what writers make of one."""


class _Table(Protocol):
    """An open file."""

    schema: Any
    starts: Sequence[int]

    def batches(self, names: list[str], group: int, rows: int) -> Iterator[Any]:
        """Some columns of the rows from a group on, at most so many at a time."""
        ...


class _Parquet:
    """Groups of rows, of which columns are unpacked page by page."""

    def __init__(self, library: Any, path: str) -> None:
        self._file = library.parquet.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False)
        self.schema = self._file.schema_arrow
        about = self._file.metadata
        groups = range(about.num_row_groups)
        self.starts = _starts(about.row_group(group).num_rows for group in groups)

    def batches(self, names: list[str], group: int, rows: int) -> Iterator[Any]:
        """Some columns of the rows from a group on, at most so many at a time."""
        groups = list(range(group, len(self.starts) - 1))
        # beside what computes, and in no more memory than one column after the other takes
        return self._file.iter_batches(rows, groups, names, use_threads=False)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class _Ipc:
    """Batches that are mapped, and unpacked where they are compressed."""

    def __init__(self, library: Any, path: str) -> None:
        self._map = library.memory_map(path)
        self._file = library.ipc.open_file(self._map)
        self.schema = self._file.schema
        batches = map(self._file.get_batch, range(self._file.num_record_batches))
        self.starts = _starts(batch.num_rows for batch in batches)

    def batches(self, names: list[str], group: int, rows: int) -> Iterator[Any]:
        """Some columns of the rows from a group on, at most so many at a time."""
        for index in range(group, len(self.starts) - 1):
            batch = self._file.get_batch(index).select(names)
            for first in range(0, batch.num_rows, rows):
                yield batch.slice(first, rows)

    def close(self) -> None:
        """Let go of the file."""
        self._map.close()


_OPENED: Final[dict[str, Any]] = {".parquet": _Parquet, ".arrow": _Ipc, ".feather": _Ipc}


FORMATS: Final = tuple(_OPENED)
"""How the names of files end that are read here."""


def _starts(counts: Iterator[int]) -> Sequence[int]:
    """The row with which each group begins, and behind them the number of rows."""
    return tuple(accumulate(counts, initial=0))


@dataclass(frozen=True, slots=True)
class TableRows:
    """Columns of a file as an array: one column, or several numbers side by side.

    Attributes:
        path: The file.
        origin: Where they are, as a person would write it.
        columns: What is read.
        aside: Whether the columns are the last axis.
        begins: The rows with which groups begin.
        dtype: NumPy's name of the dtype.
        shape: The sizes.
    """

    path: str
    origin: str
    columns: tuple[Column, ...]
    aside: bool
    begins: Sequence[int]
    dtype: str
    shape: tuple[int, ...]

    @property
    def at_once(self) -> int:
        """The most rows that a piece has."""
        return rows_of_piece(self.shape, self.dtype)

    @property
    def beside(self) -> int:
        """The bytes that making a piece takes besides: the pages of its columns."""
        return _PAGE * len(self.columns)

    def pieces(self, first: int) -> Iterator[NDArray[Any]]:
        """The rows from `first` to the end, some at a time; see `Part`."""
        names = [item.name for item in self.columns]
        group = bisect_right(self.begins, first) - 1
        row = self.begins[group]
        with _opened(self.path) as table:
            for batch in table.batches(names, group, self.at_once):
                skipped = min(max(first - row, 0), batch.num_rows)
                row += batch.num_rows
                if skipped < batch.num_rows:
                    kept = batch.slice(skipped)
                    yield self._array(kept, row - kept.num_rows)

    def _array(self, batch: Any, first_row: int) -> NDArray[Any]:
        found = [item.numbers(batch.column(item.name), first_row) for item in self.columns]
        return np.stack(found, axis=1) if self.aside else found[0]


def read(path: str, key: str | None) -> dict[str, TableRows]:
    """The columns of a file by name: all that are of numbers, or those of a key.

    Args:
        path: A `.parquet`, `.arrow` or `.feather` file.
        key: A column, or several with commas between, which are numbers side by side.

    Raises:
        Refusal: pyarrow is not installed, the file is broken, or a column is not of numbers.
        OSError: The file cannot be opened.
    """
    files.regular(path)
    with _opened(path) as table:
        known = {field.name: field.type for field in table.schema}
        if len(known) < len(table.schema):
            raise damaged(path, "two of its columns have one name")
        if key is not None:
            names = [key] if key in known else key.split(",")
            for name in names:
                if name not in known:
                    raise missing_key(name, list(known), path, "column")
            return {key: _side_by_side(table, path, key, names, known)}
        numbers = [name for name, kind in known.items() if _is_of_numbers(kind)]
        if not numbers:
            shown = ", ".join(f"`{name}` of type `{kind}`" for name, kind in [*known.items()][:10])
            raise Refusal(
                "SPC0561",
                f"`{path}` has no column of numbers, booleans or lists of them",
                notes=(f"it holds {shown}",) if known else (),
                help="convert a column",
            )
        return {name: _side_by_side(table, path, name, [name], known) for name in numbers}


def _is_of_numbers(kind: Any) -> bool:
    try:
        dtype_of(kind, "")
    except Refusal:
        return False
    return True


def _side_by_side(
    table: _Table, path: str, key: str, names: list[str], known: dict[str, Any]
) -> TableRows:
    def first(name: str) -> Callable[[], Any]:
        none = require_arrow(path).array([], known[name])
        batches = table.batches([name], 0, 1)
        return lambda: next((batch.column(name) for batch in batches), none)

    columns = tuple(column(name, known[name], f"{path}:{name}", first(name)) for name in names)
    aside, one = key not in known, columns[0]
    for other in columns:
        if aside and other.sizes:
            raise Refusal(
                "SPC0554",
                f"`{other.origin}` is a column of lists, and only numbers stand side by side",
                help=f"name it alone, as in `{path}:{other.name}`",
            )
        if other.dtype != one.dtype:
            raise Refusal(
                "SPC0554",
                f"`{other.origin}` is {other.dtype}, and `{one.origin}` is {one.dtype}",
                help="give the columns of one input one type",
            )
    *begins, rows = table.starts
    shape = (rows, len(columns)) if aside else (rows, *one.sizes)
    return TableRows(path, f"{path}:{key}", columns, aside, begins, one.dtype, shape)


@contextmanager
def _opened(path: str) -> Generator[Any]:
    library = require_arrow(path)
    suffix = PurePath(path).suffix.lower()
    try:
        table = _OPENED[suffix](library, path)
        try:
            yield table
        finally:
            table.close()
    except Refusal:
        raise
    except FileNotFoundError:
        raise
    # what pyarrow raises for broken files; some of it is an operating system error, too
    except (library.ArrowException, OSError) as error:
        raise damaged(path, f"it is not a sound {suffix} file") from error
