"""How much of what strangers wrote is repeated to readers: names, lists, counts, sentences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice

_NAME = 80
_TEXT = 2000
_STEPS = 12


def shown(name: str) -> str:
    """A stranger's name in backquotes, cut where a message would become unreadable."""
    return f"`{name[:_NAME]}…`" if len(name) > _NAME else f"`{name}`"


def shown_some(names: Collection[str], most: int = 4) -> str:
    """Strangers' names for a message: the first few, and how many more there are."""
    first = ", ".join(shown(name) for name in islice(names, most))
    more = len(names) - most
    return f"{first} and {more} more" if more > 0 else first


def shown_path(names: Sequence[str]) -> str:
    """Names that lead to each other: all, or the first and the last and how many are between."""
    if len(names) > _STEPS:
        half = _STEPS // 2
        between = f"({len(names) - 2 * half} more)"
        names = [*names[:half], between, *names[-half:]]
    return " -> ".join(names)


def counted(number: int, noun: str) -> str:
    """`1 layer`, `2 layers`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(text: str) -> str:
    """A sentence; of one that is too long to read, the beginning and the end."""
    if len(text) <= _TEXT:
        return text
    return f"{text[: _TEXT // 2]} … {text[-_TEXT // 2 :]}"
