"""What evaluating a graph holds at once, in bytes, from the types alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from math import prod

from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import Size, SizeError
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan
from spec_compiler.ir.storage import ROUNDING, held_bytes
from spec_compiler.ir.types import TensorType, concrete


@dataclass(slots=True)
class Peak:
    """The most that is held at once.

    Attributes:
        parts: What is held to the end, and what its making takes beside it, by name.
        held: The bytes of what is held so far.
        most: The most so far.
        tensors: The largest of those that share memory, with their bytes, the largest first.
    """

    parts: dict[str, int] = field(default_factory=dict[str, int])
    held: int = 0
    most: int = 0
    tensors: Sequence[tuple[str, int]] = ()

    def add(self, name: str, kept: int, making: int = 0) -> None:
        """Something of `kept` bytes, whose making takes `making` more."""
        self.most = max(self.most, self.held + kept + making)
        self.held += kept
        self.parts[name] = self.parts.get(name, 0) + kept + making

    def then(self, more: Peak) -> None:
        """All that another one holds, from now on."""
        self.most = max(self.most, self.held + more.most)
        self.held += more.held
        self.tensors = more.tensors or self.tensors
        for name, size in more.parts.items():
            self.parts[name] = self.parts.get(name, 0) + size


class Sized(dict[TensorType, TensorType]):
    """Types with numbers for their named sizes, each worked out once: a graph has few."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self.sizes = sizes

    def __missing__(self, of: TensorType) -> TensorType:
        found = self[of] = numbers(of, self.sizes)
        return found


class Walk:
    """Goes through a graph as `evaluate` does: what a graph makes is held until it ends."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        self.types = Sized(sizes)
        self.known: dict[Graph, int] = {}

    def of(self, node: Node) -> tuple[int, int]:
        """The bytes that a node's results keep, and what making them takes besides."""
        types = [self.types[value.type] for value in node.results]
        kept = sum(map(held_bytes, types))
        match node:
            case Apply():
                operands = [self.types[value.type] for value in node.operands]
                more = rounding(types[0]) if node.primitive.rounds else 0
                return kept, node.primitive.scratch(types[0], *operands) + more
            case Compose():
                return kept, max(self.body(node.definition) - kept, 0)
            case Scan():  # the states that a turn begins with may be views of what the last made
                return kept, 2 * self.body(node.body)

    def whole(self, graph: Graph) -> Peak:
        """What a program holds besides inputs and weights; what comes out is copied at its end."""
        peak = Peak()
        for node in graph.nodes:
            kept, making = self.of(node)
            peak.add(_said(node, self.types[node.results[0].type]), kept, making)
        for name, value in graph.outputs.items():
            of = self.types[value.type]
            peak.add(f"`{name}` {of}", held_bytes(of))
        return peak

    def body(self, graph: Graph) -> int:
        """The most that a graph holds besides its inputs."""
        if graph not in self.known:
            peak = Peak()
            for node in graph.nodes:
                peak.add(node.name, *self.of(node))
            self.known[graph] = peak.most
        return self.known[graph]


def largest(graph: Graph, sizes: Mapping[str, int], count: int) -> list[tuple[str, int]]:
    """The values that hold the most, of those that are computed and not only moved.

    Returns:
        At most `count`: what each is (operation, layer, type) and its bytes, the largest first.
    """
    types = Sized(sizes)
    found = (
        (held_bytes(types[value.type]), node, value.type)
        for node in graph.nodes
        if not isinstance(node, Apply) or node.primitive.rounds
        for value in node.results
    )
    most = nlargest(count, found, key=lambda item: item[0])
    return [(_said(node, types[of]), size) for size, node, of in most]


def _said(node: Node, of: TensorType) -> str:
    return f"{node.name} in `{node.layer}` {of}"


def rounding(of: TensorType) -> int:
    """The bytes that rounding to a dtype that NumPy lacks takes."""
    return ROUNDING * prod(concrete(of)) if of.dtype == "bfloat16" else 0


def numbers(of: TensorType, sizes: Mapping[str, int]) -> TensorType:
    """A type, with numbers for its named sizes."""
    return TensorType(of.dtype, tuple(_number(size, sizes) for size in of.shape))


def _number(size: Size, sizes: Mapping[str, int]) -> int:
    try:
        return size_of(size, sizes)
    except SizeError:  # beyond 2^63: more than any limit
        return 2**63
