"""Activations that smooth the corner of a rectifier, and the exponential function."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.numbers import NonNegativeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites import smooth
from spec_compiler.ir.graph import Value
from spec_compiler.layers.choices.activations.function import ActivationFunction


class Softplus(ActivationFunction):
    """`log(1 + exp(x))`."""

    names: ClassVar[tuple[str, ...]] = ("softplus",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(smooth.Softplus(), x)


class Squareplus(ActivationFunction):
    """`(x + sqrt(x^2 + b)) / 2`."""

    names: ClassVar[tuple[str, ...]] = ("squareplus",)

    b: NonNegativeNumber = 4.0
    """How smooth the corner is; 0 gives `relu`."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(smooth.Squareplus(self.b), x)


class SparsePlus(ActivationFunction):
    """0 up to -1, `(x + 1)^2 / 4` between -1 and 1, `x` from 1."""

    names: ClassVar[tuple[str, ...]] = ("sparse_plus",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(smooth.SparsePlus(), x)


class Gelu(ActivationFunction):
    """`x * (1 + erf(x / sqrt(2))) / 2`.

    With `approximate`: `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2`.
    """

    names: ClassVar[tuple[str, ...]] = ("gelu",)

    approximate: StrictBool = False
    """Whether to use `tanh` instead of the error function."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(smooth.Gelu(self.approximate), x)


class Mish(ActivationFunction):
    """`x * tanh(softplus(x))`."""

    names: ClassVar[tuple[str, ...]] = ("mish",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(smooth.Mish(), x)


class Exponential(ActivationFunction):
    """`exp(x)`."""

    names: ClassVar[tuple[str, ...]] = ("exponential",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(smooth.Exponential(), x)
