"""Softmax: shares of 1 along an axis, none of it for padding."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import Axes
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites import softmaxes
from spec_compiler.layers.base.axes import distinct_axes
from spec_compiler.layers.base.interface import Masks, Passing
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class Softmax(Layer):
    """`exp(x) / sum(exp(x))` along an axis, or along several together.

    The shape stays; whole numbers are cast to the layer's dtype. No weights. A masked entry gets 0
    and takes no part in the sum; where no entry is kept, all get 0. A mask of fewer axes than the
    input holds for all entries of the axes that it lacks: `[batch, steps]` beside
    `[batch, steps, features]` masks whole steps (Keras raises an error there, or pairs the wrong
    axes). The mask passes unchanged. Source: Keras's Softmax.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 8]",
            gives="float32[batch, 8]",
            equals="exp(x) / sum(exp(x), axis=1, keepdims=True)",
        ),
        Example(
            "float32[batch, seq] mask",
            gives="float32[batch, seq] mask",
            equals="shares / maximum(sum(shares, axis=1, keepdims=True), 1e-30)",
            keeps="mask(x)",
            where={
                "shares": "where(mask(x), exp(x), 0)",
            },
            why="padding gets 0, and the kept steps add up to 1",
        ),
        Example(
            "float32[batch, seq, 8] mask",
            {"axis": 1},
            gives="float32[batch, seq, 8] mask",
            equals="shares / maximum(sum(shares, axis=1, keepdims=True), 1e-30)",
            keeps="mask(x)",
            where={
                "shares": "where(mask(x)[..., None], exp(x), 0)",
            },
        ),
        Example(
            "float32[batch, 4, 5]",
            {"axis": [1, 2]},
            gives="float32[batch, 4, 5]",
            equals="exp(x) / sum(exp(x), axis=[1, 2], keepdims=True)",
            why="all 20 entries of a sample add up to 1",
        ),
        Example("float32[batch, 8]", {"axis": 2}, refuses="SPC0354", why="there are two axes"),
        Example("float32[batch, 8]", {"axis": [1, -1]}, refuses="SPC0354", why="1 is -1 here"),
    )
    masks: ClassVar[Masks] = Masks(uses=True, passes=Passing.FIRST)

    axis: Axes = (-1,)
    """The axis, or a list of axes; the batch is axis 0, negative ones count from the last."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        axes = distinct_axes(self.axis, x.value, "Softmax")
        for axis in axes:
            if not b.require(x.shape[axis], ">=", 1, f"Softmax: axis {axis} must not be empty"):
                message = f"Softmax needs at least one entry on axis {axis} of {x.value.type}"
                raise Refusal("SPC0314", message, argument=("axis",), origins=((x.value, axis),))
        value = b.compute(x.value)
        if x.mask is None:
            return Signal(b.compose(softmaxes.Softmax(axes), value))
        kept = x.mask.over(b, x.rank)
        return x.carry(b.compose(softmaxes.MaskedSoftmax(axes), value, kept))
