"""What layers share that give axes of space other sizes."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Masks, Rows
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.reordered import mask_of_leading_axes
from spec_compiler.layers.base.space import DataFormat, axes_of_space
from spec_compiler.layers.signal import Mask, Signal


class SpatialLayer(Layer):
    """A layer that gives the axes of space other sizes, and leaves batch and features."""

    in_order: ClassVar[tuple[str, ...]] = (
        *("cropping", "size", "padding", "data_format", "interpolation"),
    )

    masks: ClassVar[Masks] = Masks(provable=True)
    rows: ClassVar[Rows] = Rows.NEEDED
    space: ClassVar[int]
    """How many axes of space there are."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        data_format: DataFormat = getattr(self, "data_format", "channels_last")
        axes = axes_of_space(x, self.space, data_format, type(self).__name__)
        return Signal(self.resized(b, x.value, axes))

    def resized(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """The result, of an input with these axes of space."""
        raise NotImplementedError

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask, when its axes keep their sizes."""
        return mask_of_leading_axes(b, x, result) or super().carry_mask(b, result, x)
