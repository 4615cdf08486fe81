"""What may have been meant by a name that is not known."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Self, TypedDict

from spec_compiler.fixes import Fix, rename

LOOKED_AT = 200_000
"""Known names that the guesses of one run look at; then it makes none."""
_SHORT = 16
"""A name so many times longer counts as often: it takes longer to compare."""
_LONGEST = 128
"""A longer name was not typed by hand."""
_TELLING = 4
"""In a shorter name a letter more or less makes another name rather than a slip."""

MOST_ALLOWED = 200
"""Names that are listed as those that there are; of more, not a part."""

_left: ContextVar[list[int] | None] = ContextVar("names that may still be looked at", default=None)


@contextmanager
def guessing() -> Generator[None]:
    """A run: its guesses together look at so many names, however many mistakes it has."""
    token = _left.set([LOOKED_AT])
    try:
        yield
    finally:
        _left.reset(token)


class Guess(str):
    """A name that was probably meant; `sure` where it is a slip and nothing else is near."""

    __slots__ = ("sure",)

    def __new__(cls, name: str, sure: bool = False) -> Self:
        """A guess."""
        made = super().__new__(cls, name)
        made.sure = sure
        return made

    def after(self, prefix: str) -> Guess:
        """The name as it is written behind a prefix: `$width`, `std.ffn`."""
        return Guess(f"{prefix}{self}", self.sure)


def nearest(name: str, known: Iterable[str]) -> Guess | None:
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
    same = dict.fromkeys(candidate for candidate in candidates if _folded(candidate) == folded)
    if same:
        return Guess(next(iter(same)), len(same) == 1)
    found = most_similar(name, candidates)
    if found is None:
        return None
    slips = {candidate for candidate in candidates if _is_slip(name, candidate)}
    return Guess(found, slips == {found})


def _is_slip(name: str, other: str) -> bool:
    """Whether two names differ by one letter: missing, double, another, or swapped with the next.

    A digit is no slip: `x1` and `x2` are two names.
    """
    if abs(len(name) - len(other)) > 1 or min(len(name), len(other)) < _TELLING:
        return False
    start = _same(name, other)
    end = _same(name[start:][::-1], other[start:][::-1])
    here, there = (text[start : len(text) - end] for text in (name, other))
    if any(letter.isdigit() for letter in here + there):
        return False
    return max(len(here), len(there)) <= 1 or (len(here) == 2 and here == there[::-1])


def _same(name: str, other: str) -> int:
    """How many letters two names have in common before they differ."""
    pairs = enumerate(zip(name, other, strict=False))
    return next((at for at, (one, two) in pairs if one != two), min(len(name), len(other)))


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
    fix: Fix | None
    allowed: tuple[str, ...]


def listed(names: Iterable[str]) -> tuple[str, ...]:
    """All names that there are, each once; nothing where they are more than anybody reads."""
    found = tuple(islice(dict.fromkeys(islice(names, LOOKED_AT)), MOST_ALLOWED + 1))
    return found if len(found) <= MOST_ALLOWED else ()


def suggestion(
    guess: str | None,
    otherwise: str = "",
    allowed: Iterable[str] = (),
    only: Collection[str] = (),
) -> Suggestion:
    """The guess as a question, and as a fix; without one, the help that is given instead.

    Args:
        guess: The name that was probably meant.
        otherwise: The help.
        allowed: All names that may stand there, if they are to be listed.
        only: Names of which another is meant: where there is one, no other can be.
    """
    few = listed(allowed)
    if guess is None:
        fix = Fix("name", next(iter(only)), safe=False, help=otherwise) if len(only) == 1 else None
        return {"annotation": "", "help": otherwise, "fix": fix, "allowed": few}
    fix = rename(guess, safe=isinstance(guess, Guess) and guess.sure)
    return {"annotation": fix.annotation, "help": "", "fix": fix, "allowed": few}
