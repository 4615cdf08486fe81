"""Activations that smooth the corner of a rectifier, and the exponential function."""

from __future__ import annotations

import math
from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import DType
from spec_compiler.layers.activations.function import ActivationFunction, clip
from spec_compiler.layers.activations.sigmoids import exp_minus_size
from spec_compiler.notation.numbers import NonNegativeNumber

_LAST_FINITE_EXP: dict[DType, float] = {
    "float16": 11.0859375,
    "bfloat16": 88.5,
    "float32": 88.72283,
    "float64": 709.782712893384,
}
"""The largest number of each dtype whose exponential is finite in it."""


class Softplus(ActivationFunction):
    """`log(1 + exp(x))`."""

    names: ClassVar[tuple[str, ...]] = ("softplus",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("softplus", softplus, x)


class Squareplus(ActivationFunction):
    """`(x + sqrt(x^2 + b)) / 2`."""

    names: ClassVar[tuple[str, ...]] = ("squareplus",)

    b: NonNegativeNumber = 4.0
    """How smooth the corner is; 0 gives `relu`."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("squareplus", squareplus, x, smoothness=self.b)


class SparsePlus(ActivationFunction):
    """0 up to -1, `(x + 1)^2 / 4` between -1 and 1, `x` from 1."""

    names: ClassVar[tuple[str, ...]] = ("sparse_plus",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("sparse_plus", sparse_plus, x)


class Gelu(ActivationFunction):
    """`x * (1 + erf(x / sqrt(2))) / 2`.

    With `approximate`: `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2`.
    """

    names: ClassVar[tuple[str, ...]] = ("gelu",)

    approximate: StrictBool = False
    """Whether to use `tanh` instead of the error function."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("gelu", gelu, x, approximate=self.approximate)


class Mish(ActivationFunction):
    """`x * tanh(softplus(x))`."""

    names: ClassVar[tuple[str, ...]] = ("mish",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("mish", mish, x)


class Exponential(ActivationFunction):
    """`exp(x)`."""

    names: ClassVar[tuple[str, ...]] = ("exponential",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("exponential", exponential, x)


def softplus(b: Builder, x: Value) -> Value:
    """The definition of `softplus`."""
    return b.add(b.maximum(x, 0), b.unary("log1p", exp_minus_size(b, x)))


def squareplus(b: Builder, x: Value, smoothness: float) -> Value:
    """The definition of `squareplus`, without squares that overflow or terms that cancel out."""
    if smoothness == 0:
        return b.maximum(x, 0)
    size = b.unary("abs", x)
    largest = b.maximum(size, math.sqrt(smoothness))
    parts = b.divide(size, largest), b.divide(math.sqrt(smoothness), largest)
    squares = b.add(b.multiply(parts[0], parts[0]), b.multiply(parts[1], parts[1]))
    root = b.multiply(largest, b.unary("sqrt", squares))
    above = b.add(b.multiply(size, 0.5), b.multiply(root, 0.5))
    # (root - |x|) / 2 = smoothness / 4 / ((root + |x|) / 2)
    return b.select(b.binary("less", x, 0), b.divide(smoothness / 4, above), above)


def sparse_plus(b: Builder, x: Value) -> Value:
    """The definition of `sparse_plus`."""
    near = b.add(clip(b, x, -1, 1), 1)
    return b.select(b.binary("less", x, 1), b.multiply(b.multiply(near, near), 0.25), x)


def gelu(b: Builder, x: Value, approximate: bool) -> Value:
    """The definition of `gelu`."""
    if approximate:
        near = clip(b, x, -10, 10)  # tanh is ±1 beyond, and the cube would overflow in 16 bits
        cube = b.multiply(b.multiply(near, near), near)
        inner = b.multiply(b.add(near, b.multiply(cube, 0.044715)), math.sqrt(2 / math.pi))
        share = b.unary("tanh", inner)
    else:
        share = b.unary("erf", b.multiply(x, math.sqrt(0.5)))
    return b.multiply(b.multiply(x, 0.5), b.add(share, 1))


def mish(b: Builder, x: Value) -> Value:
    """The definition of `mish`."""
    return b.multiply(x, b.unary("tanh", b.call("softplus", softplus, x)))


def exponential(b: Builder, x: Value) -> Value:
    """The definition of `exponential`: infinite beyond the dtype's range, and silently so."""
    last = _LAST_FINITE_EXP[x.dtype]
    finite = b.unary("exp", b.minimum(x, last))
    return b.select(b.binary("greater", x, last), math.inf, finite)
