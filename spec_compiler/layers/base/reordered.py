"""What layers share that reorder the elements of one tensor and compute nothing."""

from __future__ import annotations

from dataclasses import replace

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.signal import Mask, Signal


def reordered(x: Signal, y: Value) -> Signal:
    """The elements of `x` in another order, and no mask."""
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
