"""What is said of an imported model beside errors: a line a kind, however many layers it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_SHOWN = 3


class Notes:
    """What differs from the original in more than form."""

    def __init__(self) -> None:
        self._renamed: list[tuple[str, str]] = []
        self._said: dict[str, dict[str, None]] = {}

    def rename(self, old: str, new: str) -> None:
        """A layer has another name here."""
        self._renamed.append((old, new))

    def say(self, name: str, told: str) -> None:
        """Something about a layer or an input."""
        self._said.setdefault(told, {})[name] = None

    def lines(self) -> Iterator[str]:
        """The notes, in the order in which their kinds came."""
        if len(self._renamed) == 1:
            ((old, new),) = self._renamed
            yield f"layer `{old}` is named `{new}`"
        elif self._renamed:
            pairs = [f"`{old}` is `{new}`" for old, new in self._renamed]
            yield f"layers have other names: {_some(pairs)}"
        for told, names in self._said.items():
            yield f"{_some([f'`{name}`' for name in names])}: {told}"


def _some(items: Sequence[str]) -> str:
    more = len(items) - _SHOWN
    first = ", ".join(items[:_SHOWN])
    return f"{first} and {more} more" if more > 0 else first
