"""Many files as one array: those of a folder, or those that a pattern means, in sorted order."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from glob import escape, glob, has_magic
from pathlib import Path, PurePath
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spec_compiler import files
from spec_compiler.data import arrow_files, npy
from spec_compiler.data.handle import Allowance, Handle, damaged
from spec_compiler.data.npz import missing_key
from spec_compiler.data.streamed import Part, rows_of_piece, streamed
from spec_compiler.refusals import Refusal

FORMATS: Final = (".npy", ".parquet", ".arrow", ".feather")
"""How the names of files end that can lie in a folder together."""


def is_several(path: str) -> bool:
    """Whether a path means several files: a folder, or a pattern that is no file's name."""
    return Path(path).is_dir() or (has_magic(path) and not Path(path).exists())


def meant(path: str) -> list[str]:
    """The files of a folder or of a pattern, sorted by their paths; all are of one format.

    Raises:
        Refusal: There is none, or they are of several formats.
    """
    folder = Path(path).is_dir()
    pattern = os.path.join(escape(path), "*") if folder else path
    found = sorted(name for name in glob(pattern, recursive=True) if os.path.isfile(name))
    if folder:
        found = [name for name in found if PurePath(name).suffix.lower() in FORMATS]
    kinds = sorted({PurePath(name).suffix.lower() for name in found})
    listed = ", ".join(f"`{known}`" for known in FORMATS)
    if not found:
        message = f"`{path}` {'holds' if folder else 'means'} no file of data"
        help_ = f"name files that end in {listed}"
        if path[:1] in {"[", "{"}:
            help_ = "lists stand in a file: write them into `data.json`, and name that"
        raise Refusal("SPC0552", message, help=help_)
    if len(kinds) > 1:
        raise Refusal(
            "SPC0564",
            f"`{path}` has files of several formats: {', '.join(kinds)}",
            help=f"write a pattern in quotes, as in `'{os.path.join(path, '*' + kinds[0])}'`"
            if folder
            else "write a pattern of one format",
        )
    if kinds[0] not in FORMATS:
        message = f"`{kinds[0]}` is not a format that a row of files can have"
        raise Refusal("SPC0564", message, help=f"use {listed}")
    return found


def read(path: str, key: str | None, name: str, allowance: Allowance) -> dict[str, Handle]:
    """The arrays of many files, each one after the other's rows.

    Raises:
        Refusal: The files are of several formats, broken, or differ in what they hold.
        OSError: One cannot be opened.
    """
    found = meant(path)
    if PurePath(found[0]).suffix.lower() == ".npy":
        if key is not None:
            raise missing_key(key, [name], path)
        return {name: streamed([_npy_rows(file) for file in found], name, path, allowance)}
    columns: dict[str, list[Part]] = {}
    for file in found:
        rows = arrow_files.read(file, key)
        for column in columns or rows:
            if column not in rows:
                raise missing_key(column, list(rows), file, "column")
            columns.setdefault(column, []).append(rows[column])
    return {of: streamed(parts, of, path, allowance) for of, parts in columns.items()}


@dataclass(frozen=True, slots=True)
class _NpyRows:
    """A file of one array."""

    origin: str
    header: npy.NpyHeader
    dtype: str
    shape: tuple[int, ...]
    begins: Sequence[int] = ()
    beside: int = 0

    @property
    def path(self) -> str:
        return self.origin

    @property
    def at_once(self) -> int:
        return rows_of_piece(self.shape, self.dtype)

    def pieces(self, first: int) -> Iterator[NDArray[Any]]:
        with open(self.origin, "rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        values = self.header.stored(np.frombuffer(mapped, np.uint8, offset=self.header.offset))
        for at in range(first, self.shape[0], self.at_once):
            yield np.array(values[at : at + self.at_once], self.dtype)
            mapped.madvise(mmap.MADV_DONTNEED)


def _npy_rows(path: str) -> Part:
    size = files.regular(path).st_size
    with open(path, "rb") as file:
        header = npy.read_header(file, size, path)
    if not header.shape:
        raise damaged(path, "it holds one number, and rows are asked for")
    return _NpyRows(path, header, header.dtype.name, header.shape)
