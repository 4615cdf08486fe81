"""Completion in bash, which parts words at `=` and `:`: they are put together, and answers parted.

Loaded only when bash asks.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

import typer

_BREAKS = frozenset("=:")


@contextmanager
def whole_words() -> Generator[None]:
    """Ask with whole words, and answer with what bash has of the last one, a line each.

    `--set width=` comes as `--set`, `width` and `=`, and what may follow is `16`, not `width=16`.
    """
    asked = os.environ.get("COMP_WORDS", ""), os.environ.get("COMP_CWORD", "")
    words, at, before = joined(asked[0].split("\n"), int(asked[1]))
    os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = "\n".join(words), str(at)
    told = StringIO()
    try:
        with redirect_stdout(told):
            yield
    finally:
        os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = asked
        for line in told.getvalue().splitlines():
            typer.echo(line.removeprefix(before))


def joined(words: list[str], at: int) -> tuple[list[str], int, str]:
    """Words as they were typed.

    Args:
        words: As bash parts them.
        at: Which of them is being typed.

    Returns:
        The words, which of them is being typed, and what of it stands before bash's.
    """
    whole: list[str] = []
    here, before, open_ = len(words), "", False
    for number, word in enumerate(words):
        is_break = bool(word) and _BREAKS.issuperset(word)
        if whole and (is_break or open_):
            start = whole[-1] + (word if is_break else "")
            whole[-1] += word
        else:
            start = word if is_break else ""
            whole.append(word)
        open_ = is_break
        if number == at:
            here, before = len(whole) - 1, start
    return whole, here, before
