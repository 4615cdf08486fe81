"""How much of a model is shown: levels of blocks that are opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from spec_compiler.folds.parts import Part

MOST = 40
"""Rows or boxes that are read at once: where nobody says how deep, blocks are opened up to it."""


def shown(parts: Sequence[Part], depth: int | None = None) -> tuple[Part, ...]:
    """The parts where blocks below a depth are closed.

    Args:
        parts: What the model consists of.
        depth: How many levels are shown; 1 opens no block, nor does 0. Default: as many as can be
            with at most `MOST` layers and closed blocks.
    """
    if depth is not None:
        return _closed(parts, max(depth, 1))
    chosen = _closed(parts, 1)
    for deeper in range(2, _levels(parts) + 1):
        more = _closed(parts, deeper)
        if sum(1 for _ in layers_shown(more)) > MOST:
            break
        chosen = more
    return chosen


def layers_shown(parts: Sequence[Part]) -> Iterator[Part]:
    """The layers and closed blocks, each a row or a box; every layer of a model is in one."""
    for part in parts:
        if part.inside:
            yield from layers_shown(part.inside)
        else:
            yield part


def with_marks(parts: Sequence[Part]) -> Iterator[tuple[str, Part]]:
    """The same, each with what says where open sequences begin and end: `┌`, `│`, `└`."""
    for part in parts:
        inside = [*with_marks(part.inside)]
        signs = ["│"] * len(inside)
        if len(inside) > 1:
            signs[0], signs[-1] = "┌", "└"
        for sign, (mark, one) in zip(signs, inside, strict=True):
            yield (f"{sign}{mark}" if part.is_sequence else mark), one
        if not inside:
            yield "", part


def _closed(parts: Sequence[Part], depth: int) -> tuple[Part, ...]:
    return tuple(
        replace(part, inside=_closed(part.inside, depth - 1) if depth > 1 else ()) for part in parts
    )


def _levels(parts: Sequence[Part]) -> int:
    return max((1 + _levels(part.inside) for part in parts), default=0)
