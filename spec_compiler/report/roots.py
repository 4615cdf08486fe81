"""Root causes and what follows from them: a reader, or a program, mends the causes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spec_compiler.diagnostics import UNREAD, Diagnostic, Severity
from spec_compiler.finding import by_place
from spec_compiler.spans import Span


class Caused(NamedTuple):
    """A finding, and the index of the one that it follows from; None for a root."""

    finding: Diagnostic
    follows: int | None


def roots_first(findings: Iterable[Diagnostic]) -> list[Caused]:
    """All findings, those first that follow from no other.

    Roots are errors by place and then warnings and notes by place; behind them is what follows, by
    place. Indices are those of this list.
    """
    findings = by_place(findings)
    causes = followers(findings)
    roots = [index for index in range(len(findings)) if index not in causes]
    # sorting keeps the order of places
    roots.sort(key=lambda index: findings[index].severity is not Severity.ERROR)
    order = [*roots, *sorted(causes)]
    now = {index: at for at, index in enumerate(order)}
    return [
        Caused(findings[index], now[causes[index]] if index in causes else None) for index in order
    ]


def followers(findings: Sequence[Diagnostic]) -> dict[int, int]:
    """The findings, by index, that are gone once another one is mended, and that one: a root.

    - An error whose labels name the very place that another error blames, and not as the way to
      it: a size that nobody knows, and the layer that needs to know it.
    - An error on a line of text that could not be read: the rest of it was read as far as it went.
    - What is said of the value of a param a second time, where it is read again.

    All else stands for itself: what depends on a mistake is not checked, and a layer that a mistake
    leaves unread is not said to be unread. So two mistakes are two roots.
    """
    errors = [
        (index, item) for index, item in enumerate(findings) if item.severity is Severity.ERROR
    ]
    broken: dict[tuple[str, int], int] = {}
    blamed: dict[Span, list[int]] = {}
    of_params: dict[tuple[str, str], int] = {}
    for index, item in errors:
        if item.read:
            of_params.setdefault((item.read, item.message), index)
        if item.span is None:
            continue
        blamed.setdefault(item.span, []).append(index)
        if item.code.startswith(UNREAD):
            broken.setdefault((item.span.file, item.span.line), index)

    def cause(index: int, item: Diagnostic) -> int | None:
        if item.span is None or item.code.startswith(UNREAD):
            return None
        text = broken.get((item.span.file, item.span.line))
        if text is not None:
            return text
        if (first := of_params.get((item.read, item.message), index)) != index:
            return first
        named = (label.span for label in item.labels if not label.is_way)
        # of two that name each other, the first is said first
        others = (other for span in named for other in blamed.get(span, ()))
        return next((at for at in others if findings[at].where < item.where), None)

    causes = {index: at for index, item in errors if (at := cause(index, item)) is not None}
    return {index: _root(index, causes) for index in causes}


def _root(index: int, causes: dict[int, int]) -> int:
    """Where the chain ends: each is said before what follows from it, or could not be read."""
    while index in causes:
        index = causes[index]
    return index
