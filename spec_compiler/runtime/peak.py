"""What a run holds at once, in bytes, from the types alone."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from spec_compiler.ir.arrays import is_sparse
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import Size, SizeError
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan
from spec_compiler.ir.storage import ROUNDING, held_bytes, stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.layers.base.trained import Trained
from spec_compiler.program import Program
from spec_compiler.weights.checkpoint import weights_place

_DRAWN_AT_ONCE = 2**15
"""Random numbers that are made at a time; see weights/random.py."""
_DRAWING = 64
"""The bytes that making one of them takes."""
_CHECKING, _CASTING = 5, 44
"""The bytes that the checks of an element of an input take, without and with a cast."""


@dataclass(slots=True)
class Peak:
    """The most that is held at once.

    Attributes:
        parts: What is held to the end, and what its making takes beside it, by name.
        held: The bytes of what is held so far.
        most: The most so far.
    """

    parts: dict[str, int] = field(default_factory=dict[str, int])
    held: int = 0
    most: int = 0

    def add(self, name: str, kept: int, making: int = 0) -> None:
        """Something of `kept` bytes, whose making takes `making` more."""
        self.most = max(self.most, self.held + kept + making)
        self.held += kept
        self.parts[name] = self.parts.get(name, 0) + kept + making


def peak_of(
    program: Program, sizes: Mapping[str, int] | None, data: Mapping[str, Any] | None = None
) -> Peak:
    """The most that a run holds at once.

    Args:
        program: What runs.
        sizes: The number that each named size is; None asks about the weights alone.
        data: The arrays of the inputs; None where they are yet to be drawn.
    """
    peak = Peak()
    initial = weights_place(program.core) is None
    for name, trained in program.weights.items():
        of = trained.weight.value.type
        peak.add(f"`{name}`", held_bytes(of), _drawing(trained) if initial else _rounding(of))
    if sizes is None:
        return peak
    for name, value in program.graph.inputs.items():
        of = _numbers(value.type, sizes)
        if data is None:  # drawn in NumPy's dtype before they have their own
            peak.add(f"`{name}`", held_bytes(of), 8 * prod(concrete(of)))
        else:
            peak.add(f"`{name}`", *_feeding(of, data.get(name)))
    walk = _Walk(sizes)
    for node in program.graph.nodes:
        kept, making = walk.of(node)
        peak.add(f"{node.name} in `{node.layer}`", kept, making)
    for name, value in program.graph.outputs.items():
        of = _numbers(value.type, sizes)
        copied = held_bytes(of) if value in program.graph.inputs.values() else 0
        peak.add(f"`{name}`", copied, prod(concrete(of)))  # and where it is NaN
    return peak


@dataclass(slots=True)
class _Walk:
    """Goes through a graph as `evaluate` does: what a graph makes is held until it ends."""

    sizes: Mapping[str, int]
    known: dict[Graph, int] = field(default_factory=dict[Graph, int])

    def of(self, node: Node) -> tuple[int, int]:
        """The bytes that a node's results keep, and what making them takes besides."""
        types = [_numbers(value.type, self.sizes) for value in node.results]
        kept = sum(map(held_bytes, types))
        match node:
            case Apply():
                operands = [_numbers(value.type, self.sizes) for value in node.operands]
                rounding = _rounding(types[0]) if node.primitive.rounds else 0
                return kept, node.primitive.scratch(types[0], *operands) + rounding
            case Compose():
                return kept, max(self.body(node.definition) - kept, 0)
            case Scan():  # the states that a turn begins with may be views of what the last made
                return kept, 2 * self.body(node.body)

    def body(self, graph: Graph) -> int:
        """The most that a graph holds besides its inputs."""
        if graph not in self.known:
            peak = Peak()
            for node in graph.nodes:
                peak.add(node.name, *self.of(node))
            self.known[graph] = peak.most
        return self.known[graph]


def _drawing(trained: Trained) -> int:
    """What drawing a weight takes: its values in float64, before they have its dtype."""
    of = trained.weight.value.type
    count = prod(concrete(of))
    drawn = 8 * count * trained.training.initializer.copies
    at_once = _DRAWING * min(count, _DRAWN_AT_ONCE)
    return max(drawn + at_once - held_bytes(of), 8 * count + _rounding(of))


def _rounding(of: TensorType) -> int:
    return ROUNDING * prod(concrete(of)) if of.dtype == "bfloat16" else 0


def _feeding(of: TensorType, given: Any) -> tuple[int, int]:
    """What an input keeps, its data among it, and what its checks take."""
    count = prod(concrete(of))
    same = getattr(given, "dtype", None) == np.dtype(stored(of.dtype))
    if is_sparse(given):
        return held_bytes(of), _CASTING * count
    beside = 0 if mapping(given) is not None else int(getattr(given, "nbytes", 8 * count))
    kept = max(held_bytes(of), beside) if same else held_bytes(of) + beside
    return kept, (_CHECKING if same else _CASTING) * count + _rounding(of)


def mapping(array: Any) -> mmap.mmap | None:
    """The mapped file whose pages an array is: the system takes them back when it needs them."""
    while isinstance(array, np.ndarray):
        array = array.base
    return array if isinstance(array, mmap.mmap) else None


def _numbers(of: TensorType, sizes: Mapping[str, int]) -> TensorType:
    return TensorType(of.dtype, tuple(_number(size, sizes) for size in of.shape))


def _number(size: Size, sizes: Mapping[str, int]) -> int:
    try:
        return size_of(size, sizes)
    except SizeError:  # beyond 2^63: more than any limit
        return 2**63
