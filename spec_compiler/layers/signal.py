"""What flows between layers: a value, and its mask."""

from __future__ import annotations

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
