"""A program: nodes in executable order over typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from spec_compiler.ir.facts import Check
from spec_compiler.ir.types import DType, TensorType

Attributes: TypeAlias = Mapping[str, Any]


class Value:
    """The result of a node, a weight or an input; equal only to itself."""

    __slots__ = ("number", "type")

    def __init__(self, number: int, type: TensorType) -> None:
        self.number = number
        self.type = type

    @property
    def shape(self) -> tuple[Any, ...]:
        """The sizes of the axes, `int | Dim` each."""
        return self.type.shape

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self.type.dtype

    def __repr__(self) -> str:
        return f"%{self.number}: {self.type}"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One step: an operation applied to values.

    Attributes:
        operation: A key of `primitives.PRIMITIVES`; `scan`, whose attributes hold a `body`; or the
            name of a composite, whose attributes hold its `definition`.
        operands: What it reads.
        attributes: Its settings; sizes among them may be symbolic, graphs are bodies of loops.
        results: What it makes.
        layer: The layer that it was lowered from.
    """

    operation: str
    operands: tuple[Value, ...]
    attributes: Attributes
    results: tuple[Value, ...]
    layer: str


@dataclass(frozen=True, slots=True, eq=False)
class Weight:
    """A learned tensor of a layer.

    Attributes:
        name: Layer and weight joined by a dot: `probs.kernel`.
        value: What stands for it in the graph, in the dtype that it is stored in.
        initializer: Gives its first values (see `layers.initializers`).
        regularizer: Its penalty, if it has one.
        constraint: What new values are projected with, if anything.
        trainable: Whether training may change it.
        fans: Numbers of inputs and outputs that each element connects, where the layer knows better
            than the shape does.
    """

    name: str
    value: Value
    initializer: Any
    regularizer: Any = None
    constraint: Any = None
    trainable: bool = True
    fans: tuple[int, int] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The sizes of its axes: always numbers."""
        return cast("tuple[int, ...]", self.value.type.shape)


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A whole program, or the body of a loop or of a composite operation.

    Attributes:
        inputs: The values that the caller gives, by name, in order.
        nodes: The steps; each reads only what stands before it.
        outputs: The values that the caller gets, by name.
        weights: The learned tensors, by name.
        checks: What the inputs' sizes must satisfy before a run.
    """

    inputs: Mapping[str, Value]
    nodes: tuple[Node, ...]
    outputs: Mapping[str, Value]
    weights: Mapping[str, Weight] = field(default_factory=dict[str, Weight])
    checks: tuple[Check, ...] = ()
