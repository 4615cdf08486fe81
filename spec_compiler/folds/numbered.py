"""What alike parts are called together: `stack.*` for `stack.0` to `stack.11`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

_NUMBERS = re.compile(r"([0-9]+)")
_WORDS = re.compile(r"[0-9]+|[^\W0-9_]+|[^\w]|_")
_SHOWN_ONE_BY_ONE = 3


class Word(NamedTuple):
    """The only word in which two names differ: `2` and `3` of `block_2_conv` and `block_3_conv`.

    Attributes:
        place: Which word of both it is; of Keras's first, `dense` beside `dense_1`, -1.
        one: Of the first name.
        other: Of the second.
    """

    place: int
    one: str
    other: str

    @property
    def is_number(self) -> bool:
        """Whether it is a number in both."""
        return self.other.isdigit() and (self.one.isdigit() or self.place < 0)


def word_between(one: str, other: str) -> Word | None:
    """The word in which two names differ; None where they differ otherwise, or not at all."""
    here, there = _WORDS.findall(one), _WORDS.findall(other)
    if len(here) != len(there):
        is_next = there[:-2] == here and there[-2] == "_" and there[-1].isdigit()
        return Word(-1, "", there[-1]) if is_next else None
    differ = [at for at, pair in enumerate(zip(here, there, strict=True)) if pair[0] != pair[1]]
    return Word(differ[0], here[differ[0]], there[differ[0]]) if len(differ) == 1 else None


def label_of(names: Sequence[str], others: Sequence[str]) -> str:
    """What the layers of a copy are called together: `block_2`, where another has `block_3_conv`.

    Args:
        names: Those of a copy.
        others: Those of another.

    Returns:
        Empty where they have no such beginning.
    """
    found: set[str] = set()
    for one, other in zip(names, others, strict=True):
        word = word_between(one, other)
        known = word is not None and word.place >= 0
        found.add("".join(_WORDS.findall(one)[: word.place + 1]) if word and known else "")
    return found.pop() if len(found) == 1 else ""


def start_of(name: str, like: str) -> str:
    """The beginning of a name with as many words as another has."""
    return "".join(_WORDS.findall(name)[: len(_WORDS.findall(like))])


def place_of_number(one: str, other: str) -> int | None:
    """Where the only number stands in which two names differ; None where they differ otherwise.

    Keras calls the second `dense_1` and the first `dense`: that is -1.
    """
    here, there = _NUMBERS.split(one), _NUMBERS.split(other)
    if len(here) != len(there):
        return -1 if there[:-2] == [*here[:-1], f"{here[-1]}_"] and not there[-1] else None
    differ = [at for at, pair in enumerate(zip(here, there, strict=True)) if pair[0] != pair[1]]
    return differ[0] if len(differ) == 1 and differ[0] % 2 else None


def called(names: Sequence[str], beside: Collection[str]) -> str:
    """A name for several, which differ in nothing but a number, or in more.

    Args:
        names: Those that are meant.
        beside: All that stand there: where the others are called in the same way, a `*` would mean
            them, too.
    """
    first, last = names[0], names[-1]
    at = place_of_number(first, last)
    if at == -1 and all(place_of_number(first, name) == -1 for name in names[1:]):
        others = sum(name.startswith(first) for name in beside) > len(names)
        return _between(first, last) if others else f"{first}*"
    if at is None or at < 0 or any(place_of_number(first, name) != at for name in names[1:]):
        return _between(first, last)
    parts = _NUMBERS.split(first)
    before, after = "".join(parts[:at]), "".join(parts[at + 1 :])
    like = re.compile(f"{re.escape(before)}[0-9]+{re.escape(after)}")
    others = sum(like.fullmatch(name) is not None for name in beside) > len(names)
    numbers = [_NUMBERS.split(name)[at] for name in names]
    return f"{before}{{{_listed(numbers)}}}{after}" if others else f"{before}*{after}"


def _between(first: str, last: str) -> str:
    """`{left..right}_pool`, or both names."""
    word = word_between(first, last)
    if word is None or word.place < 0:
        return f"{{{first}..{last}}}"
    words = _WORDS.findall(first)
    before, after = "".join(words[: word.place]), "".join(words[word.place + 1 :])
    return f"{before}{{{word.one}..{word.other}}}{after}"


def _listed(numbers: Sequence[str]) -> str:
    """`1..4`, `3,5..13`, `3,5,8`."""
    steps = {int(two) - int(one) for one, two in pairwise(numbers)}
    if steps == {1}:
        return f"{numbers[0]}..{numbers[-1]}"
    if len(numbers) <= _SHOWN_ONE_BY_ONE:
        return ",".join(numbers)
    return f"{numbers[0]},{numbers[1]}..{numbers[-1]}"
