"""Dropout: in training some entries become 0; a run changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from spec_compiler.declaring.fields import ShapeField
from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.layers.base.interface import PASSED, Masks
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class Dropout(Layer):
    """In training, set a fraction of the entries to 0 and scale the others up.

    A run is inference: values and shape stay as they are, and a mask passes. Floats are cast to the
    dtype that the layer computes in; whole numbers stay whole. No weights. Source: Keras's Dropout.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example("float32[batch, 8]", {"rate": 0.5}, gives="float32[batch, 8]", equals="x"),
        Example(
            "float32[batch, seq, 8] mask",
            {"rate": 0.1, "noise_shape": [None, 1, 8]},
            gives="float32[batch, seq, 8] mask",
            equals="x",
            keeps="mask(x)",
            why="each feature is dropped in all steps at once",
        ),
        Example("int32[batch, 8]", {"rate": 0.5}, gives="int32[batch, 8]", equals="x"),
        Example(
            "float32[batch, 8]", {"rate": 50}, refuses="SPC0104", why="a rate is no percentage"
        ),
        Example(
            "float32[batch, 8]",
            {"rate": 0.5, "noise_shape": [None, 4]},
            refuses="SPC0355",
            why="4 is neither 8 nor 1",
        ),
    )

    masks: ClassVar[Masks] = PASSED

    rate: Fraction
    """Fraction of the entries that training drops, from 0 to 1; no effect on inference."""
    noise_shape: ShapeField | None = None
    """For each axis, how many entries are drawn for: 1 for all of it together, null for each."""
    seed: WholeNumber | None = None
    """Seed of what is dropped; no effect on inference."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        if self.noise_shape is not None and not _fits(b, self.noise_shape, x.shape):
            raise Refusal(
                "SPC0355",
                f"`noise_shape` {_text(self.noise_shape)} does not fit the input {x.value.type}",
                argument=("noise_shape",),
                help="write for each axis its size, 1 or null; the batch is the first axis",
            )
        return replace(x, value=b.kept(x.value))


def _fits(b: Builder, noise: tuple[Size | None, ...], shape: Shape) -> bool:
    """Whether noise can be broadcast; no run draws any, so what the data decides is let pass."""
    return len(noise) == len(shape) and all(
        drawn is None or drawn == 1 or b.facts.equal(drawn, size) is not False
        for drawn, size in zip(noise, shape, strict=True)
    )


def _text(noise: tuple[Size | None, ...]) -> str:
    return f"[{', '.join('null' if drawn is None else str(drawn) for drawn in noise)}]"
