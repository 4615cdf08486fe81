"""Rescaling: a number times the input, and a number more."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.given_numbers import GivenNumbers, NumbersField
from spec_compiler.layers.base.interface import PASSED, Masks
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal, under


class Rescaling(Layer):
    """`x * scale + offset`, with numbers that are not learned: `scale: 1 / 255` for pixels.

    The shape stays. Whole numbers are cast to the layer's dtype. No weights. A mask passes
    unchanged. Source: Keras's Rescaling.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "uint8[batch, h, w, 3]",
            {"scale": "1 / 255"},
            gives="float32[batch, h, w, 3]",
            equals="cast(x, 'float64') / 255",
        ),
        Example(
            "float32[batch, seq, 2] mask",
            {"scale": [2, 0.5], "offset": [-1, 1]},
            gives="float32[batch, seq, 2] mask",
            equals="x * w + c",
            keeps="mask(x)",
            where={
                "w": "stack([2 * ones([]), 0.5 * ones([])], axis=0)",
                "c": "stack([-1 * ones([]), ones([])], axis=0)",
            },
            why="a number for each feature",
        ),
        Example("float32[batch, 3]", {"scale": 2, "offset": [1, 2]}, refuses="SPC0336"),
        Example("float32[batch, 3]", refuses="SPC0102", why="there is no default"),
    )
    masks: ClassVar[Masks] = PASSED

    scale: NumbersField
    """What is multiplied by: a number, or one for each entry of the last axes."""
    offset: NumbersField = GivenNumbers((0.0,), ())
    """What is added then: a number, or one for each entry of the last axes."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        y = b.multiply(b.compute(x.value), self._numbers(b, x, "scale", self.scale))
        return x.carry(b.add(y, self._numbers(b, x, "offset", self.offset)))

    def _numbers(self, b: Builder, x: Signal, argument: str, given: GivenNumbers) -> Value:
        """The numbers of an argument, proved to fit the last axes of the input."""
        shape = given.shape
        axes = x.shape[x.rank - len(shape) :]
        fits = not shape or len(shape) < x.rank
        if not fits or not all(
            size == 1
            or b.require(axis, "==", size, f"`{argument}` against the last axes", (argument,))
            for size, axis in zip(shape, axes, strict=True)
        ):
            raise Refusal(
                "SPC0336",
                f"`{argument}` has the shape {list(shape)}, and the input is {x.value.type}",
                argument=(argument,),
                related=((("from",), f"{x.value.type}"),),
                help="write one number, or one for each feature of the last axis",
            )
        with under(argument):
            return given.literal(b, b.policy.compute)
