"""Scales and shifts of every channel go into the weights before them: batch normalisation, too."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from spec_compiler.ir.graph import Apply, Graph, Value
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.primitives.structure import Constant, Full
from spec_compiler.ir.primitives.windows import Convolve
from spec_compiler.passes.rewriting import Rewriting, of_weights, uses

_AFFINE = frozenset({"add", "subtract", "multiply", "divide"})


@dataclass(frozen=True, slots=True)
class _Chain:
    """A product with weights, and what is done to its channels one after the other.

    Attributes:
        product: The first node.
        channels: How many of its last axes are channels, those of the weights.
        rest: The nodes after it.
    """

    product: Apply
    channels: int
    rest: tuple[Apply, ...] = ()

    @property
    def scales(self) -> bool:
        """Whether there is more than one shift."""
        return len(self.rest) > 1 or any(node.name in {"multiply", "divide"} for node in self.rest)


def scaled(graph: Graph) -> Graph:
    """A program in which products are not scaled after they were made."""
    return _Scaling(graph).run()


class _Scaling:
    def __init__(self, graph: Graph) -> None:
        self.copy = Rewriting(graph)
        self.uses = uses(graph)
        self.known = of_weights(graph)
        self.infinite = _infinite(graph)
        self.chains: dict[Value, _Chain] = {}

    def run(self) -> Graph:
        graph = self.copy.graph
        for node in graph.nodes:
            chain = self.chain(node) if isinstance(node, Apply) else None
            if chain is not None:
                self.chains[node.results[0]] = chain
                continue
            for operand in node.operands:
                self.write(operand)
            self.copy.keep(node)
        for value in graph.outputs.values():
            self.write(value)
        return self.copy.done()

    def chain(self, node: Apply) -> _Chain | None:
        """The chain that a node begins or goes on with; what was before it is read by it alone."""
        if node.result.dtype not in {"float32", "float64"}:
            return None
        channels = _channels(node)
        if channels and node.operands[1] in self.known and node.operands[0] not in self.known:
            self.write(node.operands[0])
            return _Chain(node, channels)
        for at, operand in enumerate(node.operands):
            before = self.chains.get(operand)
            if before is not None and node.name in _AFFINE and self.uses[operand] == 1:
                other = node.operands[1 - at]
                inverse = at == 1 and node.name == "divide"
                number = not inverse and other in self.known and other not in self.infinite
                if number and _per_channel(other, before, node):
                    del self.chains[operand]
                    return _Chain(before.product, before.channels, (*before.rest, node))
        return None

    def write(self, value: Value) -> None:
        """Write down the chain that ends in a value, if one does."""
        chain = self.chains.pop(value, None)
        if chain is None:
            return
        if not chain.scales:
            for node in (chain.product, *chain.rest):
                self.copy.keep(node)
            return
        b, product = self.copy.b, chain.product
        scale, shift = self.folded(chain)
        x, weight = map(self.copy.now, product.operands)
        b.layer = product.layer
        if scale is not None:
            weight = b.multiply(weight, scale)
        y = b.apply(product.primitive, x, weight)
        self.copy.stands[value] = y if shift is None else b.add(y, shift)

    def folded(self, chain: _Chain) -> tuple[Value | None, Value | None]:
        """The scale and the shift that all steps come to."""
        b, scale, shift = self.copy.b, None, None
        result: Value = chain.product.result
        for node in chain.rest:
            b.layer = node.layer
            second = node.operands[0] is not result
            number = self.aligned(node.operands[0 if second else 1], chain.channels)
            if node.name in {"multiply", "divide"}:
                one = b.binary(node.name, 1.0, number) if node.name == "divide" else number
                scale = one if scale is None else b.multiply(scale, one)
                shift = shift if shift is None else b.multiply(shift, one)
            elif node.name == "add":
                shift = number if shift is None else b.add(shift, number)
            elif second:
                one = b.constant(-1, number.dtype)
                scale = one if scale is None else b.multiply(scale, one)
                shift = number if shift is None else b.subtract(number, shift)
            else:
                shift = b.unary("negate", number) if shift is None else b.subtract(shift, number)
            result = node.result
        return scale, shift

    def aligned(self, value: Value, channels: int) -> Value:
        """A number for each channel, without axes of size 1 before them."""
        found = self.copy.now(value)
        return self.copy.b.reshape(found, found.shape[max(len(found.shape) - channels, 0) :])


def _channels(node: Apply) -> int:
    """How many of the last axes of a product are the last axes of its weights."""
    kind = node.primitive
    if isinstance(kind, Convolve):
        return 1
    if not isinstance(kind, Contract) or kind.batch[0]:
        return 0
    rank = len(node.operands[1].shape)
    free = kind.free(1, rank)
    return len(free) if free == tuple(range(rank - len(free), rank)) else 0


def _infinite(graph: Graph) -> set[Value]:
    """Numbers that are written and not finite: in weights, they would meet zeros."""
    return {
        node.result
        for node in graph.nodes
        if isinstance(node, Apply) and isinstance(node.primitive, (Full, Constant))
        if not all(map(isfinite, node.primitive.numbers))
    }


def _per_channel(number: Value, chain: _Chain, node: Apply) -> bool:
    """Whether there is at most one number for each channel, and the result stays as it was."""
    shape, result = number.shape, chain.product.result
    before = shape[: max(len(shape) - chain.channels, 0)]
    return all(size == 1 for size in before) and node.result.type == result.type
