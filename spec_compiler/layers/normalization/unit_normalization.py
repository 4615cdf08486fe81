"""UnitNormalization: length 1 along axes of each sample."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import Axes
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.normalizations import L2Normalization
from spec_compiler.layers.base.axes import distinct_axes
from spec_compiler.layers.base.interface import PASSED, Masks
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.signal import Signal

_LEAST = 1e-12


class UnitNormalization(Layer):
    """Divide by the Euclidean length along axes; zeros stay zeros.

    `x / maximum(sqrt(sum(x ** 2)), 1e-12)`; the shape stays. Half precision is computed in float32,
    and whole numbers in the layer's dtype. No weights. A mask passes unchanged; padding on the axes
    takes part. Source: Keras's UnitNormalization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            gives="float32[batch, seq, 8] mask",
            equals="x / maximum(norm(x, axis=2, keepdims=True), 1e-12)",
            keeps="mask(x)",
        ),
        Example(
            "int32[batch, seq, n]",
            {"axis": [1, 2]},
            gives="float32[batch, seq, n]",
            equals="y / maximum(sqrt(sum(square(y), axis=[1, 2], keepdims=True)), 1e-12)",
            where={"y": "cast(x, 'float64')"},
            why="all entries of a sample together; whole numbers are cast",
        ),
        Example("float32[batch, 8]", {"axis": 2}, refuses="SPC0354", why="there are two axes"),
        Example("float32[batch]", refuses="SPC0358", why="there is only the batch"),
    )
    masks: ClassVar[Masks] = PASSED

    axis: Axes = (-1,)
    """The axis, or a list of axes; the batch is axis 0, negative ones count from the last."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        axes = distinct_axes(self.axis, x.value, "UnitNormalization")
        return x.carry(b.compose(L2Normalization(axes, _LEAST), b.compute(x.value)))
