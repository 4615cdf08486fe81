"""Zip archives of strangers: what is in them is checked before any of it is inflated."""

from __future__ import annotations

import atexit
import io
import os
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar, cast

from spec_compiler.data.handle import Allowance, damaged
from spec_compiler.refusals import Refusal

_SIZE_OF_DIRECTORY = 5
"""Where that stands in what zipfile's `_EndRecData` gives."""
_OF_ENTRY = 32
"""The bytes that a byte of the list of members takes; a member has 46 there at least."""
_COMPRESSIONS = frozenset((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
_PIECE = 2**20
"""The bytes that are inflated at once."""
Result = TypeVar("Result")


@contextmanager
def opened(
    path: str | os.PathLike[str], allowance: Allowance
) -> Generator[zipfile.ZipFile, None, None]:
    """An archive, after the memory that its list of members takes was asked for.

    Raises:
        Refusal: It is too long.
        OSError: The archive cannot be opened.
    """
    with open(path, "rb") as file:
        end: Any = cast("Any", zipfile)._EndRecData(file)
    # zipfile reads the list as a whole
    allowance.take(os.fspath(path), 0, _OF_ENTRY * end[_SIZE_OF_DIRECTORY] if end else 0)
    with zipfile.ZipFile(path) as archive:
        yield archive


def members(path: str, archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """What is in an archive, each name once.

    Raises:
        Refusal: It cannot be read, or is not where the archive says.
    """
    seen: set[str] = set()
    starts: set[int] = set()
    for info in archive.infolist():
        name = info.filename
        if name in seen:
            raise damaged(path, f"it holds `{name}` twice")
        if info.flag_bits & 1 or info.compress_type not in _COMPRESSIONS:
            raise damaged(f"{path}:{name}", "it is encrypted or not compressed by deflate")
        # zipfile would seek there and report an operating system error, or warn
        if not 0 <= info.header_offset < archive.start_dir:
            raise damaged(path, f"its member `{name}` lies outside the file")
        if info.header_offset in starts:
            raise damaged(path, f"its member `{name}` lies where another one does")
        seen.add(name)
        starts.add(info.header_offset)
        yield info


def content(
    path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance
) -> bytes:
    """A whole member, of the size that the archive declares.

    Raises:
        Refusal: It is larger than is allowed, or than it says.
    """
    origin = f"{path}:{info.filename}"
    allowance.take(origin, info.file_size)
    read = io.BytesIO()  # grows in place, where `read` would hold all of it twice
    with archive.open(info) as stream:
        while read.tell() <= info.file_size and (piece := stream.read(_PIECE)):
            read.write(piece)
    if read.tell() != info.file_size:
        raise damaged(origin, "it has another size than the archive says")
    return read.getvalue()


@contextmanager
def as_file(
    path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowance: Allowance
) -> Generator[str, None, None]:
    """A whole member as a file, which takes no memory, however it is compressed.

    It is gone afterwards; what was opened of it can still be read.

    Raises:
        Refusal: It is larger than what may be read, or than it says.
        OSError: There is no room for it.
    """
    origin = f"{path}:{info.filename}"
    allowance.take(origin, 0, info.file_size)
    with tempfile.NamedTemporaryFile(delete=False) as file:
        try:
            with archive.open(info) as stream:
                left = info.file_size + 1
                while left and (piece := stream.read(min(left, _PIECE))):
                    left -= len(piece)
                    file.write(piece)
            if left != 1:
                raise damaged(origin, "it has another size than the archive says")
            file.close()
            yield file.name
        finally:
            _remove(file.name)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except PermissionError:  # Windows, where it is still open
        atexit.register(_gone, path)


def _gone(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


def guarded(origin: str, kind: str, read: Callable[[], Result]) -> Result:
    """What `read` gives; what zipfile raises for broken archives is a refusal."""
    try:
        return read()
    except Refusal:
        raise
    # besides its own error
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        raise damaged(origin, f"it is not a sound {kind} file") from error
