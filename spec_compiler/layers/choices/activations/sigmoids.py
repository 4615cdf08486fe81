"""Activations that level off on both sides, and those made with them."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.fields import Number
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites import sigmoids
from spec_compiler.ir.graph import Value
from spec_compiler.layers.choices.activations.function import ActivationFunction


class Sigmoid(ActivationFunction):
    """`1 / (1 + exp(-x))`."""

    names: ClassVar[tuple[str, ...]] = ("sigmoid",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(sigmoids.Sigmoid(), x)


class LogSigmoid(ActivationFunction):
    """`log(1 / (1 + exp(-x)))`."""

    names: ClassVar[tuple[str, ...]] = ("log_sigmoid",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(sigmoids.LogSigmoid(), x)


class HardSigmoid(ActivationFunction):
    """`min(max(slope * x + offset, 0), 1)`, where nothing is said with `x / 6 + 1/2`."""

    names: ClassVar[tuple[str, ...]] = ("hard_sigmoid",)

    slope: Number = 1 / 6
    """What `x` is multiplied by; it was 0.2 before Keras 3."""
    offset: Number = 0.5
    """What is added."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        if (self.slope, self.offset) == (1 / 6, 0.5):
            return b.compose(sigmoids.HardSigmoid(), x)
        return b.clip(b.add(b.multiply(x, self.slope), self.offset), 0, 1)


class HardSilu(ActivationFunction):
    """`x * hard_sigmoid(x)`."""

    names: ClassVar[tuple[str, ...]] = ("hard_silu", "hard_swish")

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.multiply(x, b.compose(sigmoids.HardSigmoid(), x))


class SparseSigmoid(ActivationFunction):
    """`min(max((x + 1) / 2, 0), 1)`."""

    names: ClassVar[tuple[str, ...]] = ("sparse_sigmoid",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.clip(b.multiply(b.add(x, 1), 0.5), 0, 1)


class Silu(ActivationFunction):
    """`x * sigmoid(x)`."""

    names: ClassVar[tuple[str, ...]] = ("silu", "swish")

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(sigmoids.Silu(), x)


class Tanh(ActivationFunction):
    """`(exp(x) - exp(-x)) / (exp(x) + exp(-x))`."""

    names: ClassVar[tuple[str, ...]] = ("tanh",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.unary("tanh", x)


class TanhShrink(ActivationFunction):
    """`x - tanh(x)`."""

    names: ClassVar[tuple[str, ...]] = ("tanh_shrink",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.subtract(x, b.unary("tanh", x))


class HardTanh(ActivationFunction):
    """`min(max(x, -1), 1)`."""

    names: ClassVar[tuple[str, ...]] = ("hard_tanh",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.clip(x, -1, 1)


class Softsign(ActivationFunction):
    """`x / (1 + |x|)`."""

    names: ClassVar[tuple[str, ...]] = ("softsign",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.divide(x, b.add(b.unary("abs", x), 1))
