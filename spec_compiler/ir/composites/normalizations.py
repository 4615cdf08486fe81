"""Composites that bring the entries of axes to one scale."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.dims import product
from spec_compiler.ir.graph import Composite, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.ir.types import widened
from spec_compiler.records import record


@record
class LayerNormalization(Composite):
    """Mean 0 and variance 1 (nearly) along axes together.

    Attributes:
        axes: Which ones.
        epsilon: Added to the variance.
        centered: Whether the mean is taken away; else it is divided, too.
    """

    name: ClassVar[str] = "layer_normalization"

    axes: tuple[int, ...]
    epsilon: float
    centered: bool = True

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        centered = b.subtract(x, _mean(b, x, self.axes))
        variance = _mean(b, b.multiply(centered, centered), self.axes)
        deviation = b.unary("sqrt", b.add(variance, self.epsilon))
        return b.divide(centered if self.centered else x, deviation)


@record
class L2Normalization(Composite):
    """Length 1 along axes together; squares of half precision are summed in float32.

    Attributes:
        axes: Which ones.
        least: What is shorter is divided by this number, so that zeros stay zeros.
    """

    name: ClassVar[str] = "l2_normalization"

    axes: tuple[int, ...]
    least: float

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        wide = b.cast(x, widened(x.dtype))
        squares = b.reduce("sum", b.multiply(wide, wide), self.axes, keepdims=True)
        length = b.maximum(b.unary("sqrt", squares), self.least)
        return b.cast(b.divide(wide, length), x.dtype)


@record
class RootMeanSquareNormalization(Composite):
    """Mean of the squares 1 (nearly) along axes together."""

    name: ClassVar[str] = "rms_normalization"

    axes: tuple[int, ...]
    epsilon: float

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        squares = _mean(b, b.multiply(x, x), self.axes)
        return b.divide(x, b.unary("sqrt", b.add(squares, self.epsilon)))


def _mean(b: Operations, x: Value, axes: tuple[int, ...]) -> Value:
    """The mean over the axes, which keep their places with size 1; of nothing, 0."""
    count = product(tuple(x.shape[axis] for axis in axes))
    total = b.reduce("sum", x, axes, keepdims=True)
    if isinstance(count, int):
        return b.divide(total, max(count, 1))
    ones = b.full(1, x.dtype, (count,))
    return b.divide(total, b.maximum(b.reduce("sum", ones, 0), 1))
