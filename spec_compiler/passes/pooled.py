"""Rows of a table that are added up are not written down one by one first."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.graph import Apply, Composite, Graph, Node, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.ir.primitives.elementwise import Select
from spec_compiler.ir.primitives.indexing import Take
from spec_compiler.ir.primitives.reduction import REDUCE
from spec_compiler.ir.primitives.structure import Constant, Full
from spec_compiler.passes.rewriting import Rewriting


class SumOfRows(Composite):
    """The sum of the rows of a table that whole numbers name, of those that are kept."""

    __slots__ = ()
    name: ClassVar[str] = "sum_of_rows"

    def define(self, b: Operations, table: Value, indices: Value, kept: Value) -> Value:
        """See the class."""
        return b.reduce("sum", b.select(kept, b.take(table, indices), 0), 1)


def pooled(graph: Graph) -> Graph:
    """A program whose sums of rows are one operation."""
    copy, makers = Rewriting(graph), dict[Value, Apply]()
    for node in graph.nodes:
        if isinstance(node, Apply):
            makers[node.result] = node
        found = _found(node, makers)
        if found is None:
            copy.keep(node)
            continue
        copy.b.layer = node.layer
        copy.stands[node.results[0]] = copy.b.compose(SumOfRows(), *map(copy.now, found))
    return copy.done()


def _found(node: Node, makers: dict[Value, Apply]) -> tuple[Value, Value, Value] | None:
    """The table, the indices and what is kept of a sum of rows."""
    if not isinstance(node, Apply) or not isinstance(node.primitive, REDUCE["sum"]):
        return None
    chosen = makers.get(node.operands[0])
    if node.primitive.axes != (1,) or node.primitive.keepdims or chosen is None:
        return None
    if not isinstance(chosen.primitive, Select):
        return None
    kept, rows, other = chosen.operands
    taken, zero = makers.get(rows), makers.get(other)
    if taken is None or zero is None or not isinstance(taken.primitive, Take):
        return None
    table, indices = taken.operands
    none = isinstance(zero.primitive, (Full, Constant)) and {*zero.primitive.numbers} == {0}
    fits = (*indices.shape, 1) == kept.shape and len(kept.shape) == 3 and len(table.shape) == 2
    return (table, indices, kept) if none and fits else None
