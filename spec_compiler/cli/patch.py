"""Unified diffs of texts: `patch` and `git apply` take them, and a terminal and a log are safe."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator

import typer

from spec_compiler.report import escape
from spec_compiler.report.style import takes_unicode

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
"""A line as tools for diffs know it; a carriage return is one more sign in it."""


def show_patch(before: str, now: str, old: str, new: str) -> None:
    """Print what differs.

    What is not printed to a terminal is to the byte, but for lines that a log of a build would take
    for a command.

    Args:
        before: The text as it is.
        now: As it is to be.
        old: What the first is called.
        new: What the second is called.
    """
    sys.stdout.flush()
    unicode = takes_unicode(sys.stdout.encoding)
    for line in _diff(before, now, escape.terminal(old, unicode), escape.terminal(new, unicode)):
        if sys.stdout.isatty():
            typer.echo(escape.terminal(line.rstrip("\r\n"), unicode), color=True)
        else:
            sys.stdout.buffer.write(escape.patch(line).encode())
    sys.stdout.flush()


def _diff(before: str, now: str, old: str, new: str) -> Iterator[str]:
    for line in difflib.unified_diff(_LINE.findall(before), _LINE.findall(now), old, new):
        # of what stays a log would see the beginning: it is taken away, and put there again
        acts = line.startswith(" ") and escape.patch(line) != line
        for part in (f"-{line[1:]}", f"+{line[1:]}") if acts else (line,):
            yield part if part.endswith("\n") else f"{part}\n\\ No newline at end of file\n"
