"""Whether the rows of a batch stay apart in an operation: its axis runs through as it is."""

from __future__ import annotations

from spec_compiler.ir.axes import Source, sources
from spec_compiler.ir.dims import Size, as_symbol, holds_batch
from spec_compiler.ir.graph import Apply, Node, Value
from spec_compiler.ir.primitives.structure import Arange

_MIXED = -1
"""The axis of a value whose sizes do not have the batch as one whole axis."""


def keeps_rows(node: Node) -> bool:
    """Whether the batch runs through a node along one axis of each value that has it.

    The batch is a named size, so the shapes alone say which axis it is. Conservative: what the
    rules of the axes do not know to keep rows apart is taken to mix them.
    """
    held = [batch_axis(operand) for operand in node.operands]
    rows = {Source(index, axis) for index, axis in enumerate(held) if axis is not None}
    for result, value in enumerate(node.results):
        axis = batch_axis(value)
        if axis == _MIXED or (axis is not None and _begins_again(node)):
            return False
        found = () if axis is None else sources(node, result, axis)
        if set(found) != rows:
            return False
    return True


def _begins_again(node: Node) -> bool:
    """Whether each slice would count from 0."""
    return isinstance(node, Apply) and isinstance(node.primitive, Arange)


def batch_axis(value: Value) -> int | None:
    """The axis that is the batch; None where no size depends on it."""
    places = [axis for axis, size in enumerate(value.shape) if holds_batch(size)]
    if not places:
        return None
    whole = len(places) == 1 and _is_batch(value.shape[places[0]])
    return places[0] if whole else _MIXED


def _is_batch(size: Size) -> bool:
    single = as_symbol(size)
    return single is not None and single.kind == "batch"
