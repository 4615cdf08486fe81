"""A compiled spec: the graph, and the names by which people know its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from spec_compiler.ir.dims import Size, Symbol, symbols
from spec_compiler.ir.graph import Graph, Value
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.signal import Signal
from spec_compiler.layers.trained import Trained
from spec_compiler.spec.core import Core
from spec_compiler.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Port:
    """An input or an output of a program.

    Attributes:
        name: By which it is fed or read.
        type: Shape with named sizes, and dtype.
        interval: The whole numbers that are allowed, where the author says so.
        sparse: Whether scipy.sparse data may be fed.
        mask: The type of its mask, if it has one.
    """

    name: str
    type: TensorType
    interval: tuple[int, int] | None = None
    sparse: bool = False
    mask: TensorType | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a layer, elaborated.

    Attributes:
        name: Of the call.
        kind: Type of the layer.
        results: Its results by name; the only one is called ``.
        weights: The weights that it made, by full name; a `reuse` that runs first makes them.
        nodes: Where its nodes stand in the graph, first and one past the last.
    """

    name: str
    kind: str
    results: Mapping[str, Signal]
    weights: Mapping[str, Trained]
    nodes: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Program:
    """A spec that was proved: every shape, dtype and mask is known, or is a recorded check.

    Attributes:
        graph: The program; its inputs are those of the spec and `x.mask` for those with a mask, its
            outputs those of the spec and `y.mask` for those that carry one.
        inputs: What is fed, by name.
        outputs: What comes out, by name.
        steps: The layers in order.
        activities: What activity regularisers look at: layer, regulariser, value.
        wiring: Who feeds whom, and the declarations.
        sources: The texts that it was made from, by file, which later findings quote.
    """

    graph: Graph
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]
    steps: tuple[Step, ...]
    activities: tuple[tuple[str, Any, Value], ...]
    wiring: Wiring
    sources: Mapping[str, str]

    @cached_property
    def weights(self) -> Mapping[str, Trained]:
        """The weights of all layers, by full name, in the order in which they are made."""
        return {name: made for step in self.steps for name, made in step.weights.items()}

    @cached_property
    def named_sizes(self) -> dict[str, Symbol]:
        """Every size that must be known to run, by name; those from `null` begin with `?`."""
        sizes: list[Size] = [size for value in self.graph.inputs.values() for size in value.shape]
        for node in self.graph.nodes:
            sizes += [size for value in node.results for size in value.shape]
        for check in self.graph.checks:
            sizes += (check.left, check.right)
        found: dict[str, Symbol] = {}
        for size in dict.fromkeys(size for size in sizes if not isinstance(size, int)):
            for item in symbols(size):
                found.setdefault(item.name, item)
        return found

    @property
    def open_sizes(self) -> list[str]:
        """Named sizes that the shapes of the inputs do not settle."""
        settled: set[Symbol] = set()
        for value in self.graph.inputs.values():
            for size in value.shape:
                inside = set(symbols(size))
                # a size alone, or in a linear term of its own, can be solved for
                if len(inside) == 1 and not isinstance(size, int):
                    settled |= {item for item in inside if ((item,) in dict(size.terms))}
        return [name for name, item in self.named_sizes.items() if item not in settled]

    @property
    def core(self) -> Core:
        """The core form that it was compiled from."""
        return self.wiring.core
