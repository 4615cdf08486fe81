"""Writing arrays, at once or in batches: a target has all of its content or is not touched.

Memory stays that of one batch. Formats that hold one array after the other (npz, json) collect each
in an anonymous temporary file beside the target.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import ExitStack, contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from spec_compiler import files, formats
from spec_compiler.data import json_arrays, npy, table_writer, tables, zarr_store
from spec_compiler.refusals import Refusal

Field: TypeAlias = "tuple[np.dtype[Any], tuple[int, ...]]"
"""The dtype and the whole shape of an array that will be written."""


class _Column(Protocol):
    """One array on its way into a file."""

    def append(self, rows: NDArray[Any]) -> None:
        """Write the next entries along the first axis."""
        ...

    def end(self) -> None:
        """Write what follows the last entry."""
        ...


class Writer:
    """Takes arrays batch by batch, along their first axis. An array of rank 0 is one entry.

    Raises:
        ValueError: What was appended is not what was announced.
    """

    def __init__(self, fields: Mapping[str, Field], columns: Mapping[str, _Column]) -> None:
        self._fields = fields
        self._columns = columns
        self._rows = dict.fromkeys(fields, 0)

    def append(self, batch: Mapping[str, NDArray[Any]]) -> None:
        """Write the next entries of some or all of the arrays."""
        for name, array in batch.items():
            dtype, shape = self._fields[name]
            if array.dtype != dtype or array.shape[1:] != shape[1:] or array.ndim != len(shape):
                raise ValueError(f"{name} is {dtype}{shape}, not {array.dtype}{array.shape}")
            self._columns[name].append(array)
            self._rows[name] += array.shape[0] if shape else 1

    def end(self) -> None:
        """Check that every array is whole."""
        for name, (_, shape) in self._fields.items():
            expected = shape[0] if shape else 1
            if self._rows[name] != expected:
                raise ValueError(f"{name} has {self._rows[name]} of {expected} entries")
            self._columns[name].end()


def write(
    target: str | PathLike[str],
    arrays: Mapping[str, NDArray[Any]],
    *,
    inputs: Collection[str | PathLike[str]] = (),
) -> None:
    """Write whole arrays; see `writer`."""
    fields = {name: (array.dtype, array.shape) for name, array in arrays.items()}
    with writer(target, fields, inputs=inputs) as out:
        out.append(arrays)


@contextmanager
def writer(
    target: str | PathLike[str],
    fields: Mapping[str, Field],
    *,
    inputs: Collection[str | PathLike[str]] = (),
) -> Generator[Writer, None, None]:
    """A writer whose target appears when the block ends without an exception.

    Args:
        target: `x.npy` (one array), `x.npz`, `x.csv` (one array of rank 1 or 2), `x.json`
            (a mapping from names to nested lists), `x.parquet`, `x.arrow` and `x.feather` (a column
            an array), `x.zarr` (a folder), or `-`: JSON on standard output.
        fields: The dtype and whole shape of every array.
        inputs: Files that must not be overwritten.

    Raises:
        Refusal: The format cannot hold the arrays or is unknown, or the target is a link, not a
            regular file, or one of the inputs.
        OSError: The file cannot be written.
    """
    path = Path(target)
    to_stdout = str(target) == "-"
    if path.suffix.lower() == ".zarr":
        with files.writing_folder(path, inputs, zarr_store.is_store) as folder:
            sink = Writer(fields, zarr_store.columns(folder, fields))
            yield sink
            sink.end()
        return
    layout = _layout(path, to_stdout, fields)
    with ExitStack() as stack:
        if to_stdout:
            out, folder = cast("BinaryIO", sys.stdout.buffer), None
        else:
            out, folder = stack.enter_context(files.writing(path, inputs)), path.parent
        with layout(out, fields, folder) as columns:
            sink = Writer(fields, columns)
            yield sink
            sink.end()
        out.flush()


_Layout: TypeAlias = "Callable[[BinaryIO, Mapping[str, Field], Path | None], Any]"


def _layout(path: Path, to_stdout: bool, fields: Mapping[str, Field]) -> _Layout:
    suffix = ".json" if to_stdout else path.suffix.lower()
    if suffix not in _LAYOUTS:
        raise formats.unknown_format(str(path), formats.RUN_FORMATS)
    if suffix in (".npy", ".csv") and len(fields) != 1:
        raise Refusal(
            "SPC0565",
            f"a `{suffix}` file holds one array, and there are {len(fields)}",
            help="write `.npz` or `.json`, which hold several by name",
        )
    for name, (_, shape) in fields.items():
        if suffix == ".csv" and len(shape) not in (1, 2):
            raise Refusal(
                "SPC0565",
                f"a `.csv` file holds rows and columns, and `{name}` has {len(shape)} axes",
                help="write `.npy`, `.npz` or `.json`",
            )
    if suffix in table_writer.FORMATS:
        table_writer.require_rows(fields, suffix)
    return _LAYOUTS[suffix]


@contextmanager
def _alone(
    out: BinaryIO, fields: Mapping[str, Field], _: Path | None
) -> Generator[dict[str, _Column], None, None]:
    ((name, field),) = fields.items()
    yield {name: _Npy(out, field)}


@contextmanager
def _table(
    out: BinaryIO, fields: Mapping[str, Field], _: Path | None
) -> Generator[dict[str, _Column], None, None]:
    (name,) = fields
    yield {name: _Csv(out)}


@contextmanager
def _archive(
    out: BinaryIO, fields: Mapping[str, Field], folder: Path | None
) -> Generator[dict[str, _Column], None, None]:
    with ExitStack() as stack:
        parts = {name: _temporary(stack, folder) for name in fields}
        yield {name: _Npy(parts[name], field) for name, field in fields.items()}
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            for name, part in parts.items():
                part.seek(0)
                # A ZipInfo without a date: the same arrays give the same bytes.
                with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as member:
                    shutil.copyfileobj(part, member)


@contextmanager
def _document(
    out: BinaryIO, fields: Mapping[str, Field], folder: Path | None
) -> Generator[dict[str, _Column], None, None]:
    with ExitStack() as stack:
        parts = {name: _temporary(stack, folder) for name in fields}
        yield {name: _Json(parts[name], field) for name, field in fields.items()}
        before = b"{"
        for name, part in parts.items():
            out.write(before + json_arrays.encode_text(name).encode() + b": ")
            part.seek(0)
            shutil.copyfileobj(part, out)
            before = b",\n "
        out.write(b"}\n" if fields else b"{}\n")


def _temporary(stack: ExitStack, folder: Path | None) -> BinaryIO:
    """A file without a name beside the target, which is where there is room for the result."""
    return stack.enter_context(cast("Any", tempfile.TemporaryFile(dir=folder)))


def _columns(suffix: str) -> _Layout:
    return lambda out, fields, _: table_writer.table(out, fields, suffix)


_LAYOUTS: Final[Mapping[str, _Layout]] = {
    ".npy": _alone,
    ".npz": _archive,
    ".csv": _table,
    ".json": _document,
    ".parquet": _columns(".parquet"),
    ".arrow": _columns(".arrow"),
    ".feather": _columns(".feather"),
}


class _Npy:
    def __init__(self, out: BinaryIO, field: Field) -> None:
        self._out = out
        npy.write_header(out, *field)

    def append(self, rows: NDArray[Any]) -> None:
        self._out.write(np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data)

    def end(self) -> None:
        pass


class _Csv:
    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def append(self, rows: NDArray[Any]) -> None:
        self._out.writelines(line.encode() + b"\n" for line in tables.encode_rows(rows))

    def end(self) -> None:
        pass


class _Json:
    def __init__(self, out: BinaryIO, field: Field) -> None:
        self._out = out
        self._is_scalar = not field[1]
        self._separator = b"" if self._is_scalar else b"["

    def append(self, rows: NDArray[Any]) -> None:
        for row in json_arrays.encode_rows(rows[np.newaxis] if self._is_scalar else rows):
            self._out.write(self._separator + row.encode())
            self._separator = b", "

    def end(self) -> None:
        if not self._is_scalar:
            self._out.write(b"]" if self._separator == b", " else b"[]")
