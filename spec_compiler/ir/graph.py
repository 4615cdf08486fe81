"""A program: nodes in executable order over typed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any, ClassVar, TypeAlias

from spec_compiler.ir.dims import Shape
from spec_compiler.ir.facts import Check
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.structure import Constant
from spec_compiler.ir.types import DType, TensorType, concrete
from spec_compiler.records import entity, record


class Value:
    """The result of a node, a weight or an input; equal only to itself."""

    __slots__ = ("number", "type")

    def __init__(self, number: int, type: TensorType) -> None:
        self.number = number
        self.type = type

    @property
    def shape(self) -> Shape:
        """The sizes of the axes."""
        return self.type.shape

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self.type.dtype

    def __repr__(self) -> str:
        return f"%{self.number}: {self.type}"


@record
class Composite:
    """An operation that is written with others; its fields are its settings.

    A faster rule may take the place of its definition, and is held to it.
    """

    name: ClassVar[str]
    """What the text of a graph calls it."""

    def define(self, b: Any, /, *operands: Any, **_: Any) -> Value:
        """Its meaning, written with the operations of a builder."""
        raise NotImplementedError


@entity
class Apply:
    """A node: a primitive, applied.

    Attributes:
        primitive: With its settings.
        operands: What it reads.
        result: What it makes.
        layer: The layer that it was lowered from.
    """

    primitive: Primitive
    operands: tuple[Value, ...]
    result: Value
    layer: str

    bodies: ClassVar[tuple[Graph, ...]] = ()

    @property
    def name(self) -> str:
        """What its text calls it."""
        return self.primitive.name

    @property
    def results(self) -> tuple[Value, ...]:
        """The one."""
        return (self.result,)


@entity
class Compose:
    """A node: a composite, applied.

    Attributes:
        composite: With its settings.
        operands: What it reads.
        result: What it makes.
        layer: The layer that it was lowered from.
        definition: What it means for operands of these types.
    """

    composite: Composite
    operands: tuple[Value, ...]
    result: Value
    layer: str
    definition: Graph

    @property
    def name(self) -> str:
        """What its text calls it."""
        return self.composite.name

    @property
    def results(self) -> tuple[Value, ...]:
        """The one."""
        return (self.result,)

    @property
    def bodies(self) -> tuple[Graph, ...]:
        """The definition."""
        return (self.definition,)


@entity
class Scan:
    """A node: a loop over axis 0 of sequences.

    Attributes:
        operands: The sequences, the first states, and what every turn reads.
        results: The last states, then what each turn makes, stacked on axis 0.
        layer: The layer that it was lowered from.
        body: A turn: from an entry of each sequence, the states and the rest to the next states and
            what is stacked.
        sequences: How many sequences there are, at least one.
        states: How many states there are.
    """

    operands: tuple[Value, ...]
    results: tuple[Value, ...]
    layer: str
    body: Graph
    sequences: int
    states: int

    name: ClassVar[str] = "scan"

    @property
    def bodies(self) -> tuple[Graph, ...]:
        """The body."""
        return (self.body,)


Node: TypeAlias = Apply | Compose | Scan
"""What a program consists of: one of three kinds."""


@entity
class Weight:
    """A learned tensor of a layer.

    Attributes:
        name: Layer and weight joined by a dot: `probs.kernel`.
        value: What stands for it in the graph, in the dtype that it is stored in.
        trainable: Whether training may change it.
    """

    name: str
    value: Value
    trainable: bool = True

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of its axes: always numbers."""
        return concrete(self.value.type)


@entity
class Graph:
    """A whole program, or the body of a loop or of a composite operation.

    Attributes:
        inputs: The values that the caller gives, by name, in order.
        nodes: Its operations; each reads only what stands before it.
        outputs: The values that the caller gets, by name.
        weights: The learned tensors, by name.
        checks: What the inputs' sizes must satisfy before a run.
    """

    inputs: Mapping[str, Value]
    nodes: tuple[Node, ...]
    outputs: Mapping[str, Value]
    weights: Mapping[str, Weight] = field(default_factory=dict[str, Weight])
    checks: tuple[Check, ...] = ()

    def constants(self) -> dict[Value, Constant]:
        """The numbers that stand in it, by their values."""
        return {
            node.result: node.primitive
            for node in self.nodes
            if isinstance(node, Apply) and isinstance(node.primitive, Constant)
        }

    def every_node(self) -> Iterator[Node]:
        """Its nodes, and those of each body in it once."""
        seen: set[Graph] = set()
        pending: list[Graph] = [self]
        while pending:
            for node in pending.pop().nodes:
                yield node
                fresh = [body for body in node.bodies if body not in seen]
                seen.update(fresh)
                pending += fresh
