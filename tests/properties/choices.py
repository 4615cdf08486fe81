"""Decisions: what a spec or an expression becomes as it grows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Protocol

from hypothesis import strategies as st


class Choices(Protocol):
    """What strategies ask for."""

    def pick(self, options: Sequence[Any]) -> Any:
        """One of them."""

    def whole(self, low: int, high: int) -> int:
        """A number, both bounds included."""

    def shuffled(self, items: Sequence[Any]) -> list[Any]:
        """All of them in some order."""

    def several(self, items: Sequence[Any], most: int) -> list[Any]:
        """One or more, each at most once."""


class Searched:
    """Decisions that Hypothesis makes, and makes simpler when a test fails."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def whole(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def shuffled(self, items: Sequence[Any]) -> list[Any]:
        return self.draw(st.permutations(items))

    def several(self, items: Sequence[Any], most: int) -> list[Any]:
        parts = st.sampled_from(items)
        return self.draw(st.lists(parts, min_size=1, max_size=most, unique=True))


class Diced:
    """Decisions by lot: thousands of specs in a second, the same ones every time."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - not for secrets

    def pick(self, options: Sequence[Any]) -> Any:
        return self.random.choice(options)

    def whole(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def shuffled(self, items: Sequence[Any]) -> list[Any]:
        return self.random.sample(items, len(items))

    def several(self, items: Sequence[Any], most: int) -> list[Any]:
        return self.random.sample(items, self.whole(1, min(most, len(items))))
