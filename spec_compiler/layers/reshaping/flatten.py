"""Flatten: all axes after the batch become one."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import product
from spec_compiler.layers.base.interface import Masks, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.reordered import mask_of_leading_axes, reordered
from spec_compiler.layers.base.spatial import DataFormat
from spec_compiler.layers.signal import Mask, Signal


class Flatten(Layer):
    """Make one axis of all axes after the batch.

    `[batch, …]` to `[batch, product of the others]`; `[batch]` to `[batch, 1]`. The last axis moves
    fastest. Whole numbers stay whole. No weights. A mask ends here; `mask: pass` keeps one whose
    axes are still there. Source: Keras's Flatten.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 3, 4]", gives="float32[batch, 24]", equals="reshape(x, [batch, 24])"
        ),
        Example(
            "int32[batch, seq, 3]",
            gives="int32[batch, 3*seq]",
            equals="reshape(x, [batch, 3 * seq])",
            why="a size of the data",
        ),
        Example("float32[batch]", gives="float32[batch, 1]", equals="x[:, None]"),
        Example(
            "float32[batch, 2, 3, 4]",
            {"data_format": "channels_first"},
            gives="float32[batch, 24]",
            equals="reshape(transpose(x, [0, 2, 3, 1]), [batch, 24])",
            why="axis 1 moves fastest",
        ),
        Example("float32[batch, seq, 3] mask", refuses="SPC0410", why="the steps are gone"),
        Example("float32[batch, seq, 3] mask", {"mask": "pass"}, refuses="SPC0411"),
    )

    masks: ClassVar[Masks] = Masks(provable=True)
    rows: ClassVar[Rows] = Rows.NEEDED

    data_format: DataFormat = "channels_last"
    """With `channels_first`, axis 1 is moved to the end before."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        batch = x.shape[0]
        y = b.kept(x.value)
        if self.data_format == "channels_first" and x.rank > 2:
            y = b.transpose(y, (0, *range(2, x.rank), 1))
        return reordered(x, b.reshape(y, (batch, product(x.shape[1:]))))

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask, when its axes keep their sizes."""
        return mask_of_leading_axes(b, x, result) or super().carry_mask(b, result, x)
