"""Whether the rows of a batch stay apart in an operation: its axis runs through as it is."""

from __future__ import annotations

from spec_compiler.ir.axes import Source, sources
from spec_compiler.ir.dims import Dim, Size, Symbol, as_symbol, holds_batch, terms_of
from spec_compiler.ir.graph import Apply, Graph, Node, Scan, Value
from spec_compiler.ir.primitives.structure import Arange, Reshape

_MIXED = -1
"""The axis of a value whose sizes do not have the batch as one whole axis."""


def rows_stay_apart(graph: Graph) -> bool:
    """Whether row `i` of every output depends on row `i` of the inputs alone."""
    ends = (*graph.inputs.values(), *graph.outputs.values())
    if not graph.inputs or not all(map(begins_with_rows, ends)):
        return False
    if any(holds_batch(size) for check in graph.checks for size in (check.left, check.right)):
        return False
    return all(keeps_rows(node) for node in graph.every_node())


def keeps_rows(node: Node) -> bool:
    """Whether the batch runs through a node along one axis of each value that has it.

    The batch is a named size, so the shapes alone say which axis it is; each row may have several
    entries of it, as where steps become rows. Conservative: what the rules of the axes do not know
    to keep rows apart is taken to mix them.
    """
    held = [batch_axis(operand) for operand in node.operands]
    rows = {Source(index, axis) for index, axis in enumerate(held) if axis is not None}
    for result, value in enumerate(node.results):
        axis = batch_axis(value)
        if axis == _MIXED or (axis is not None and _begins_again(node)):
            return False
        if (
            axis == 0
            and held == [0]
            and isinstance(node, Apply)
            and isinstance(node.primitive, Reshape)
        ):
            continue  # the elements of a row stay side by side
        found = () if axis is None else sources(node, result, axis)
        needed = rows
        if isinstance(node, Scan):
            read = _read_by(node, result)
            needed = {row for row in rows if row.operand in read}
        if set(found) != needed:
            return False
    return True


def _read_by(node: Scan, result: int) -> set[int]:
    """The operands of a loop that one of its results reads, at any remove."""
    body, first = node.body, node.sequences
    after, before = [*body.outputs.values()], [*body.inputs.values()]
    carried = dict(zip(before[first : first + node.states], after, strict=False))
    makers = {made: inner for inner in body.nodes for made in inner.results}
    pending = [after[result], *before[first + result : first + result + (result < node.states)]]
    seen: set[Value] = set()
    while pending:
        value = pending.pop()
        if value not in seen:
            seen.add(value)
            pending += [carried[value]] if value in carried else []
            pending += makers[value].operands if value in makers else ()
    return {index for index, value in enumerate(before) if value in seen}


def _begins_again(node: Node) -> bool:
    """Whether each slice would count from 0."""
    return isinstance(node, Apply) and isinstance(node.primitive, Arange)


def batch_axis(value: Value) -> int | None:
    """The axis that has the rows, as many entries for each; None where no size depends on them."""
    places = [axis for axis, size in enumerate(value.shape) if holds_batch(size)]
    if not places:
        return None
    whole = len(places) == 1 and _is_multiple(value.shape[places[0]])
    return places[0] if whole else _MIXED


def begins_with_rows(value: Value) -> bool:
    """Whether axis 0 is the batch, and no other size depends on it."""
    single = as_symbol(value.shape[0]) if batch_axis(value) == 0 else None
    return single is not None and single.kind == "batch"


def _is_multiple(size: Size) -> bool:
    """Whether a size is that of the batch times one that does not depend on it."""
    return all(
        sum(isinstance(atom, Symbol) and atom.kind == "batch" for atom in monomial) == 1
        and sum(holds_batch(Dim((((atom,), 1),))) for atom in monomial) == 1
        for monomial, _ in terms_of(size)
    )
