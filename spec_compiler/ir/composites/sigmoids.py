"""Composites that level off on both sides, and gates made of them."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.graph import Composite, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.records import record


def exp_minus_size(b: Operations, x: Value) -> Value:
    """`exp(-|x|)`: never overflows, and exact however far `x` is from 0."""
    return b.unary("exp", b.unary("negate", b.unary("abs", x)))


class Sigmoid(Composite):
    """`1 / (1 + exp(-x))`, with full relative precision on both sides."""

    __slots__ = ()
    name: ClassVar[str] = "sigmoid"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        small = exp_minus_size(b, x)
        top = b.select(b.binary("greater_equal", x, 0), 1, small)
        return b.divide(top, b.add(small, 1))


class LogSigmoid(Composite):
    """`log(1 / (1 + exp(-x)))`."""

    __slots__ = ()
    name: ClassVar[str] = "log_sigmoid"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        return b.subtract(b.minimum(x, 0), b.unary("log1p", exp_minus_size(b, x)))


class HardSigmoid(Composite):
    """`min(max(x / 6 + 1/2, 0), 1)`."""

    __slots__ = ()
    name: ClassVar[str] = "hard_sigmoid"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        return b.clip(b.add(b.divide(x, 6), 0.5), 0, 1)


class Silu(Composite):
    """`x * sigmoid(x)`."""

    __slots__ = ()
    name: ClassVar[str] = "silu"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        return b.multiply(x, b.compose(Sigmoid(), x))


@record
class Glu(Composite):
    """The first half of an axis times `sigmoid` of the second half; its size is even."""

    name: ClassVar[str] = "glu"

    axis: int

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        half = floor_divide(x.shape[self.axis], 2)
        if isinstance(half, int):
            gate = b.slice(x, self.axis, half, 2 * half)
        else:  # a slice can only begin at a number, so the second half is taken from the end
            gate = b.reverse(b.slice(b.reverse(x, self.axis), self.axis, 0, half), self.axis)
        return b.multiply(b.slice(x, self.axis, 0, half), b.compose(Sigmoid(), gate))
