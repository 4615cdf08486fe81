"""Where settings stand: upwards from a spec, no further than its repository or the home folder."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from spec_compiler.declaring.plain import is_mapping
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.fixes import Fix
from spec_compiler.linting.settings import Settings, read_settings
from spec_compiler.places import Target
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.spans import Label, Span

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
        self._known: dict[Path, Settings] = {}

    def of(self, path: str) -> Settings:
        """The settings for a spec; those of nobody where there are none.

        Raises:
            OSError: a file of settings cannot be read.
        """
        return self._of(Path(os.path.realpath(path)).parent)

    def _of(self, folder: Path) -> Settings:
        if folder not in self._known:
            settings = self._in(folder)
            if settings is None:
                ends = folder.parent == folder or _is_end(folder)
                settings = Settings(folder) if ends else self._of(folder.parent)
            self._known[folder] = settings
        return self._known[folder]

    def _in(self, folder: Path) -> Settings | None:
        own, shared = folder / _OWN, folder / _SHARED
        if own.is_file():
            return self._read(own, own.read_bytes()[: _LARGEST + 1])
        if shared.is_file() and _SECTION in (raw := shared.read_bytes()[: _LARGEST + 1]):
            return self._read(shared, raw)
        return None

    def _read(self, path: Path, raw: bytes) -> Settings | None:
        name = os.path.relpath(path)
        name = str(path) if name.startswith("..") else name
        text = raw.decode("utf-8", "replace").replace("\r\n", "\n")
        page = _Toml(name, text)
        self._found.sources[name] = text
        with self._found.at(page):
            written = _parsed(raw, text)
            if path.name == _SHARED:
                written = _section(written)
                if written is None:
                    return None
            settings, wrong = read_settings(path.parent, written)
            for refusal in wrong:
                self._found.at(page).add(refusal)
            return settings
        return Settings(path.parent)


def _is_end(folder: Path) -> bool:
    """Whether nobody looks above a folder: it is that of a repository, or somebody's home."""
    return (folder / ".git").exists() or folder == Path(os.path.expanduser("~"))


def _parsed(raw: bytes, text: str) -> Mapping[str, object]:
    # most specs have no settings
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


def _section(written: Mapping[str, object]) -> Mapping[str, object] | None:
    tool = written.get("tool")
    section = tool.get("specc") if is_mapping(tool) else None
    return section if is_mapping(section) else None


@record
class _Toml:
    """A file of settings, in which keys are looked for: its reader does not say where they stand.

    Attributes:
        file: Its name.
        text: What stands there.
    """

    file: str
    text: str

    @property
    def trace(self) -> tuple[Label, ...]:
        """Nothing leads to it."""
        return ()

    def span_of(
        self, path: ItemPath, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> Span:
        """Where the last word of a path stands, behind those before it; or a line and a column."""
        if path and all(isinstance(part, int) for part in path):
            line, column = (int(part) for part in path)
            return Span(self.file, line, column, line, column + 1)
        start = end = max(self.text.find(_SECTION.decode()), 0)
        for word in map(str, path):
            at = self.text.find(word, end)
            if at >= 0:
                start, end = at, at + len(word)
        line = self.text.count("\n", 0, start) + 1
        column = start - self.text.rfind("\n", 0, start)
        return Span(self.file, line, column, line, column + max(end - start, 1))

    def target(self, path: ItemPath) -> Target | None:
        """Nothing that anybody edits."""

    def advice(self, path: ItemPath) -> Fix | None:
        """None."""

    def stands_for(self, path: ItemPath) -> str:
        """Nothing."""
        return ""
