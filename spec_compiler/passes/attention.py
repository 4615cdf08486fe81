"""Attention is one operation, so that its scores need not be there all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from spec_compiler.ir.composites.softmaxes import MaskedSoftmax, Softmax
from spec_compiler.ir.graph import Apply, Compose, Composite, Graph, Node, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.passes.rewriting import Rewriting, uses
from spec_compiler.records import record


@record
class Attention(Composite):
    """Values, weighted by the softmax of the products of queries and keys.

    Attributes:
        scores: The product of queries and keys: `[*lead, queries, keys]`.
        softmax: What makes shares of them; with a mask it keeps some.
        context: The product of shares and values.
    """

    name: ClassVar[str] = "attention"

    scores: Contract
    softmax: Softmax | MaskedSoftmax
    context: Contract

    def define(self, b: Operations, query: Value, key: Value, value: Value, *kept: Value) -> Value:
        """See the class."""
        scores = b.contract(query, key, self.scores.contracted, self.scores.batch)
        shares = b.compose(self.softmax, scores, *kept)
        return b.contract(shares, value, self.context.contracted, self.context.batch)


def attended(graph: Graph) -> Graph:
    """A program in which attention is one operation."""
    copy, counted = Rewriting(graph), uses(graph)
    makers: dict[Value, Node] = {}
    for node in graph.nodes:
        makers.update((value, node) for value in node.results)
        found = _attention(node, makers, counted)
        if found is None:
            copy.keep(node)
            continue
        attention, operands = found
        copy.b.layer = node.layer
        copy.stands[node.results[0]] = copy.b.compose(attention, *map(copy.now, operands))
    return copy.done()


def _attention(
    node: Node, makers: Mapping[Value, Node], counted: Mapping[Value, int]
) -> tuple[Attention, tuple[Value, ...]] | None:
    """What a product is, where it is the last one of attention; nothing else reads the others."""
    if not isinstance(node, Apply) or not isinstance(node.primitive, Contract):
        return None
    shares, value = node.operands
    softmax = makers.get(shares)
    if not isinstance(softmax, Compose) or counted[shares] != 1:
        return None
    scores, *kept = softmax.operands
    product, rank = makers.get(scores), len(scores.shape)
    kind, context = softmax.composite, node.primitive
    if not isinstance(product, Apply) or counted[scores] != 1:
        return None
    if not isinstance(product.primitive, Contract) or not isinstance(kind, Softmax | MaskedSoftmax):
        return None
    read = *product.operands, value
    if not all(len(x.shape) == rank for x in read):
        return None
    if not _is_plain(product.primitive, kind, context, rank):
        return None
    return Attention(product.primitive, kind, context), (*read, *kept)


def _is_plain(
    scores: Contract, softmax: Softmax | MaskedSoftmax, context: Contract, rank: int
) -> bool:
    """Whether scores, of the rank of what makes them, are `[*lead, queries, keys]`, summed last."""
    lead = tuple(range(rank - 2))
    return (
        rank > 2
        and softmax.axes == (rank - 1,)
        and context.contracted[0] == (rank - 1,)
        and context.batch[0] == lead
        and len(scores.batch[0]) == len(lead)
        and len(scores.contracted[0]) == 1
    )
