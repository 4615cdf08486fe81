"""Composites that are linear on one side, and level off by an exponential on the other."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.graph import Composite, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.records import record

# `exp` sees only the side on which it is used: on the other it would overflow

_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772


@record
class Elu(Composite):
    """`x` above 0, `alpha * (exp(x) - 1)` elsewhere."""

    name: ClassVar[str] = "elu"

    alpha: float

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        below = b.multiply(b.unary("expm1", b.minimum(x, 0)), self.alpha)
        return b.select(b.binary("greater", x, 0), x, below)


class Selu(Composite):
    """`elu`, scaled so that mean 0 and variance 1 stay."""

    __slots__ = ()
    name: ClassVar[str] = "selu"

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        return b.multiply(Elu(_SELU_ALPHA).define(b, x), _SELU_SCALE)


@record
class Celu(Composite):
    """`max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`."""

    name: ClassVar[str] = "celu"

    alpha: float

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        below = b.unary("expm1", b.divide(b.minimum(x, 0), self.alpha))
        return b.add(b.maximum(x, 0), b.multiply(below, self.alpha))
