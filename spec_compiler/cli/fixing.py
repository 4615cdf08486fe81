"""What `specc validate --fix` writes, what `--diff` shows instead, and how that is said."""

from __future__ import annotations

import difflib
import errno
import os
import stat
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Unpack

import typer

from spec_compiler.cli.reading import STDIN
from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.words import say
from spec_compiler.compile import Options
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.files import writing
from spec_compiler.linting import Rules
from spec_compiler.mending import ChangedError, Drafts, mended
from spec_compiler.report.escape import terminal
from spec_compiler.report.style import takes_unicode
from spec_compiler.shortening import shown

_MODES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class Fixing:
    """Mends specs one after the other, in drafts that they share; files are written at the end."""

    def __init__(self, paths: list[str], *, fix: bool, unsafe: bool, diff: bool) -> None:
        if not (fix or diff):
            raise UsageError("--unsafe: say `--fix --unsafe`, or `--diff --unsafe` to look at it")
        if STDIN in paths:
            raise UsageError("standard input cannot be edited: name the file")
        self.unsafe, self.diff = unsafe, diff
        self.drafts = Drafts.of(paths)
        self.fixed = 0
        self.back: list[str] = []
        self.elsewhere: Counter[str] = Counter()

    def check(self, path: str, rules: Rules, **options: Unpack[Options]) -> Diagnostics:
        """Mend a spec, as far as its findings say how; what is left of them.

        Raises:
            OSError: it cannot be read, or edited.
        """
        done = mended(path, self.drafts, unsafe=self.unsafe, rules=rules, **options)
        self.fixed += done.fixed
        self.back += [finding.code for finding in done.taken_back]
        self.elsewhere |= done.elsewhere
        return done.found

    def finish(self) -> bool:
        """Write the files, or show what would be written; whether there is any.

        Raises:
            OSError: one cannot be written, or changed meanwhile.
        """
        changed = self.drafts.changed
        for path, (before, now) in changed.items():
            if self.diff:
                _show(os.path.relpath(path), before, now)
            else:
                _replace(path, before, now)
        return bool(changed)

    def say(self, left: Diagnostics) -> None:
        """What was done in one line, and what was not in others."""
        verb = "would be fixed" if self.diff else "fixed"
        say(f"{self.fixed} {verb}, {left.counts.total()} left", err=True)
        if self.back:
            codes = ", ".join(dict.fromkeys(self.back))
            say(f"note: taken back, since nothing was better then: the fix of {codes}", err=True)
        for file, count in self.elsewhere.items():
            fixes = "1 fix is" if count == 1 else f"{count} fixes are"
            say(f"note: {fixes} in {shown(file)}, which was not named", err=True)


def _replace(path: str, before: bytes, now: bytes) -> None:
    """Put new content into a file that is still what it was; its mode stays."""
    with open(path, "rb") as stream:
        if stream.read() != before:
            raise ChangedError(path)
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if not mode & _MODES:
        raise OSError(errno.EACCES, "it is read-only, and was not edited", path)
    with writing(path) as file:
        file.write(now)
        os.chmod(file.name, mode)


def _show(path: str, before: bytes, now: bytes) -> None:
    """A unified diff; a terminal is shown no sign that acts on it."""
    name = Path(path).as_posix()
    for line in _diff(before.decode("utf-8", "replace"), now.decode(), name):
        shown = line
        if sys.stdout.isatty():
            shown = terminal(line.rstrip("\r\n"), takes_unicode(sys.stdout.encoding)) + "\n"
        typer.echo(shown, nl=False, color=True)


def _diff(before: str, now: str, name: str) -> Iterator[str]:
    old, new = (text.splitlines(keepends=True) for text in (before, now))
    for line in difflib.unified_diff(old, new, f"a/{terminal(name)}", f"b/{terminal(name)}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
