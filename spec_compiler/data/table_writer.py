"""Arrays as the columns of a table, in groups of rows that do not depend on how rows arrive."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.arrow import entries_of, kind_of, require_arrow
from spec_compiler.data.handle import size_in_bytes
from spec_compiler.refusals import Refusal

_GROUP: Final = 2**20
"""The bytes of a group of rows."""
FORMATS: Final = (".parquet", ".arrow", ".feather")
"""How the names of files end that are tables."""
Fields = Mapping[str, tuple[np.dtype[Any], tuple[int, ...]]]


def require_rows(fields: Fields, suffix: str) -> None:
    """Ask before the work whether arrays can be columns.

    Raises:
        Refusal: pyarrow is not installed, an array has no rows or an empty axis, or as many rows as
            no other has.
    """
    require_arrow(f"*{suffix}")
    for name, (_, shape) in fields.items():
        if not shape or 0 in shape[1:]:
            raise Refusal(
                "SPC0565",
                f"a `{suffix}` file holds rows of numbers, and `{name}` has "
                + ("none" if not shape else "an axis of size 0"),
                help="write `.npz`",
            )
    counts = {shape[0]: name for name, (_, shape) in fields.items()}
    if len(counts) > 1:
        (one, first), (other, second), *_ = counts.items()
        raise Refusal(
            "SPC0565",
            f"the columns of a table have as many rows, and `{first}` has {one}, `{second}` "
            f"{other}",
            help="write `.npz`",
        )


class _Columns:
    """The rows of all columns that no group has yet."""

    def __init__(self, sink: Any, library: Any, schema: Any, fields: Fields) -> None:
        self._sink, self._library, self._schema = sink, library, schema
        self._waiting: dict[str, list[NDArray[Any]]] = {name: [] for name in fields}
        of_row = sum(size_in_bytes(shape[1:], dtype) for dtype, shape in fields.values())
        self._group = max(_GROUP // max(of_row, 1), 1)

    def add(self, name: str, rows: NDArray[Any]) -> None:
        """Take rows of a column; what fills a group is written."""
        self._waiting[name].append(rows)
        while min(sum(map(len, parts)) for parts in self._waiting.values()) >= self._group:
            self._write(self._group)

    def end(self) -> None:
        """Write what is left."""
        if any(len(part) for parts in self._waiting.values() for part in parts):
            self._write(self._group)

    def _write(self, count: int) -> None:
        entries: list[Any] = []
        for name, parts in self._waiting.items():
            rows = np.concatenate(parts)
            entries.append(entries_of(rows[:count]))
            self._waiting[name] = [rows[count:]] if len(rows) > count else []
        self._sink.write_batch(self._library.record_batch(entries, schema=self._schema))


class _TableColumn:
    def __init__(self, columns: _Columns, name: str, *, last: bool) -> None:
        self._columns, self._name, self._last = columns, name, last

    def append(self, rows: NDArray[Any]) -> None:
        self._columns.add(self._name, rows)

    def end(self) -> None:
        if self._last:
            self._columns.end()


@contextmanager
def table(out: BinaryIO, fields: Fields, suffix: str) -> Generator[dict[str, _TableColumn]]:
    """The columns of a Parquet or Arrow file; what is appended to them is on its way into it."""
    library = require_arrow(f"*{suffix}")
    schema = library.schema(
        [
            library.field(name, kind_of(dtype, shape[1:]), nullable=False)
            for name, (dtype, shape) in fields.items()
        ]
    )
    if suffix == ".parquet":
        # results hardly repeat: a dictionary of them takes memory, and makes nothing smaller
        made = library.parquet.ParquetWriter(out, schema, use_dictionary=False)
    else:
        made = library.ipc.new_file(out, schema)
    with made as sink:
        columns = _Columns(sink, library, schema, fields)
        *_, last = fields
        yield {name: _TableColumn(columns, name, last=name == last) for name in fields}
