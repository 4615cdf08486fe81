"""What evaluating a graph holds at once, in bytes, from the types alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from math import prod
from typing import NamedTuple

from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import Size, SizeError
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan
from spec_compiler.ir.storage import ROUNDING, held_bytes
from spec_compiler.ir.types import TensorType, concrete


class Part(NamedTuple):
    """Something that is held.

    Attributes:
        name: What it is called.
        of: Its type, sizes being numbers; None for what is no tensor.
    """

    name: str
    of: TensorType | None = None

    def __str__(self) -> str:
        return self.name if self.of is None else f"{self.name} {self.of}"


_ANY = Part("")
"""A part that nobody asks for by name."""


@dataclass(slots=True)
class Peak:
    """The most that is held at once.

    Attributes:
        added: Parts with their bytes: those that are held to the end, and those of their making.
        held: The bytes of what is held so far.
        most: The most so far.
        tensors: The largest of those that share memory, with their bytes, the largest first.
    """

    added: list[tuple[Part, int]] = field(default_factory=list["tuple[Part, int]"])
    held: int = 0
    most: int = 0
    tensors: Sequence[tuple[Part, int]] = ()

    @property
    def parts(self) -> dict[Part, int]:
        """The bytes of each part, of those that are alike in name and type together."""
        found: dict[Part, int] = {}
        for part, size in self.added:
            found[part] = found.get(part, 0) + size
        return found

    def add(self, part: Part, kept: int, making: int = 0) -> None:
        """Something of `kept` bytes, whose making takes `making` more."""
        self.most = max(self.most, self.held + kept + making)
        self.held += kept
        self.added.append((part, kept + making))

    def then(self, more: Peak) -> None:
        """All that another one holds, from now on."""
        self.most = max(self.most, self.held + more.most)
        self.held += more.held
        self.tensors = more.tensors or self.tensors
        self.added += more.added


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
            peak.add(_part(node, self.types[node.results[0].type]), kept, making)
        for name, value in graph.outputs.items():
            of = self.types[value.type]
            peak.add(Part(f"`{name}`", of), held_bytes(of))
        return peak

    def body(self, graph: Graph) -> int:
        """The most that a graph holds besides its inputs."""
        if graph not in self.known:
            peak = Peak()
            for node in graph.nodes:
                peak.add(_ANY, *self.of(node))
            self.known[graph] = peak.most
        return self.known[graph]


def largest(graph: Graph, sizes: Mapping[str, int], count: int) -> list[tuple[Part, int]]:
    """The values that hold the most, of those that are computed and not only moved.

    Returns:
        At most `count`: operation, layer and type of each, and its bytes, the largest first.
    """
    types = Sized(sizes)
    found = [
        (node, types[value.type])
        for node in graph.nodes
        if not isinstance(node, Apply) or node.primitive.rounds
        for value in node.results
    ]
    most = nlargest(count, found, key=lambda item: held_bytes(item[1]))
    return [(_part(node, of), held_bytes(of)) for node, of in most]


def _part(node: Node, of: TensorType) -> Part:
    return Part(f"{node.name} in `{node.layer}`", of)


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
