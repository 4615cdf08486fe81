"""What `specc validate --fix` writes, what `--diff` shows instead, and how that is said."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Unpack

from spec_compiler.cli.patch import show_patch
from spec_compiler.cli.reading import STDIN, STDIN_NAME, typed_in
from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.words import say
from spec_compiler.compile import Options
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.drafts import Drafts
from spec_compiler.linting import Rules
from spec_compiler.mending import findings, mended, offer_only_better
from spec_compiler.rewriting import require_rewritable, rewrite
from spec_compiler.shortening import shown
from spec_compiler.source import Limits


class Fixing:
    """Mends specs one after the other, in drafts that they share; files are written at the end.

    Standard input is mended to standard output.

    Args:
        paths: The specs, which are what may be edited.
        fix: Whether they are to be edited.
        unsafe: As of `mended`.
        diff: Whether edits are shown, and nothing is edited: reports are of the specs as they are.
    """

    def __init__(self, paths: list[str], *, fix: bool, unsafe: bool, diff: bool) -> None:
        if not (fix or diff):
            raise UsageError("--unsafe: say `--fix --unsafe`, or `--diff --unsafe` to look at it")
        self.of_stdin = STDIN in paths
        if self.of_stdin and len(paths) > 1:
            raise UsageError("standard input is fixed alone, as its result is printed")
        self.unsafe, self.diff = unsafe, diff
        texts = {STDIN_NAME: typed_in()} if self.of_stdin else {}
        self.texts = {name: text for name, text in texts.items() if len(text) <= Limits().bytes}
        self.paths = [STDIN_NAME if path == STDIN else path for path in paths]
        self.closed = {} if diff or self.of_stdin else _closed(self.paths)
        able = [path for path in self.paths if os.path.realpath(path) not in self.closed]
        self.drafts = Drafts.of(able, texts)
        self.fixed = self.behind = self.unwritten = 0
        self.within = Counter[str]()
        self.any_read = False
        self.rest = Diagnostics()
        self.back: list[str] = []
        self.elsewhere: Counter[str] = Counter()

    def check(self, path: str, rules: Rules, **options: Unpack[Options]) -> Diagnostics:
        """Mend a spec, as far as its findings say how; what a report says of it.

        Raises:
            OSError: it cannot be read, or edited.
        """
        path = STDIN_NAME if path == STDIN else path
        done = mended(path, self.drafts, unsafe=self.unsafe, rules=rules, **options)
        self.fixed += done.fixed
        self.behind += done.behind
        self.within += done.within
        self.any_read = True
        self.rest.extend(done.found)
        self.back += [finding.code for finding in done.taken_back]
        self.elsewhere |= done.elsewhere
        found = done.found
        if self.diff:
            found = findings(path, Drafts.of(self.paths, self.texts), rules, **options)
        offer_only_better(found, done)
        return found

    def finish(self, unread: list[OSError]) -> bool:
        """Write the files, or show what would be written; whether there is any.

        Args:
            unread: Takes why some cannot be written, which does not keep others from it.
        """
        changed = self.drafts.changed
        for name in list(self.elsewhere):
            if (error := self.closed.get(os.path.realpath(name))) is not None:
                del self.elsewhere[name]
                unread.append(error)
        for path, (before, now) in changed.items():
            name = STDIN_NAME if self.of_stdin else os.path.relpath(path)
            if self.diff:
                texts = before.decode("utf-8", "replace"), now.decode()
                show_patch(*texts, *(f"{side}/{Path(name).as_posix()}" for side in "ab"))
            elif not self.of_stdin:
                try:
                    rewrite(path, before, now)
                except OSError as error:
                    unread.append(error)
                    self.fixed -= self.within[path]
                    self.unwritten += self.within[path]
        if self.of_stdin and not self.diff:
            for name in self.texts:
                _write(self.drafts.now[os.path.realpath(name)])
        return bool(changed)

    def say(self, left: int) -> None:
        """What was done in one line, and what was not in others; nothing where no spec was read.

        Args:
            left: How many findings there are in the specs as they are to be.
        """
        if not self.any_read:
            return
        verb = "would be fixed" if self.diff else "fixed"
        behind = min(self.behind, self.fixed)
        more = f", {behind} of them behind others" if behind else ""
        say(f"{self.fixed} {verb}{more}, {left + self.unwritten} left", err=True)
        if self.back:
            codes = ", ".join(dict.fromkeys(self.back))
            say(f"note: taken back, since nothing was better then: the fix of {codes}", err=True)
        for file, count in self.elsewhere.items():
            fixes = "1 fix is" if count == 1 else f"{count} fixes are"
            say(f"note: {fixes} in {shown(file)}, which was not named", err=True)


def _closed(paths: list[str]) -> dict[str, OSError]:
    """Why some files cannot be edited, by their real paths; what is not there is said elsewhere."""
    found: dict[str, OSError] = {}
    for path in paths:
        try:
            require_rewritable(path)
        except PermissionError as error:
            found[os.path.realpath(path)] = error
        except OSError:
            continue
    return found


def _write(text: bytes) -> None:
    """A spec on standard output, to the byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
