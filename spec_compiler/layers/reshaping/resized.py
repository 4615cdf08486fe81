"""What layers share that give the axes between batch and channels other sizes."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from spec_compiler.declaring.per_axis import Ends, ends_of
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Masks
from spec_compiler.layers.base.reordered import mask_of_leading_axes
from spec_compiler.layers.base.spatial import Spatial
from spec_compiler.layers.signal import Mask, Signal


class Resized(Spatial):
    """A layer that gives the axes between other sizes, and leaves batch and channels."""

    masks: ClassVar[Masks] = Masks(provable=True)

    @field_validator("cropping", "padding", mode="plain", check_fields=False)
    @classmethod
    def _for_both_ends(cls, written: object, info: ValidationInfo) -> Ends:
        return ends_of(written, cls.rank, info)

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        self.demand_rank(x)
        return Signal(self.resized(b, x.value, self.between))

    def resized(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """The result, of an input with these axes between."""
        raise NotImplementedError

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask, when its axes keep their sizes."""
        return mask_of_leading_axes(b, x, result) or super().carry_mask(b, result, x)
