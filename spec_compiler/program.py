"""A compiled spec: the graph, and the names by which people know its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from spec_compiler.expanding.cells import CellBody
from spec_compiler.expanding.core import Core
from spec_compiler.ir.dim_operations import evaluate
from spec_compiler.ir.dims import Dim, Size, Symbol, symbols
from spec_compiler.ir.graph import Graph, Value
from spec_compiler.ir.types import End, TensorType
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.trained import Trained
from spec_compiler.layers.choices.regularizers import Regularizer
from spec_compiler.layers.signal import MASK, Noted, Signal
from spec_compiler.refusals import ItemPath
from spec_compiler.wiring import Call, Wiring


class Port(NamedTuple):
    """An end of a program: an input, a constant or an output.

    Attributes:
        name: By which it is fed or read.
        signal: Its value and its mask.
        interval: The numbers that are allowed, where the author says so.
        written: Where it is declared, of what is no input: a label.
    """

    name: str
    signal: Signal
    interval: tuple[End | None, End | None] | None = None
    written: ItemPath = ()

    @property
    def at(self) -> ItemPath:
        """Where its declaration stands in the document."""
        return self.written or ("inputs", self.name)

    @property
    def type(self) -> TensorType:
        """Shape with named sizes, and dtype."""
        return self.signal.value.type

    def said_for(self, sizes: Mapping[str, int]) -> tuple[float | None, float | None]:
        """What the author says of the numbers when the named sizes are these, end by end."""
        low, high = (
            evaluate(end, sizes) if isinstance(end, Dim) else end
            for end in self.interval or (None, None)
        )
        return low, high

    @property
    def mask(self) -> TensorType | None:
        """The type of its mask, if it has one."""
        return self.signal.mask.value.type if self.signal.mask is not None else None

    @property
    def sparse(self) -> bool:
        """Whether scipy.sparse data may be fed."""
        return self.signal.sparse

    @property
    def mask_name(self) -> str:
        """By which its mask is fed or read."""
        return f"{self.name}.{MASK}"

    @property
    def tensors(self) -> dict[str, Channel]:
        """What goes in or comes out here, by the names of the data: `x`, and `x.mask`."""
        found = {self.name: Channel(self, self.signal.value)}
        if self.signal.mask is not None:
            found[self.mask_name] = Channel(self, self.signal.mask.value, is_mask=True)
        return found


class Channel(NamedTuple):
    """A tensor that goes in or comes out.

    Attributes:
        port: The end that it belongs to.
        value: What it is in the graph.
        is_mask: Whether it is the mask of what the port is called after.
    """

    port: Port
    value: Value
    is_mask: bool = False


class Step(NamedTuple):
    """One call of a layer, elaborated.

    Attributes:
        call: The layer, and what it reads.
        settings: The layer's, and what is said of the call.
        results: Its results by name; the only one is called ``.
        weights: The weights that it made, by full name; a `reuse` that runs first makes them.
        nodes: Where its nodes stand in the graph, first and one past the last.
        inside: What is inside of it, by its path in it: `forward_layer.state_h`.
    """

    call: Call
    settings: Settings
    results: Mapping[str, Signal]
    weights: Mapping[str, Trained]
    nodes: tuple[int, int]
    inside: Mapping[str, Noted] = MappingProxyType[str, Noted]({})

    @property
    def name(self) -> str:
        """Of the call."""
        return self.call.name

    @property
    def kind(self) -> str:
        """Type of the layer."""
        return self.call.kind.__name__


class MadeCell(NamedTuple):
    """A block that is the cell of a layer, elaborated.

    Attributes:
        wiring: Who feeds whom in it.
        steps: Its layers in executable order, by name.
        takes: The types of its inputs.
        gives: The types of its outputs.
    """

    wiring: Wiring
    steps: Mapping[str, Step]
    takes: Mapping[str, TensorType]
    gives: Mapping[str, TensorType]


@dataclass(frozen=True, eq=False, repr=False)
class Program:
    """A spec that was proved: every shape, dtype and mask is known, or is a recorded check.

    Attributes:
        graph: The program; its inputs are the tensors of `inputs`, its outputs those of `outputs`.
        inputs: What is fed, by name.
        constants: What the spec holds, by name.
        outputs: What comes out, by name.
        steps: The layers in executable order, by name.
        activities: What activity regularisers look at: layer, regulariser, value.
        wiring: Who feeds whom, and the declarations.
        sources: The texts that it was made from, by file, which later findings quote.
        cells: The blocks that are cells of layers.
    """

    graph: Graph
    inputs: Mapping[str, Port]
    constants: Mapping[str, Port]
    outputs: Mapping[str, Port]
    steps: Mapping[str, Step]
    activities: tuple[tuple[str, Regularizer, Value], ...]
    wiring: Wiring
    sources: Mapping[str, str]
    cells: Mapping[CellBody, MadeCell] = field(default_factory=dict[CellBody, MadeCell])

    @cached_property
    def takes(self) -> dict[str, Channel]:
        """What can be fed, by the names of the data."""
        return {name: of for port in self.inputs.values() for name, of in port.tensors.items()}

    @cached_property
    def weights(self) -> Mapping[str, Trained]:
        """The weights of all layers, by full name, in the order in which they are made."""
        return {name: of for step in self.steps.values() for name, of in step.weights.items()}

    @cached_property
    def named_sizes(self) -> dict[str, Symbol]:
        """Every size that must be known to run, by name; that of a `null` is `input.axis`."""
        shapes = {id(of.shape): of.shape for of in self.graph.inputs.values()}
        for node in self.graph.nodes:
            for value in node.results:
                shape = value.type.shape
                shapes[id(shape)] = shape  # many share theirs
        sizes: list[Size] = [size for shape in shapes.values() for size in shape]
        for check in self.graph.checks:
            sizes += (check.left, check.right)
        for port in self.inputs.values():
            sizes += (end for end in port.interval or () if isinstance(end, Dim))
        found: dict[str, Symbol] = {}
        for size in dict.fromkeys(size for size in sizes if not isinstance(size, int)):
            for item in symbols(size):
                found.setdefault(item.name, item)
        return found

    def asked(self, name: str, size: int) -> str:
        """What a named size must be instead of a number; what a constraint asks is its own."""
        item, dim = self.named_sizes[name], self.core.header.dims.get(name)
        if dim is None or dim.multiple_of is None:
            item = replace(item, multiple=1)
        return item.asked(size)

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

    def with_weights(self, file: str) -> Program:
        """The same, to run with the weights of a file in place of the spec's own; its `map` stays.

        Args:
            file: A safetensors file or an index; relative to the working folder.
        """
        core = replace(self.core, given_weights=file)
        return replace(self, wiring=replace(self.wiring, core=core))

    @property
    def core(self) -> Core:
        """The core form that it was compiled from."""
        return self.wiring.core
