"""What may have been meant by a name that is not known."""

from __future__ import annotations

import re
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import TypedDict

LOOKED_AT = 200_000
"""Known names that the guesses of one run look at; then it makes none."""
_SHORT = 16
"""A name so many times longer counts as often: it takes longer to compare."""
_LONGEST = 128
"""A longer name was not typed by hand."""

MOST_ALLOWED = 200
"""Names that are listed as those that there are; of more, not a part."""
_PLAIN_NAME = re.compile(r"\$?[A-Za-z_][\w.-]*")
"""A name that needs no quotes, wherever it stands."""
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""What readers of YAML take for something else."""

_left: ContextVar[list[int] | None] = ContextVar("names that may still be looked at", default=None)


@contextmanager
def guessing() -> Generator[None]:
    """A run: its guesses together look at so many names, however many mistakes it has."""
    token = _left.set([LOOKED_AT])
    try:
        yield
    finally:
        _left.reset(token)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a typing mistake most probably meant, or None.

    Compares without case and underscores first (`Relu`, `masked_zero`), then by similarity.
    """
    left = _left.get() or [LOOKED_AT]
    if len(name) > _LONGEST:
        return None
    price = 1 + len(name) // _SHORT
    candidates = list(islice(known, left[0] // price))
    left[0] -= len(candidates) * price
    candidates = [candidate for candidate in candidates if len(candidate) <= _LONGEST]
    folded = _folded(name)
    for candidate in candidates:
        if _folded(candidate) == folded:
            return candidate
    return most_similar(name, candidates)


def _folded(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def most_similar(name: str, candidates: list[str]) -> str | None:
    """The candidate that looks like `name`, or None; takes long for many."""
    import difflib  # loaded only when there is something to suggest

    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return close[0] if close else None


class Suggestion(TypedDict):
    """What a diagnostic says of a name that is not known: a guess beside the caret, or a help.

    Attributes:
        annotation: The guess as a question.
        help: What is said without one.
        instead: The guess.
        allowed: All names that there are, where they are few.
    """

    annotation: str
    help: str
    instead: str
    allowed: tuple[str, ...]


def suggestion(guess: str | None, otherwise: str = "", allowed: Collection[str] = ()) -> Suggestion:
    """The guess as a question; without one, the help that is given instead."""
    few = tuple(allowed) if len(allowed) <= MOST_ALLOWED else ()
    if guess is None:
        return {"annotation": "", "help": otherwise, "instead": "", "allowed": few}
    asked = f"did you mean `{guess}`?"
    return {"annotation": asked, "help": "", "instead": guess, "allowed": few}


def unquoted(written: str) -> str:
    """A name without the quotes that it is written in."""
    return written[1:-1] if len(written) > 1 and written[0] == written[-1] in "'\"" else written


def respelled(written: str, name: str) -> str | None:
    """A name as it is to be written in place of another: in its quotes, where it has some.

    None where it would need quotes that the other has not.
    """
    if not _PLAIN_NAME.fullmatch(name) or name.casefold() in _WORDS:
        return None
    quote = written[0] if unquoted(written) != written else ""
    return f"{quote}{name}{quote}"
