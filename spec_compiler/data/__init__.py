"""Reading and writing tensors: npy, npz, csv, json, Parquet, Arrow, Zarr, and folders of files."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from spec_compiler import files, formats
from spec_compiler.data import arrow_files, folders, json_arrays, npy, npz, tables, zarr_store
from spec_compiler.data.handle import MAPPED, Allowance, Handle
from spec_compiler.data.npz import missing_key
from spec_compiler.data.streamed import Part, Streamed, in_memory, streamed
from spec_compiler.data.writer import write, writer
from spec_compiler.refusals import Refusal

__all__ = [
    "MAPPED",
    "Allowance",
    "Handle",
    "Streamed",
    "called",
    "files_of",
    "in_memory",
    "of_rank",
    "read",
    "read_one",
    "split_key",
    "write",
    "writer",
]


def read(
    source: str,
    *,
    key: str | None = None,
    name: str | None = None,
    allowance: Allowance | None = None,
) -> dict[str, Handle]:
    """The arrays of a source by name, checked as far as their headers go.

    Args:
        source: `x.npy`, `x.npz`, `x.csv`, `x.json`, `x.parquet`, `x.arrow`, `x.zarr`; a folder or
            a pattern of npy, Parquet or Arrow files; `x.npz:key` for one array of several,
            `x.parquet:a,b` for columns side by side; or `-` for standard input (JSON or npy, told
            apart by the first bytes).
        key: The only array to read; the same as `:key` in the source.
        name: What to call an array that has no name; by default the file's name without suffix.
        allowance: What may be put into memory, by default `MAX_BYTES`. Mapped files (npy, and npz
            that is not compressed) do not count, of what is streamed some pieces do.

    Raises:
        Refusal: The content is not arrays of numbers, is too large, or has no array `key`.
        OSError: The file cannot be read.
    """
    allowance = Allowance() if allowance is None else allowance
    path, in_source = split_key(source)
    key = in_source if key is None else key
    name = name or (PurePath(path).stem if path != "-" else "input")
    suffix = PurePath(path).suffix.lower()
    if path == "-":
        handles = _from_stdin(name, allowance)
    elif suffix == ".zarr":
        return _one_by_one(zarr_store.read(path, key, name), allowance)
    elif folders.is_several(path):
        return folders.read(path, key, name, allowance)
    elif suffix == ".npy":
        handles = {name: npy.read(path, name, allowance)}
    elif suffix == ".npz":
        return npz.read(path, key, name=name, allowance=allowance)
    elif suffix in arrow_files.FORMATS:
        return _one_by_one(arrow_files.read(path, key), allowance)
    elif suffix == ".csv":
        handles = {name: tables.read(path, name, allowance)}
    elif suffix == ".json":
        allowance.take(path, 0, files.regular(path).st_size)
        handles = json_arrays.read(Path(path).read_bytes(), path, name, allowance)
    elif suffix or os.path.exists(path):
        raise formats.unknown_format(path, formats.RUN_FORMATS)
    else:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if key is None:
        return handles
    if key not in handles:
        raise missing_key(key, list(handles), path)
    return {key: handles[key]}


def read_one(
    source: str,
    *,
    key: str | None = None,
    name: str | None = None,
    allowance: Allowance | None = None,
) -> Handle:
    """The array of a source: the one under `key`, the only one, or the one called `name`.

    Raises:
        Refusal: As `read`; or the source has several arrays and nothing says which.
        OSError: The file cannot be read.
    """
    handles = read(source, key=key, name=name, allowance=allowance)
    if len(handles) == 1:
        return next(iter(handles.values()))
    if name is not None and name in handles:
        return handles[name]
    known = ", ".join(f"`{known}`" for known in list(handles)[:10]) or "none"
    raise Refusal(
        "SPC0562",
        f"`{source}` has {len(handles)} arrays, and one is asked for",
        notes=(f"it holds {known}",),
        help=f"say which, as in `{source}:{next(iter(handles))}`" if handles else "add an array",
    )


@contextmanager
def called(path: str, written: str) -> Generator[None, None, None]:
    """What is refused of a file in this block names it as its author does.

    Args:
        path: Where it was found.
        written: What stands in the spec.
    """
    try:
        yield
    except Refusal as refusal:

        def said(text: str) -> str:
            return text.replace(path, written)

        notes = tuple(map(said, refusal.notes))
        facts = {"message": said(refusal.message), "help": said(refusal.help), "notes": notes}
        raise refusal.but(**facts) from None


def of_rank(handle: Handle, rank: int) -> Handle:
    """A CSV file has rows and columns; one column feeds an input of one number a row."""
    column = len(handle.shape) == 2 and handle.shape[1] == 1
    if not column or rank != 1 or PurePath(handle.origin).suffix.lower() != ".csv":
        return handle
    return replace(handle, shape=handle.shape[:1], load=lambda: handle.load()[:, 0])


def split_key(source: str) -> tuple[str, str | None]:
    """The path of a source and the key behind it: `x.npz:tokens` is `x.npz` and `tokens`."""
    for suffix in (".npz", ".json", *arrow_files.FORMATS, ".zarr"):
        path, colon, key = source.partition(f"{suffix}:")
        if colon:
            return path + suffix, key
    path, colon, key = source.rpartition(":")
    return (path, key) if colon and folders.is_several(path) else (source, None)


def files_of(source: str) -> list[str]:
    """The files, or the store, that a source means."""
    path, _ = split_key(source)
    several = not path.lower().endswith(".zarr") and folders.is_several(path)
    return folders.meant(path) if several else [path]


def _one_by_one(found: Mapping[str, Part], allowance: Allowance) -> dict[str, Handle]:
    return {name: streamed([rows], name, rows.origin, allowance) for name, rows in found.items()}


def _from_stdin(name: str, allowance: Allowance) -> dict[str, Handle]:
    origin = "standard input"
    content = files.standard_input(allowance.left + 1)
    if not content.startswith(npy.MAGIC):
        return json_arrays.read(content, origin, name, allowance)
    allowance.take(origin, len(content))
    header = npy.read_header(io.BytesIO(content), len(content), origin)
    allowance.take(origin, header.copied)

    def load() -> np.ndarray[Any, Any]:
        return header.array(np.frombuffer(content, np.uint8, offset=header.offset))

    return {name: Handle(name, header.dtype.name, header.shape, origin, load)}
