"""What a project asks of findings: `specc.toml`, or `[tool.specc]` in `pyproject.toml`.

Such a file comes with a repository, so from strangers: its settings are a closed list, and the only
file that one names is a baseline in its own folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from spec_compiler.codes import CODES
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.declaring.scope import described
from spec_compiler.linting.rules import Rules
from spec_compiler.records import record
from spec_compiler.refusals import Refusal, Severity
from spec_compiler.spelling import nearest, suggestion

LEVELS: Mapping[str, Severity | None] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.NOTE,
    "note": Severity.NOTE,
    "off": None,
}
"""What `severity` may say."""


@record
class Settings:
    """What is asked of the specs below a folder.

    Attributes:
        folder: Where the settings stand; patterns are relative to it.
        rules: For all of them.
        deny_warnings: Whether a warning is a failure.
        for_files: What else is ignored, by pattern.
        exclude: Patterns of specs that are not looked for in folders.
        baseline: A file of findings that are known; None where there is none.
    """

    folder: Path
    rules: Rules = Rules()
    deny_warnings: bool = False
    for_files: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    baseline: Path | None = None

    def rules_for(self, path: str) -> Rules:
        """What is asked of one spec."""
        name = self._name(path)
        more = [codes for pattern, codes in self.for_files if fnmatchcase(name, pattern)]
        return self.rules.ignoring(code for codes in more for code in codes)

    def excludes(self, path: str) -> bool:
        """Whether a spec is passed over where its folder is named."""
        name = self._name(path)
        return any(fnmatchcase(name, pattern) for pattern in self.exclude)

    def _name(self, path: str) -> str:
        return Path(os.path.relpath(os.path.realpath(path), self.folder)).as_posix()


def read_settings(folder: Path, written: object) -> tuple[Settings, list[Refusal]]:
    """The settings that could be read, and what is wrong with the others.

    Args:
        folder: Where they stand.
        written: What stands there.
    """
    found: dict[str, Any] = {}
    wrong: list[Refusal] = []
    if not is_mapping(written):
        return Settings(folder), [Refusal("SPC1095", "`tool.specc` must be a table")]
    for key, value in written.items():
        try:
            if key not in _READERS:
                hint = suggestion(nearest(key, _READERS), f"there are {_listed(_READERS)}")
                raise Refusal("SPC1095", f"there is no setting `{key}`", **hint)
            found[key] = _READERS[key](value)
        except Refusal as refusal:
            wrong.append(refusal.under((key,)))
    rules = Rules(found.get("select", ()), found.get("ignore", ()), found.get("severity", {}))
    baseline = found.get("baseline")
    settings = Settings(
        folder,
        rules,
        found.get("deny-warnings", False),
        found.get("per-file-ignores", ()),
        found.get("exclude", ()),
        None if baseline is None else folder / baseline,
    )
    return settings, wrong


def codes_like(written: object) -> tuple[str, ...]:
    """Codes, or how they begin, each of which there is.

    Raises:
        Refusal: it is something else.
    """
    found = _texts(written)
    for code in found:
        if not code or not any(known.startswith(code) for known in CODES):
            raise _no_code(code)
    return found


def _no_code(code: str) -> Refusal:
    hint = suggestion(nearest(code, CODES), "write a code, or how codes begin: `SPC10`")
    return Refusal("SPC1095", f"there is no code `{code}`", argument=(code,), **hint)


def _texts(written: object) -> tuple[str, ...]:
    if not is_list(written):
        raise Refusal("SPC1095", f"must be a list of texts, not {described(written)}")
    for item in written:
        if not isinstance(item, str):
            message = f"must be a list of texts, and {described(item)} is in it"
            raise Refusal("SPC1095", message)
    return tuple(map(str, written))


def _bool(written: object) -> bool:
    if not isinstance(written, bool):
        raise Refusal("SPC1095", f"must be `true` or `false`, not {described(written)}")
    return written


def _severity(written: object) -> dict[str, Severity | None]:
    levels = _table(written, "codes to severities")
    for code, level in levels.items():
        if code not in CODES:
            raise _no_code(code)
        if level not in LEVELS:
            message = f"the severity of `{code}` is one of {_listed(LEVELS)}"
            raise Refusal("SPC1095", message, argument=(code,))
    return {code: LEVELS[str(level)] for code, level in levels.items()}


def _for_files(written: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for pattern, codes in _table(written, "patterns to codes").items():
        try:
            found.append((pattern, codes_like(codes)))
        except Refusal as refusal:
            raise refusal.under((pattern,)) from None
    return tuple(found)


def _table(written: object, of: str) -> dict[str, object]:
    if not is_mapping(written):
        raise Refusal("SPC1095", f"must be a table from {of}, not {described(written)}")
    return written


def _baseline(written: object) -> PurePosixPath:
    if not isinstance(written, str) or not written:
        raise Refusal("SPC1095", f"must be the name of a file, not {described(written)}")
    path = PurePosixPath(written)
    if path.is_absolute() or ".." in path.parts or "\\" in written or ":" in written:
        raise Refusal("SPC1095", "must be a file in the folder of the settings, or below it")
    return path


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_READERS: Mapping[str, Callable[[object], object]] = {
    "select": codes_like,
    "ignore": codes_like,
    "severity": _severity,
    "deny-warnings": _bool,
    "per-file-ignores": _for_files,
    "exclude": _texts,
    "baseline": _baseline,
}
"""All settings, and what reads each."""
