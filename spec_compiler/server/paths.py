"""Addresses of an editor and paths of files."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from pygls import uris


def path_of(uri: str) -> str:
    """The path of a file; of what has none, as a text that was never saved, a name for it."""
    try:
        path = uris.to_fs_path(uri) if uri.startswith("file:") else None
        name = os.path.basename(unquote(urlsplit(uri).path))
    except ValueError:  # it is no address
        path, name = None, ""
    if path and "\0" not in path:
        return path
    return name.replace("\0", "") or "untitled"


def uri_of(path: str) -> str:
    """The address of a file."""
    return uris.from_fs_path(os.path.abspath(path)) or ""
