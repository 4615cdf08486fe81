"""What random expressions are made of: terms as the strategy knows them, and how one grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from choices import Choices
from random_functions import ALONG_THE_LAST, CLOSE

_INEXACT = {text.partition("(")[0] for text in (*CLOSE, *ALONG_THE_LAST)} | {
    "logsumexp",
    "var",
    "glu",
}


@dataclass(frozen=True)
class Term:
    """A part of an expression: its text, its sizes as written, and its array.

    A step that jumps, such as `floor`, may only follow where the array is exact: two ways to
    compute `sigmoid` may differ in the last bit.
    """

    text: str
    shape: tuple[Any, ...]
    array: np.ndarray

    @property
    def exact(self) -> bool:
        return not any(f"{name}(" in self.text for name in _INEXACT)

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def kind(self) -> str:
        return self.array.dtype.kind


class Growing:
    """A term that grows step by step."""

    def __init__(self, choices: Choices, leaves: list[Term], sizes: dict[str, int]) -> None:
        self.choices, self.leaves, self.sizes = choices, leaves, sizes

    def pick(self, *options: Any) -> Any:
        return self.choices.pick(options)

    def number(self, low: int, high: int) -> int:
        return self.choices.whole(low, high)

    def axis(self, term: Term) -> tuple[int, int]:
        """An axis from 0, and as it is written: the only one, which may be the batch, as 0."""
        at = self.number(0, term.rank - 1)
        return at, at - term.rank if term.rank > 1 and self.pick(True, False) else at

    def floating(self, term: Term) -> Term:
        if term.kind == "f":
            return term
        return Term(f'cast({term.text}, "float64")', term.shape, term.array.astype("float64"))

    def numeric(self, term: Term) -> Term:
        if term.kind != "b":
            return term
        return Term(f'cast({term.text}, "int32")', term.shape, term.array.astype("int32"))

    def boolean(self, term: Term) -> Term:
        if term.kind == "b":
            return term
        if not term.exact:
            return Term(f'ones_like({term.text}, "bool")', term.shape, term.array == term.array)
        return Term(f"({term.text} > 0)", term.shape, term.array > 0)
