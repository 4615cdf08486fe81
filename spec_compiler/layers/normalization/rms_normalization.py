"""RMSNormalization: the mean of the squares 1 along axes of each sample."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import Axes, NonNegativeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites.normalizations import RootMeanSquareNormalization
from spec_compiler.ir.types import widened
from spec_compiler.layers.base.axes import distinct_axes
from spec_compiler.layers.base.interface import Masks, Named
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.initializers.constant import Ones
from spec_compiler.layers.normalization.gamma_and_beta import beside
from spec_compiler.layers.signal import Mask, Signal


class RMSNormalization(Layer):
    """Divide by the root of the mean of the squares along axes, then multiply by a learned scale.

    `x / sqrt(mean(x ** 2) + epsilon) * scale`; the shape stays. Weight, with the sizes of the axes
    in the order in which the input has them, at first all 1: `scale`. Half precision is computed in
    float32, and whole numbers in the layer's dtype (Keras cuts the results to whole numbers). A
    mask ends here, as in Keras; `mask: pass` keeps it. Source: Keras's RMSNormalization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8]",
            gives="float32[batch, seq, 8]",
            equals="x / sqrt(mean(square(x), axis=2, keepdims=True) + 1e-6) * scale",
        ),
        Example(
            "float32[batch, 4, 3] mask",
            {"axis": 1, "epsilon": 0.5, "mask": "pass"},
            gives="float32[batch, 4, 3] mask",
            equals="x / sqrt(mean(square(x), axis=1, keepdims=True) + 0.5) * scale[:, None]",
            keeps="mask(x)",
        ),
        Example(
            "int32[batch, 4, 3]",
            {"axis": [-1, -2]},
            gives="float32[batch, 4, 3]",
            equals="y / sqrt(mean(square(y), axis=[1, 2], keepdims=True) + 1e-6) * scale",
            where={"y": "cast(x, 'float64')"},
            why="all 12 entries of a sample together; whole numbers are cast",
        ),
        Example("float32[batch, seq, 8] mask", refuses="SPC0410", why="Keras loses the mask here"),
        Example("float32[batch, 8]", {"axis": 2}, refuses="SPC0354", why="there are two axes"),
        Example("float32[batch, seq]", refuses="SPC0306", why="the weight needs a size"),
    )
    learned: ClassVar[tuple[Named, ...]] = (Named("scale"),)
    masks: ClassVar[Masks] = Masks(provable=True)

    axis: Axes = (-1,)
    """The axis, or a list of axes; the batch is axis 0, negative ones count from the last."""
    epsilon: NonNegativeNumber = 1e-6
    """Added to the mean of the squares, so that zeros are not divided by 0."""

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        axes = distinct_axes(self.axis, x.value, "RMSNormalization")
        wide = widened(b.policy.compute)
        scale = b.weight("scale", tuple(x.shape[axis] for axis in axes), Training("scale", Ones()))
        y = b.cast(x.value, wide)
        y = b.compose(RootMeanSquareNormalization(axes, self.epsilon), y)
        y = b.multiply(y, b.reshape(b.cast(scale, wide), beside(axes, x.value)))
        return Signal(b.compute(y))

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask: no axis changes."""
        return x.mask or super().carry_mask(b, result, x)
