"""How reports for other programs name a file."""

from __future__ import annotations

from pathlib import Path, PurePath


def relative(file: str) -> str:
    """A file as seen from the folder that specc runs in, with forward slashes.

    One elsewhere keeps its whole path; what is no file (`<stdin>`) keeps its name.
    """
    if not file:
        return ""
    path = PurePath(file)
    if path.is_absolute() and path.is_relative_to(here := Path.cwd()):
        path = path.relative_to(here)
    return path.as_posix()
