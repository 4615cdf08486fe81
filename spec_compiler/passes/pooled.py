"""Rows of a table that are added up are not written down one by one first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

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
    copy, counted = Rewriting(graph), uses(graph)
    makers = {node.result: node for node in graph.nodes if isinstance(node, Apply)}
    sums = {node: parts for node in graph.nodes if (parts := _parts(node, makers)) is not None}
    # a look at the indices is all that would be left of rows that nothing else reads
    gone = {parts.rows for parts in sums.values() if counted[parts.rows.result] == 1}
    for node in graph.nodes:
        if node in sums:
            (table, indices), kept = sums[node].rows.operands, sums[node].kept
            copy.b.layer = sums[node].rows.layer
            operands = map(copy.now, (table, indices, kept))
            copy.stands[node.results[0]] = copy.b.compose(SumOfRows(), *operands)
        elif node not in gone:
            copy.keep(node)
    return copy.done()


class _Parts(NamedTuple):
    """What a sum of rows is made of.

    Attributes:
        rows: Takes them from the table.
        kept: Which of them count.
    """

    rows: Apply
    kept: Value


def _parts(node: Node, makers: Mapping[Value, Apply]) -> _Parts | None:
    """What a node adds up, where that is rows of a table."""
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
    return _Parts(taken, kept) if none and fits else None
