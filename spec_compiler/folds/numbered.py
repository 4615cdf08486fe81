"""What alike parts are called together: `stack.*` for `stack.0` to `stack.11`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_NUMBERS = re.compile(r"([0-9]+)")


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
    if at is None or at < 0 or any(place_of_number(first, name) != at for name in names[1:]):
        return f"{{{first}..{last}}}"
    parts, end = _NUMBERS.split(first), _NUMBERS.split(last)[at]
    before, after = "".join(parts[:at]), "".join(parts[at + 1 :])
    like = re.compile(f"{re.escape(before)}[0-9]+{re.escape(after)}")
    others = sum(like.fullmatch(name) is not None for name in beside) > len(names)
    return f"{before}{{{parts[at]}..{end}}}{after}" if others else f"{before}*{after}"
