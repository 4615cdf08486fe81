"""What may have been meant by a name that is not known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import NamedTuple, Self, TypeAlias, TypedDict

from spec_compiler.fixes import Fix, rename

LOOKED_AT = 200_000
"""Known names that the guesses of one run look at; then it makes none."""
_SHORT = 16
"""A name so many times longer counts as often: it takes longer to compare."""
_LONGEST = 128
"""A longer name was not typed by hand."""
_TELLING = 4
"""In a shorter name a letter more or less makes another name rather than a slip."""

_BARELY = 0.75
"""How much two names have in common at least, if one is barely another than the other."""

MOST_ALLOWED = 200
"""Names that are listed as those that there are; of more, not a part."""

_COMPARED = 64
"""How many names are seen to be the same while one is looked at."""
_LISTS = 8
"""Lists of known names of which a run remembers its guesses."""


Judge: TypeAlias = "Callable[[str, list[str]], Guess | None]"
"""What tells from a name and known ones which was meant."""


class _Known(NamedTuple):
    """Known names, how many they were at first, and what was guessed from them."""

    names: list[str]
    size: int
    guesses: dict[tuple[str, Judge], Guess | None]


class _Run:
    """What a run has left to look at, and what it guessed before.

    Attributes:
        left: Names that may still be looked at.
        known: Lists of names that were asked for last.
    """

    __slots__ = ("known", "left")

    def __init__(self) -> None:
        self.left = LOOKED_AT
        self.known: list[_Known] = []

    def of(self, known: Iterable[str]) -> _Known:
        """Known names, and what was guessed from the same ones before."""
        for held in self.known:
            if held.names is known and held.size == len(held.names):
                return held
        names = known if isinstance(known, list) else list(islice(known, self.left))
        self.left -= min(self.left, len(names) // _COMPARED)
        same = (held for held in self.known if held.names == names and held.size == len(names))
        found = next(same, None) or _Known(names, len(names), {})
        self.known = [found, *(held for held in self.known if held is not found)][:_LISTS]
        return found

    def paid(self, names: list[str], price: int) -> list[str]:
        """As many of some names as can be paid for; longer ones than people type cost, too."""
        looked_at = names[: self.left // price]
        self.left -= len(looked_at) * price
        return [name for name in looked_at if len(name) <= _LONGEST]


_run: ContextVar[_Run | None] = ContextVar("what a run may still guess", default=None)


@contextmanager
def guessing() -> Generator[None]:
    """A run: its guesses together look at so many names, however many mistakes it has."""
    token = _run.set(_Run())
    try:
        yield
    finally:
        _run.reset(token)


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
    return guessed(name, known, _nearest)


def barely_another(name: str, known: Iterable[str]) -> Guess | None:
    """The nearest name, if about three letters of four are the same: of names without a meaning."""
    import difflib  # see `most_similar`

    guess = nearest(name, known)
    if guess is None or folded(guess) == folded(name):
        return guess
    return guess if difflib.SequenceMatcher(None, name, guess).ratio() >= _BARELY else None


def guessed(name: str, known: Iterable[str], judge: Judge) -> Guess | None:
    """What a judge of names makes of one, asked once in a run for the same name and names."""
    if len(name) > _LONGEST:
        return None
    run = _run.get() or _Run()
    names, _, guesses = run.of(known)
    asked = name, judge
    if asked not in guesses:
        guesses[asked] = judge(name, run.paid(names, 1 + len(name) // _SHORT))
    return guesses[asked]


def _nearest(name: str, candidates: list[str]) -> Guess | None:
    plain = folded(name)
    same = dict.fromkeys(candidate for candidate in candidates if folded(candidate) == plain)
    if same:
        return Guess(next(iter(same)), len(same) == 1)
    found = most_similar(name, candidates)
    if found is None:
        return None
    slips = {candidate for candidate in candidates if is_slip(name, candidate)}
    return Guess(found, slips == {found})


def is_slip(name: str, other: str) -> bool:
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


def folded(name: str) -> str:
    """The name without case, `_` and `-`, in which people differ who mean the same."""
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
    found: dict[str, None] = {}
    for name in islice(names, LOOKED_AT):
        found[name] = None
        if len(found) > MOST_ALLOWED:
            return ()
    return tuple(found)


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
