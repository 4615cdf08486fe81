"""How many rows of a batch run at once: what is between layers should stay in cache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec_compiler.ir.graph import Graph
from spec_compiler.ir.peak import Walk
from spec_compiler.plan.machine import room
from spec_compiler.plan.plan import Plan

_CALL = 2**16
"""The bytes that calls move in four times the time that one takes to begin."""


def stays_in_cache(graph: Graph, sizes: Mapping[str, int], weights: int) -> bool:
    """Whether all that a run makes is in the `room` of the weights, so that it needs no slices.

    A plan of one row, which takes far longer to make, would show it, too.
    """
    return Walk(sizes).whole(graph).most <= room(weights)


def rows_at_once(batch: int, one: Plan, weights: int, threads: int = 1) -> int:
    """How many rows run together.

    What lies between layers is in the `room` of the weights. Each slice makes all calls again: they
    should move more than they cost.

    Args:
        batch: How many there are.
        one: The plan of one row.
        weights: The bytes of the weights.
        threads: How many slices may run at once; each has rows enough to be worth it.
    """
    busy = _CALL * one.work.calls // max(one.work.moved, 1)
    shares = min(threads, max(batch // max(busy, 1), 1))
    most = min(max(room(weights) // max(one.size, 1), busy, 1), -(-batch // shares))
    if most >= batch:
        return batch
    even = (rows for rows in range(most, most // 2, -1) if batch % rows == 0)
    return next(even, most)


def slices(batch: int, rows: int) -> Iterator[slice]:
    """Parts of as many rows; the last one begins earlier, so that it has as many, too."""
    for start in range(0, batch, rows):
        stop = min(start + rows, batch)
        yield slice(max(stop - rows, 0), stop)
