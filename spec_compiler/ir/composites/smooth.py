"""Composites that smooth the corner of a rectifier, and the exponential function."""

from __future__ import annotations

import math
from typing import ClassVar

from spec_compiler.ir.composites.sigmoids import exp_minus_size
from spec_compiler.ir.graph import Composite, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.ir.types import DType
from spec_compiler.records import record

_LAST_FINITE_EXP: dict[DType, float] = {
    "float16": 11.0859375,
    "bfloat16": 88.5,
    "float32": 88.72283,
    "float64": 709.782712893384,
}
"""The largest number of each dtype whose exponential is finite in it."""


class Softplus(Composite):
    """`log(1 + exp(x))`."""

    __slots__ = ()
    name: ClassVar[str] = "softplus"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        return b.add(b.maximum(x, 0), b.unary("log1p", exp_minus_size(b, x)))


@record
class Squareplus(Composite):
    """`(x + sqrt(x^2 + smoothness)) / 2`, without squares that overflow or terms that cancel."""

    name: ClassVar[str] = "squareplus"

    smoothness: float

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        if self.smoothness == 0:
            return b.maximum(x, 0)
        size, corner = b.unary("abs", x), math.sqrt(self.smoothness)
        largest = b.maximum(size, corner)
        parts = b.divide(size, largest), b.divide(corner, largest)
        squares = b.add(b.multiply(parts[0], parts[0]), b.multiply(parts[1], parts[1]))
        root = b.multiply(largest, b.unary("sqrt", squares))
        above = b.add(b.multiply(size, 0.5), b.multiply(root, 0.5))
        # (root - |x|) / 2 = smoothness / 4 / ((root + |x|) / 2)
        return b.select(b.binary("less", x, 0), b.divide(self.smoothness / 4, above), above)


class SparsePlus(Composite):
    """0 up to -1, `(x + 1)^2 / 4` between -1 and 1, `x` from 1."""

    __slots__ = ()
    name: ClassVar[str] = "sparse_plus"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        near = b.add(b.clip(x, -1, 1), 1)
        return b.select(b.binary("less", x, 1), b.multiply(b.multiply(near, near), 0.25), x)


@record
class Gelu(Composite):
    """`x * (1 + erf(x / sqrt(2))) / 2`, or an approximation of it by `tanh`."""

    name: ClassVar[str] = "gelu"

    approximate: bool

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        if self.approximate:
            near = b.clip(x, -10, 10)  # tanh is ±1 beyond, and the cube would overflow in 16 bits
            cube = b.multiply(b.multiply(near, near), near)
            inner = b.multiply(b.add(near, b.multiply(cube, 0.044715)), math.sqrt(2 / math.pi))
            share = b.unary("tanh", inner)
        else:
            share = b.unary("erf", b.multiply(x, math.sqrt(0.5)))
        return b.multiply(b.multiply(x, 0.5), b.add(share, 1))


class Mish(Composite):
    """`x * tanh(softplus(x))`."""

    __slots__ = ()
    name: ClassVar[str] = "mish"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        return b.multiply(x, b.unary("tanh", b.compose(Softplus(), x)))


class Exponential(Composite):
    """`exp(x)`: infinite beyond the dtype's range, and silently so."""

    __slots__ = ()
    name: ClassVar[str] = "exponential"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        last = _LAST_FINITE_EXP[x.dtype]
        finite = b.unary("exp", b.minimum(x, last))
        return b.select(b.binary("greater", x, last), math.inf, finite)
