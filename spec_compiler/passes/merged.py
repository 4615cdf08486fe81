"""Products of one value with several weights are one product: queries, keys and values, gates."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from spec_compiler.ir.dims import product
from spec_compiler.ir.graph import Apply, Graph, Node, Value
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.types import concrete
from spec_compiler.passes.rewriting import Rewriting, of_weights, uses


class _Branch(NamedTuple):
    """A product with weights, and the shift after it.

    Attributes:
        node: The product.
        kind: Its axes.
        shift: The sum with a number for each channel, where it is all that reads the product.
    """

    node: Apply
    kind: Contract
    shift: Apply | None

    @property
    def result(self) -> Value:
        """What comes out."""
        return (self.shift or self.node).result

    @property
    def channels(self) -> tuple[int, ...]:
        """The axes of the product that are those of the weights, whose sizes are numbers."""
        shape = concrete(self.node.operands[1].type)
        return tuple(shape[axis] for axis in self.kind.free(1, len(shape)))

    def number(self) -> Value | None:
        """What is added."""
        return None if self.shift is None else _other(self.shift, self.node.result)


def merged(graph: Graph) -> Graph:
    """A program that multiplies each value with all weights at once."""
    groups = _groups(graph)
    if not groups:
        return graph
    copy, known = Rewriting(graph), of_weights(graph)
    first = {branches[0].node: branches for branches in groups}
    gone: set[Node] = {branch.node for branches in groups for branch in branches}
    gone |= {branch.shift for branches in groups for branch in branches if branch.shift}
    rest = [node for node in graph.nodes if not known.issuperset(node.results)]
    for node in graph.nodes:
        if known.issuperset(node.results):  # weights come first: a product may need later ones
            copy.keep(node)
    for node in rest:
        if isinstance(node, Apply) and node in first:
            _write(copy, first[node])
        elif node not in gone:
            copy.keep(node)
    return copy.done()


def _groups(graph: Graph) -> list[list[_Branch]]:
    """The products of the same axes of the same value with weights, where there are several."""
    known, counted = of_weights(graph), uses(graph)
    readers: dict[Value, Node] = {}
    for node in graph.nodes:
        readers.update((operand, node) for operand in node.operands)
    found: dict[tuple[Value, tuple[int, ...]], list[_Branch]] = {}
    for node in graph.nodes:
        if not isinstance(node, Apply) or not isinstance(node.primitive, Contract):
            continue
        (x, weight), kind = node.operands, node.primitive
        if weight not in known or x in known or kind.batch[0] or not kind.contracted[0]:
            continue
        branch = _Branch(node, kind, None)
        after = readers.get(node.result) if counted[node.result] == 1 else None
        if isinstance(after, Apply) and _shifts(after, branch, known):
            branch = branch._replace(shift=after)
        found.setdefault((x, kind.contracted[0]), []).append(branch)
    return [branches for branches in found.values() if len(branches) > 1]


def _shifts(node: Apply, branch: _Branch, known: set[Value]) -> bool:
    """Whether a node adds a number for each channel."""
    if node.name != "add" or node.result.type != branch.node.result.type:
        return False
    number = _other(node, branch.node.result)
    return number in known and number.shape == branch.channels


def _other(node: Apply, value: Value) -> Value:
    left, right = node.operands
    return right if left is value else left


def _write(copy: Rewriting, branches: Sequence[_Branch]) -> None:
    """One product, one sum, and for each branch its part."""
    b, (node, kind, _) = copy.b, branches[0]
    b.layer = node.layer
    x = copy.now(node.operands[0])
    rank = len(kind.contracted[0])
    every = b.contract(
        x,
        b.concatenate([_columns(copy, branch) for branch in branches], rank),
        (kind.contracted[0], tuple(range(rank))),
    )
    numbers = [number for branch in branches if (number := branch.number()) is not None]
    together = len(numbers) == len(branches)
    if together:
        parts = [copy.now(number) for number in numbers]
        flat = [b.reshape(part, (product(part.shape),)) for part in parts]
        every = b.add(every, b.concatenate(flat, 0))
    end = 0
    for branch in branches:
        begin, end = end, end + prod(branch.channels)
        part = b.slice(every, len(every.shape) - 1, begin, end)
        part = b.reshape(part, branch.node.result.shape)
        number = None if together else branch.number()
        copy.stands[branch.result] = part if number is None else b.add(part, copy.now(number))


def _columns(copy: Rewriting, branch: _Branch) -> Value:
    """Weights with the axes that are summed over first, and one for all channels."""
    weight, rank = copy.now(branch.node.operands[1]), len(branch.node.operands[1].shape)
    turned = copy.b.transpose(weight, (*branch.kind.contracted[1], *branch.kind.free(1, rank)))
    summed = turned.shape[: len(branch.kind.contracted[1])]
    return copy.b.reshape(turned, (*summed, prod(branch.channels)))
