"""Where settings stand: upwards from a spec, no further than its repository or the home folder."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.places import Stretch
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.spans import Span

if TYPE_CHECKING:
    from spec_compiler.linting.settings import Settings

_OWN, _SHARED = "specc.toml", "pyproject.toml"
_SECTION = b"[tool.specc"
_LARGEST = 1 << 20
"""Bytes of a file of settings."""
_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


class SettingsFiles:
    """The settings of specs; each file is read once, and what is wrong with it said once.

    Args:
        found: Collects what is wrong.
    """

    def __init__(self, found: Diagnostics) -> None:
        self._found = found
        self._known: dict[Path, Settings | None] = {}
        self.looked_for: set[Path] = set()
        """The files that would say something if they were there, and those that do."""

    def of(self, path: str) -> Settings | None:
        """The settings for a spec; None where there are none.

        Raises:
            OSError: a file of settings cannot be read.
        """
        return self._of(Path(os.path.realpath(path)).parent)

    def _of(self, folder: Path) -> Settings | None:
        if folder not in self._known:
            found = self._in(folder)
            if found is None and folder.parent != folder and not _is_end(folder):
                found = self._of(folder.parent)
            self._known[folder] = found
        return self._known[folder]

    def _in(self, folder: Path) -> Settings | None:
        own, shared = folder / _OWN, folder / _SHARED
        self.looked_for |= {own, shared}
        if own.is_file():
            return self._read(own, _beginning(own))
        if shared.is_file() and _SECTION in (raw := _beginning(shared)):
            return self._read(shared, raw)
        return None

    def _read(self, path: Path, raw: bytes) -> Settings | None:
        # most specs have no settings
        from spec_compiler.linting.settings import read_settings

        name = os.path.relpath(path)
        name = str(path) if name.startswith("..") else name
        text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
        self._found.sources[name] = text
        wrong: list[Refusal] = []
        written: Mapping[str, Any] | None = {}
        try:
            written = _parsed(raw, text)
            if path.name == _SHARED:
                written = written.get("tool", {}).get("specc")
        except Refusal as refusal:
            wrong.append(refusal)
        if written is None:
            return None
        settings, others = read_settings(path.parent, written)
        for refusal in (*wrong, *others):
            self._found.at(_place(name, text, refusal.argument)).add(refusal)
        return settings


def _beginning(path: Path) -> bytes:
    with open(path, "rb") as stream:
        return stream.read(_LARGEST + 1)


def _is_end(folder: Path) -> bool:
    """Whether nobody looks above a folder: it is that of a repository, or somebody's home."""
    return (folder / ".git").exists() or folder == Path(os.path.expanduser("~"))


def _parsed(raw: bytes, text: str) -> Mapping[str, Any]:
    # see above
    import tomllib

    if len(raw) > _LARGEST:
        raise Refusal("SPC1095", f"settings have at most {_LARGEST} bytes")
    try:
        raw.decode("utf-8")
        return tomllib.loads(text)
    except UnicodeDecodeError:
        raise Refusal("SPC1095", "settings are UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        where = _PLACE.search(said)
        place = (where[1], where[2]) if where is not None and where[1] else ()
        message = f"this is no TOML: {_PLACE.sub('', said)}"
        raise Refusal("SPC1095", message, argument=tuple(map(int, place))) from None
    except RecursionError:
        raise Refusal("SPC1095", "this is nested too deep") from None


def _place(file: str, text: str, path: ItemPath) -> Stretch:
    """Where the last word of a path stands, behind those before it; or a line and a column.

    They are looked for: who reads TOML does not say where things stand.
    """
    if path and isinstance(path[0], int):
        line, column = map(int, path)
        return Stretch(Span(file, line, column, line, column + 1))
    start = end = max(text.find(_SECTION.decode()), 0)
    for word in map(str, path):
        at = text.find(word, end)
        if at >= 0:
            start, end = at, at + len(word)
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Stretch(Span(file, line, column, line, column + max(end - start, 1)))
