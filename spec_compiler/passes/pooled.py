"""Rows of a table that are added up are not written down one by one first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from spec_compiler.ir.graph import Apply, Composite, Graph, Node, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.ir.primitives.elementwise import Select
from spec_compiler.ir.primitives.indexing import Take
from spec_compiler.ir.primitives.reduction import REDUCE
from spec_compiler.ir.primitives.structure import Constant, Full
from spec_compiler.passes.rewriting import Rewriting, uses


class SumOfRows(Composite):
    """The sum of the rows of a table that whole numbers name, of those that are kept."""

    __slots__ = ()
    name: ClassVar[str] = "sum_of_rows"

    def define(self, b: Operations, table: Value, indices: Value, kept: Value) -> Value:
        """See the class."""
        return b.reduce("sum", b.select(kept, b.take(table, indices), 0), 1)


def pooled(graph: Graph) -> Graph:
    """A program whose sums of rows are one operation."""
    copy, counted, makers = Rewriting(graph), uses(graph), dict[Value, Apply]()
    sums: dict[Node, tuple[Apply, Value]] = {}
    gone: set[Node] = set()  # a look at indices stays as long as it is there: the sum looks, too
    for node in graph.nodes:
        if isinstance(node, Apply):
            makers[node.result] = node
        found = _found(node, makers, counted)
        if found is not None:
            sums[node] = found
            gone |= {found[0], makers[node.operands[0]]}
    for node in graph.nodes:
        if node in sums:
            taken, kept = sums[node]
            copy.b.layer = taken.layer  # whose indices may be refused
            result = copy.b.compose(SumOfRows(), *map(copy.now, (*taken.operands, kept)))
            copy.stands[node.results[0]] = result
        elif node not in gone:
            copy.keep(node)
    return copy.done()


def _found(
    node: Node, makers: dict[Value, Apply], counted: Mapping[Value, int]
) -> tuple[Apply, Value] | None:
    """What names the rows of a sum that nothing else reads, and which are kept."""
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
    alone = counted[rows] == counted[chosen.result] == 1
    none = isinstance(zero.primitive, (Full, Constant)) and {*zero.primitive.numbers} == {0}
    fits = (*indices.shape, 1) == kept.shape and len(kept.shape) == 3 and len(table.shape) == 2
    return (taken, kept) if alone and none and fits else None
