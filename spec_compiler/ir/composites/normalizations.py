"""Composites that bring the entries of axes to one scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spec_compiler.ir.dims import product
from spec_compiler.ir.graph import Composite, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.ir.types import widened

_EPSILON = 1e-7


@dataclass(frozen=True, slots=True)
class LayerNormalization(Composite):
    """Mean 0 and variance 1 (nearly) along axes together."""

    name: ClassVar[str] = "layer_normalization"

    axes: tuple[int, ...]
    epsilon: float

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        centered = b.subtract(x, self._mean(b, x))
        variance = self._mean(b, b.multiply(centered, centered))
        return b.divide(centered, b.unary("sqrt", b.add(variance, self.epsilon)))

    def _mean(self, b: Operations, x: Value) -> Value:
        """The mean over the axes, which keep their places with size 1; of nothing, 0."""
        count = product(tuple(x.shape[axis] for axis in self.axes))
        total = b.reduce("sum", x, self.axes, keepdims=True)
        if isinstance(count, int):
            return b.divide(total, max(count, 1))
        ones = b.full(1, x.dtype, (count,))
        return b.divide(total, b.maximum(b.reduce("sum", ones, 0), 1))


@dataclass(frozen=True, slots=True)
class L2Normalization(Composite):
    """Length 1 along an axis; squares of half precision are summed in float32."""

    name: ClassVar[str] = "l2_normalization"

    axis: int

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        wide = b.cast(x, widened(x.dtype))
        squares = b.reduce("sum", b.multiply(wide, wide), self.axis, keepdims=True)
        length = b.maximum(b.unary("sqrt", squares), _EPSILON)
        return b.cast(b.divide(wide, length), x.dtype)
