"""How padded entries of a masked axis meet kept ones, or move: said where a mask cannot pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spec_compiler.formula.tokens import Columns
from spec_compiler.ir.dims import product
from spec_compiler.ir.graph import Node, Value

_DOES = {"reverse": "reverses", "concatenate": "joins others to", "take": "picks from"}
"""What a primitive does to an axis, where that is another thing than moving its entries."""


class Met(NamedTuple):
    """What happened to a masked axis.

    Attributes:
        at: The columns of the part of the expression that did it.
        how: What it did, before the name of the axis: `reverses axis 1`.
    """

    at: Columns
    how: str


def met(
    text: str, at: Columns, operand: tuple[Value, int], after: Value, nodes: Sequence[Node]
) -> Met:
    """What a part of an expression did to an axis.

    Args:
        text: The expression.
        at: The columns of the part.
        operand: A value, and its axis.
        after: The result.
        nodes: All so far, the last of which the part was written with.
    """
    (before, axis), last = operand, nodes[-1] if nodes else None
    fewer = len(after.shape) < len(before.shape)
    if text[slice(*at)].endswith("]"):
        does = "picks from" if fewer else "slices"
    elif last is not None and last.name in _DOES:
        does = _DOES[last.name]
    elif len(after.shape) != len(before.shape):
        same = product(after.shape) == product(before.shape)
        does = "reshapes" if same else "reduces" if fewer else "moves entries of"
    else:
        kept = after.shape[axis] == before.shape[axis] or after.shape[axis] != 1
        does = "moves entries of" if kept else "reduces"
    return Met(at, f"{does} axis {axis}")


def met_in_place(at: Columns, axis: int) -> Met:
    """What a running sum or the like does to an axis, whose entries stay where they are."""
    return Met(at, f"mixes entries of axis {axis}")
