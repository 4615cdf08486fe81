"""What flows between layers: a value, and its mask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import DType
from spec_compiler.records import record

MASK = "mask"
"""What a reference to a mask ends with: `x.mask`; no name does."""


@record
class Mask:
    """A boolean tensor beside a value: true where the entry is to be kept.

    Attributes:
        value: The tensor; its axes are the first axes of the value that it belongs to.
        origin: The layer or input that made it.
        said: What the author says of it, `drop` or `pass`, where a layer's own rule proves whether
            it passes.
        spoilt: Whether the layer keeps every entry here because an input had no mask, as Keras
            does: what the others mask would be lost.
    """

    value: Value
    origin: str
    said: str = ""
    spoilt: bool = False

    def over(self, b: Builder, rank: int) -> Value:
        """The mask beside a value of `rank` axes: axes of size 1 follow its own."""
        shape = self.value.type.shape
        return b.reshape(self.value, (*shape, *(1,) * (rank - len(shape))))


@record
class Signal:
    """The static type of a tensor, and the tensor.

    Attributes:
        value: The tensor in the graph.
        mask: Its mask, if it has one.
        sparse: Whether a scipy.sparse matrix may be fed.
        batch: The axis that is the batch; None for a tensor that is the same for every row, as a
            constant is.
    """

    value: Value
    mask: Mask | None = None
    sparse: bool = False
    batch: int | None = 0

    @property
    def shape(self) -> Shape:
        """The sizes of the axes, the batch first."""
        return self.value.type.shape

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self.value.type.dtype

    @property
    def rank(self) -> int:
        """The number of axes, the batch included."""
        return len(self.shape)

    def carry(self, value: Value) -> Signal:
        """Another value with the same mask."""
        return Signal(value, self.mask)

    def masked(self, mask: Mask | None) -> Signal:
        """The same value with another mask, or none."""
        return Signal(self.value, mask, self.sparse, self.batch)


Turn: TypeAlias = Callable[[Builder, Value], Value]
"""What becomes of a value, with a builder of the graph that it is in."""


class Outward(NamedTuple):
    """What becomes of a value inside of a layer on its way out, a step of it.

    Attributes:
        loop: A result of the loop that is left here, which tells the loop: the value of each step
            is stacked behind the batch, `[batch, steps, …]`. None where there is no loop.
        turn: What becomes of it then, and of its mask.
        mask: Its mask, if it has none by then.
    """

    loop: Value | None = None
    turn: Turn | None = None
    mask: Mask | None = None


@record
class Noted:
    """A value inside of a layer that has a name, and so can be looked at.

    Attributes:
        signal: In the graph, or in the body of the innermost loop that is left.
        owner: What it is a result of, by its path in the layer: `forward_layer`, `cell.cells.0`.
        kind: The type of the layer that gives it.
        way: How it comes out, from the inside outwards; empty where it is in the graph.
    """

    signal: Signal
    owner: str
    kind: str
    way: tuple[Outward, ...] = ()

    @property
    def mask(self) -> Noted | None:
        """Its mask, if it has one, as something that has a name, too."""
        of, way = self.signal.mask, self.way
        if of is None and self.signal.batch == 0:
            at = next((at for at, step in enumerate(way) if step.mask is not None), None)
            of, way = (None, way) if at is None else (way[at].mask, way[at + 1 :])
        if of is None:
            return None
        bare = tuple(step._replace(mask=None) for step in way)
        return replace(self, signal=Signal(of.value, batch=self.signal.batch), way=bare)

    def then(self, step: Outward) -> Noted:
        """The same, a step farther out."""
        return replace(self, way=(*self.way, step))
