"""Zarr's stores in folders, a row of chunks at a time: the door to zarr, which is optional.

A store comes from anybody and names how its chunks are packed. Only what unpacks numbers is let in:
among the others is pickle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from spec_compiler.data.handle import KNOWN, damaged, refuse_rank, size_in_bytes
from spec_compiler.data.npz import missing_key
from spec_compiler.data.optional import optional
from spec_compiler.data.streamed import rows_of_piece
from spec_compiler.refusals import Refusal

_UNPACKED_BY: Final = frozenset(
    {"bytes", "transpose", "sharding_indexed", "crc32c", "delta", "shuffle"}
    | {"gzip", "zstd", "blosc", "zlib", "bz2", "lzma", "lz4"}
)
"""The codecs that are let in, without the `numcodecs.` before their names."""
_HEADS: Final = ("zarr.json", ".zarray", ".zgroup")
Result = TypeVar("Result")


def require_zarr(origin: str) -> Any:
    """The library.

    Raises:
        Refusal: It is not installed.
    """
    return optional(f"`{origin}` is a store of Zarr", "zarr", "zarr")


@dataclass(frozen=True, slots=True)
class ZarrRows:
    """An array of a store.

    Attributes:
        path: The store.
        origin: Where it is, as a person would write it.
        array: Zarr's.
        dtype: NumPy's name of the dtype.
        shape: The sizes.
        at_once: The rows that are read at once: whole chunks.
        begins: The rows with which chunks begin.
    """

    path: str
    origin: str
    array: Any
    dtype: str
    shape: tuple[int, ...]
    at_once: int
    begins: Sequence[int]

    @property
    def beside(self) -> int:
        """The bytes that making a piece takes besides: its chunks, before they are joined."""
        return size_in_bytes((self.at_once, *self.shape[1:]), np.dtype(self.dtype))

    def pieces(self, first: int) -> Iterator[NDArray[Any]]:
        """The rows from `first` to the end, some at a time; see `Part`."""
        while first < self.shape[0]:
            last = (first // self.at_once + 1) * self.at_once

            def read(first: int = first, last: int = last) -> NDArray[Any]:
                return np.asarray(self.array[first:last])

            yield _guarded(self.origin, read).astype(self.dtype, copy=False)
            first = last


def is_store(path: str) -> bool:
    """Whether a folder is one."""
    return any((Path(path) / name).is_file() for name in _HEADS)


def read(path: str, key: str | None, name: str) -> dict[str, ZarrRows]:
    """The arrays of a store by name; one that is an array and no group has the given name.

    Raises:
        Refusal: zarr is not installed, the store is broken or holds other than numbers.
        OSError: It is not there.
    """
    library = require_zarr(path)
    if not Path(path).exists():
        raise FileNotFoundError(2, "No such file or directory", path)
    if not is_store(path):
        raise damaged(path, "it is not a folder that holds a store of Zarr")
    root = _guarded(path, lambda: library.open(store=path, mode="r"))
    if not isinstance(root, library.Group):
        if key is not None:
            raise missing_key(key, [], path)
        return {name: _rows(root, path, path)}
    known = _guarded(path, lambda: dict(root.arrays()))
    if key is not None and "/" in key:
        inner = _guarded(path, lambda: root.get(key))
        known |= {key: inner} if isinstance(inner, library.Array) else {}
    if key is not None and key not in known:
        raise missing_key(key, sorted(known), path)
    names = sorted(known) if key is None else [key]
    return {name: _rows(known[name], path, f"{path}:{name}") for name in names}


class _Growing:
    """An array that is written a chunk of rows after the other."""

    def __init__(self, array: Any) -> None:
        self._array, self._at = array, 0
        self._waiting: list[NDArray[Any]] = []

    def append(self, rows: NDArray[Any]) -> None:
        """Take rows; whole chunks are written."""
        if not self._array.ndim:
            self._array[()] = rows
            return
        self._waiting.append(rows)
        of_chunk = self._array.chunks[0]
        whole = sum(map(len, self._waiting)) // of_chunk * of_chunk
        if whole:
            self._write(whole)

    def end(self) -> None:
        """Write what is left."""
        if self._waiting:
            self._write(sum(map(len, self._waiting)))

    def _write(self, count: int) -> None:
        rows = np.concatenate(self._waiting)
        self._array[self._at : self._at + count] = rows[:count]
        self._at, self._waiting = self._at + count, [rows[count:]]


def columns(
    folder: Path, fields: Mapping[str, tuple[np.dtype[Any], tuple[int, ...]]]
) -> dict[str, _Growing]:
    """The arrays of a new store, of the dtypes and sizes of `fields`, to be filled."""
    group = require_zarr(folder.name).open_group(store=folder, mode="w")
    return {
        name: _Growing(
            group.create_array(
                name,
                shape=shape,
                dtype=dtype,
                chunks=tuple(max(size, 1) for size in (_chunk(shape, dtype), *shape[1:]))
                if shape
                else (),
            )
        )
        for name, (dtype, shape) in fields.items()
    }


def _chunk(shape: tuple[int, ...], dtype: np.dtype[Any]) -> int:
    return min(rows_of_piece(shape, dtype.name), shape[0])


def _rows(array: Any, path: str, origin: str) -> ZarrRows:
    about = _guarded(origin, lambda: array.metadata.to_dict())
    for codec in _codecs(about):
        if codec.removeprefix("numcodecs.") not in _UNPACKED_BY:
            raise damaged(origin, f"its chunks are packed by `{codec}`, which is not let in")
    dtype = np.dtype(array.dtype)
    if dtype.name not in KNOWN:
        raise Refusal(
            "SPC0561",
            f"`{origin}` has the dtype `{dtype}`, which is not a number or boolean of specc",
            help="convert it first, for example to `float32` or `int64`",
        )
    refuse_rank(array.ndim, f"`{origin}`")
    if not array.ndim:
        raise Refusal("SPC0561", f"`{origin}` is one number, and rows are asked for")
    shape, of_chunk = tuple(map(int, array.shape)), int((array.shards or array.chunks)[0])
    at_once = max(rows_of_piece(shape, dtype.name) // of_chunk, 1) * of_chunk
    return ZarrRows(path, origin, array, dtype.name, shape, at_once, range(0, shape[0], of_chunk))


def _codecs(about: Mapping[str, Any]) -> Iterator[str]:
    """The names of all that packs, however deep, as versions 2 and 3 say them."""
    packed = [about.get("compressor"), *(about.get("filters") or ()), *(about.get("codecs") or ())]
    for codec in filter(None, packed):
        said = cast("dict[str, Any]", codec if isinstance(codec, dict) else codec.get_config())
        yield str(said.get("id") or said.get("name"))
        inside: dict[str, Any] = said.get("configuration") or {}
        yield from _codecs({"codecs": inside.get("codecs")})
        yield from _codecs({"codecs": inside.get("index_codecs")})


def _guarded(origin: str, read: Callable[[], Result]) -> Result:
    try:
        return read()
    # a broken store can raise nearly anything: what is read there is JSON, and packed bytes
    except Exception as error:
        raise damaged(origin, "it is not a sound store of Zarr") from error
