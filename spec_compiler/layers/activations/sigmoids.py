"""Activations that level off on both sides, and those made with them."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.activations.function import ActivationFunction, clip


class Sigmoid(ActivationFunction):
    """`1 / (1 + exp(-x))`."""

    names: ClassVar[tuple[str, ...]] = ("sigmoid",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("sigmoid", sigmoid, x)


class LogSigmoid(ActivationFunction):
    """`log(1 / (1 + exp(-x)))`."""

    names: ClassVar[tuple[str, ...]] = ("log_sigmoid",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("log_sigmoid", log_sigmoid, x)


class HardSigmoid(ActivationFunction):
    """`min(max(x / 6 + 1/2, 0), 1)`."""

    names: ClassVar[tuple[str, ...]] = ("hard_sigmoid",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("hard_sigmoid", hard_sigmoid, x)


class HardSilu(ActivationFunction):
    """`x * hard_sigmoid(x)`."""

    names: ClassVar[tuple[str, ...]] = ("hard_silu", "hard_swish")

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.multiply(x, b.call("hard_sigmoid", hard_sigmoid, x))


class SparseSigmoid(ActivationFunction):
    """`min(max((x + 1) / 2, 0), 1)`."""

    names: ClassVar[tuple[str, ...]] = ("sparse_sigmoid",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return clip(b, b.multiply(b.add(x, 1), 0.5), 0, 1)


class Silu(ActivationFunction):
    """`x * sigmoid(x)`."""

    names: ClassVar[tuple[str, ...]] = ("silu", "swish")

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("silu", silu, x)


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
        return clip(b, x, -1, 1)


class Softsign(ActivationFunction):
    """`x / (1 + |x|)`."""

    names: ClassVar[tuple[str, ...]] = ("softsign",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.divide(x, b.add(b.unary("abs", x), 1))


def exp_minus_size(b: Builder, x: Value) -> Value:
    """`exp(-|x|)`: never overflows, and exact however far `x` is from 0."""
    return b.unary("exp", b.unary("negate", b.unary("abs", x)))


def sigmoid(b: Builder, x: Value) -> Value:
    """The definition of `sigmoid`, with full relative precision on both sides."""
    small = exp_minus_size(b, x)
    top = b.select(b.binary("greater_equal", x, 0), 1, small)
    return b.divide(top, b.add(small, 1))


def log_sigmoid(b: Builder, x: Value) -> Value:
    """The definition of `log_sigmoid`."""
    return b.subtract(b.minimum(x, 0), b.unary("log1p", exp_minus_size(b, x)))


def hard_sigmoid(b: Builder, x: Value) -> Value:
    """The definition of `hard_sigmoid`."""
    return clip(b, b.add(b.divide(x, 6), 0.5), 0, 1)


def silu(b: Builder, x: Value) -> Value:
    """The definition of `silu`."""
    return b.multiply(x, b.call("sigmoid", sigmoid, x))
