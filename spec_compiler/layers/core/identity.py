"""Identity: what comes in goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import PASSED, Masks
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.signal import Signal


class Identity(Layer):
    """The input as it is: any shape, with its mask.

    Whole numbers stay whole; floats are cast to the layer's dtype. No weights. Source: Keras's
    Identity.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example("float32[batch, 8]", gives="float32[batch, 8]", equals="x"),
        Example(
            "int32[batch, seq] mask", gives="int32[batch, seq] mask", equals="x", keeps="mask(x)"
        ),
        Example("float32[batch, 8]", {"units": 8}, refuses="SPC0103"),
    )

    masks: ClassVar[Masks] = PASSED

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        return replace(x, value=b.kept(x.value))
