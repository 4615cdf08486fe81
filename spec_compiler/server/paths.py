"""Addresses of an editor and paths of files."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from pygls import uris


def path_of(uri: str) -> str:
    """The path of a file; of what has none, as a text that was never saved, a name for it."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    if path is not None and "\0" not in path:
        return path
    name = os.path.basename(unquote(urlsplit(uri).path)).replace("\0", "")
    return name or "untitled"


def uri_of(path: str) -> str:
    """The address of a file."""
    return uris.from_fs_path(os.path.abspath(path)) or ""
