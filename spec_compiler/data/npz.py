"""NumPy's archive of several arrays."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from spec_compiler import files
from spec_compiler.data import archives, npy, sparse
from spec_compiler.data.handle import Allowance, Handle, damaged
from spec_compiler.records import record
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import nearest

_PIECE = 2**16
"""The bytes that are inflated at a time."""
_LONGEST_FORMAT = 2**14
"""The bytes of the name of a sparse format, which is a file of one text."""


@record
class _Member:
    """A file of the archive that is an array."""

    path: str
    name: str
    info: zipfile.ZipInfo

    @property
    def origin(self) -> str:
        return f"{self.path}:{self.name}"

    @property
    def is_stored(self) -> bool:
        return self.info.compress_type == zipfile.ZIP_STORED


def read(
    path: str | os.PathLike[str],
    key: str | None = None,
    *,
    name: str = "",
    allowance: Allowance,
) -> dict[str, Handle]:
    """The arrays of an archive by name; members that are not compressed are mapped when loaded.

    Args:
        path: The archive, of `np.savez` or of `scipy.sparse.save_npz` (one sparse matrix).
        key: The only array to look at, or None for all.
        name: The name of a sparse matrix, which has none in the file.
        allowance: What the arrays that are compressed may take.

    Raises:
        Refusal: It is not a sound archive of arrays of numbers, or too large.
        OSError: It cannot be opened.
    """
    source = os.fspath(path)
    files.regular(path)

    def headers() -> dict[str, Handle]:
        with archives.opened(path, allowance) as archive:
            members = _members(source, archive)
            if key is None and sparse.is_sparse(members):
                with archive.open(members.pop("format").info) as stream:
                    form = stream.read(_LONGEST_FORMAT)[-32:]
                parts = _handles(archive, members, allowance)
                return {name: sparse.read(parts, form, name, source, allowance)}
            chosen = members if key is None else {key: _chosen(members, key, source)}
            return _handles(archive, chosen, allowance)

    return archives.guarded(source, "npz (zip)", headers)


def _members(path: str, archive: zipfile.ZipFile) -> dict[str, _Member]:
    members: dict[str, _Member] = {}
    for info in archives.members(path, archive):
        name = info.filename.removesuffix(".npy")
        if name == info.filename:
            raise damaged(path, f"its member `{info.filename}` is not an npy file")
        members[name] = _Member(path, name, info)
    return members


def _chosen(members: dict[str, _Member], key: str, path: str) -> _Member:
    if key not in members:
        raise missing_key(key, list(members), path)
    return members[key]


def missing_key(key: str, names: list[str], origin: str, kind: str = "array") -> Refusal:
    """The refusal of a name that is not in the file."""
    near = nearest(key, names)
    known = ", ".join(f"`{name}`" for name in names[:10]) or f"no {kind}"
    return Refusal(
        "SPC0562",
        f"`{origin}` has no {kind} `{key}`",
        notes=(f"it holds {known}" + (", …" if len(names) > 10 else ""),),
        help=f"did you mean `{near}`?" if near else f"name one of its {kind}s",
    )


def _handles(
    archive: zipfile.ZipFile, members: dict[str, _Member], allowance: Allowance
) -> dict[str, Handle]:
    handles: dict[str, Handle] = {}
    for name, member in members.items():
        with archive.open(member.info) as stream:
            header = npy.read_header(cast("Any", stream), member.info.file_size, member.origin)
        inflated = 0 if member.is_stored else header.size
        allowance.take(member.origin, inflated + header.copied)
        load = _loader(member, header)
        handles[name] = Handle(name, header.dtype.name, header.shape, member.origin, load)
    return handles


def _loader(member: _Member, header: npy.NpyHeader) -> Callable[[], NDArray[Any]]:
    if member.is_stored:
        return lambda: npy.mapped(member.path, header, _start(member) + header.offset)

    def inflate() -> NDArray[Any]:
        raw = np.empty(header.size, np.uint8)
        # not through the archive, which would read the list of all its members for each again
        with open(member.path, "rb") as file:
            file.seek(_start(member))
            stream = zipfile.ZipExtFile(file, "r", member.info)
            stream.read(header.offset)
            for start in range(0, raw.size, _PIECE):  # zipfile's own `readinto` reads all twice
                piece = stream.read(min(raw.size - start, _PIECE))
                if len(piece) != min(raw.size - start, _PIECE):
                    raise damaged(member.origin, "its values are cut off")
                raw[start : start + _PIECE] = np.frombuffer(piece, np.uint8)
        return header.array(raw)

    return lambda: archives.guarded(member.origin, "npz (zip)", inflate)


def _start(member: _Member) -> int:
    """Where the bytes of a stored member begin; zipfile keeps that to itself."""
    with open(member.path, "rb") as file:
        file.seek(member.info.header_offset)
        *_, name_length, extra_length = struct.unpack("<4s5H3L2H", file.read(30))
    start = member.info.header_offset + 30 + name_length + extra_length
    size = member.info.file_size if member.is_stored else member.info.compress_size
    if start + size > os.path.getsize(member.path):
        raise damaged(member.origin, "it goes beyond the end of the file")
    return start
