"""What layers share that reorder the elements of one tensor and compute nothing."""

from __future__ import annotations

from dataclasses import replace

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS
from spec_compiler.layers.signal import Mask, Signal


def kept(b: Builder, x: Signal) -> Value:
    """`x` as such a layer reads it: floats in the layer's dtype, whole numbers as they are."""
    return b.compute(x.value) if x.dtype in FLOATS else x.value


def reordered(x: Signal, y: Value) -> Signal:
    """The elements of `x` in another order: the same range of values, and no mask."""
    return replace(x, value=y, mask=None)


def mask_of_leading_axes(b: Builder, x: Signal, result: Signal) -> Mask | None:
    """The mask of `x` where the axes that it is for are still the first ones of the result.

    A reshape keeps them exactly when the result begins with the same sizes.
    """
    if x.mask is None:
        return None
    masked = len(x.mask.value.shape)
    pairs = zip(x.shape[:masked], result.shape, strict=False)
    survives = masked <= result.rank and all(b.facts.equal(*pair) for pair in pairs)
    return x.mask if survives else None
