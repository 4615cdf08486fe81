"""Files that get another text in their place, where nobody else has changed them meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from spec_compiler.files import writing

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class ChangedError(OSError):
    """A file is not any more what was read of it, so that an edit would hit another text."""

    def __init__(self, file: str, done: str = "edited") -> None:
        super().__init__(None, f"it was changed meanwhile, and was not {done}", file)


def require_rewritable(path: str | os.PathLike[str]) -> None:
    """Ask before the work whether a file may get another text.

    Raises:
        OSError: it is not there, it is read-only, or its folder takes no file.
    """
    target = Path(os.path.realpath(path))
    writable = target.stat().st_mode & _WRITABLE and os.access(target, os.W_OK)
    if not writable or not os.access(target.parent, os.W_OK):
        why = "its folder takes no file to replace it" if writable else "it is read-only"
        raise PermissionError(errno.EACCES, f"{os.strerror(errno.EACCES)}: {why}", str(path))


def rewrite(path: str | os.PathLike[str], before: bytes, after: bytes) -> None:
    """Replace a file as a whole, which keeps its mode; a link stays, and leads to the new text.

    Args:
        path: The file.
        before: What was read of it.
        after: What is to be in it.

    Raises:
        ChangedError: something else has written it since it was read.
        OSError: it, or its folder, is not to be written; it has its old content.
        Refusal: it is no ordinary file.
    """
    require_rewritable(path)
    target = Path(os.path.realpath(path))
    with writing(target) as file:
        file.write(after)
        os.chmod(file.name, stat.S_IMODE(target.stat().st_mode))
        if target.read_bytes() != before:
            raise ChangedError(str(path))
