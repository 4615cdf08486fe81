"""Findings that are known and not mended yet, in a file: they are neither shown nor counted."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from spec_compiler.declaring.plain import is_mapping
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.finding import Diagnostic, Suppressed, by_place
from spec_compiler.places import Outside
from spec_compiler.refusals import Refusal, Severity
from spec_compiler.report.closing import file_of
from spec_compiler.report.fingerprints import fingerprints
from spec_compiler.shortening import counted

_LARGEST = 1 << 26
"""Bytes of a baseline."""
_OWN = "SPC1094"
_NAMED = 3
"""How many findings that are mended are named."""


class Known(NamedTuple):
    """A finding as a baseline has it."""

    file: str
    code: str
    message: str


class Baseline:
    """A file of findings that are known.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = Path(os.path.realpath(path)).parent

    def apply(self, found: Diagnostics) -> int:
        """Take away what is known, and say what is known and not found any more.

        Returns:
            How many findings are taken away.

        Raises:
            OSError: the file cannot be read.
        """
        with found.at(Outside(str(self.path))):
            known, now = self._read(), self._named(found)
            hidden = {finding for finding, name in now.items() if name in known}
            looked_at = self._without_errors(found)
            left = set(known) - set(now.values())
            mended = [known[name] for name in known if name in left]
            mended = [item for item in mended if item.file in looked_at]
            found.suppressed += [Suppressed(finding, "baseline") for finding in hidden]
            found.revise(lambda finding: None if finding in hidden else finding)
            if mended:
                found.at(Outside(str(self.path)), severity=Severity.WARNING).add(_stale(mended))
            return len(hidden)
        return 0

    def left_of(self, found: Diagnostics) -> int:
        """How many findings are not known.

        Raises:
            OSError: the file cannot be read.
            Refusal: it is no baseline.
        """
        known = self._read()
        hidden = [name for name in self._named(found).values() if name in known]
        return found.counts.total() - len(hidden)

    def text(self, found: Diagnostics) -> str:
        """The file as it is to be: what is found now, and what was known of other specs.

        Raises:
            OSError: the file is there, and cannot be read.
            Refusal: it is no baseline.
        """
        checked = {self._called(file) for file in found.checked}
        old = self._read() if self.path.exists() else {}
        others = {name: item for name, item in old.items() if item.file not in checked}
        new = {
            name: Known(self._called(file_of(finding)), finding.code, finding.message)
            for finding, name in self._named(found).items()
        }
        entries = sorted({**others, **new}.items(), key=lambda entry: (entry[1], entry[0]))
        findings = {name: item._asdict() for name, item in entries}
        return json.dumps({"baseline": 1, "findings": findings}, indent=1) + "\n"

    def _called(self, file: str) -> str:
        return Path(os.path.relpath(os.path.realpath(file), self.folder)).as_posix()

    def _named(self, found: Diagnostics) -> dict[Diagnostic, str]:
        """What may be known, each with the name that stays."""
        able = [
            item
            for item in by_place(found.one_by_one())
            if item.severity is not Severity.ERROR and item.code != _OWN
        ]
        return dict(zip(able, fingerprints(able, found.lines, self._called), strict=True))

    def _without_errors(self, found: Diagnostics) -> set[str]:
        """The specs of which all was said that there is to say."""
        broken = {self._called(file_of(finding)) for finding in found.errors}
        return {self._called(file) for file in found.checked} - broken

    def _read(self) -> dict[str, Known]:
        with open(self.path, "rb") as stream:
            raw = stream.read(_LARGEST + 1)
        try:
            written: object = json.loads(raw) if len(raw) <= _LARGEST else None
        except (ValueError, RecursionError):
            written = None
        if not is_mapping(written) or written.get("baseline") != 1:
            raise _no_baseline()
        return dict(_entries(written.get("findings")))


def _entries(written: object) -> Iterator[tuple[str, Known]]:
    if not is_mapping(written):
        raise _no_baseline()
    for name, item in written.items():
        entry: Mapping[str, object] = item if is_mapping(item) else {}
        parts = [entry.get(field) for field in Known._fields]
        if not all(isinstance(part, str) for part in parts):
            raise _no_baseline()
        yield name, Known(*map(str, parts))


def _no_baseline() -> Refusal:
    return Refusal(
        "SPC1096",
        "this is no baseline of specc",
        help="write one: `specc validate --baseline FILE --write-baseline SPEC…`",
    )


def _stale(mended: list[Known]) -> Refusal:
    notes = [f"{item.file}: {item.code}: {item.message}" for item in mended[:_NAMED]]
    if len(mended) > _NAMED:
        notes.append(f"and {len(mended) - _NAMED} more")
    verb = "is" if len(mended) == 1 else "are"
    return Refusal(
        _OWN,
        f"{counted(len(mended), 'finding')} of the baseline {verb} not found any more",
        notes=tuple(notes),
        help="write it again with `--write-baseline`",
    )
