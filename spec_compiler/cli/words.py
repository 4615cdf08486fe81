"""Words of commands on the terminal: names in them come from strangers."""

from __future__ import annotations

import sys

import typer

from spec_compiler.report.escape import line
from spec_compiler.report.style import takes_unicode


def say(text: str, *, err: bool = False) -> None:
    """Print a line; nothing in it acts on a terminal or a log, or begins another line.

    Args:
        text: The line.
        err: Whether it goes to standard error.
    """
    stream = sys.stderr if err else sys.stdout
    typer.echo(line(text, takes_unicode(stream.encoding)), err=err, color=True)
