"""Activations that treat the two sides of a threshold differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from spec_compiler.declaring.fields import Number
from spec_compiler.declaring.numbers import PositiveNumber
from spec_compiler.fixes import Fix, rename
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites import rectifiers
from spec_compiler.ir.graph import Value
from spec_compiler.layers.choices.activations.function import ActivationFunction

_LEAST_MAXIMUM = 127
"""The largest number that every integer dtype holds."""
_SLOPES: Mapping[str, Fix] = dict.fromkeys(("alpha", "slope"), rename("negative_slope", safe=False))


class Relu(ActivationFunction):
    """`x` above the threshold, `negative_slope * (x - threshold)` elsewhere, at most `max_value`.

    As in Keras, with a `max_value` the part above the threshold is also at least 0.
    """

    names: ClassVar[tuple[str, ...]] = ("relu",)
    elsewhere = _SLOPES

    negative_slope: Number = 0.0
    """Slope below the threshold."""
    max_value: Number | None = None
    """Largest value; default: none."""
    threshold: Number = 0.0
    """Where the function starts."""

    @property
    def keeps_integers(self) -> bool:
        """Without a slope, and when the other arguments are whole numbers of every dtype."""
        limits = (self.threshold, self.max_value or 0.0)
        whole = all(n.is_integer() and 0 <= n <= _LEAST_MAXIMUM for n in limits)
        return whole and self.negative_slope == 0

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        if self.threshold == 0:
            y = b.maximum(x, 0)
        else:
            y = b.select(b.binary("greater", x, self.threshold), x, 0)
        if self.max_value is not None:
            y = b.minimum(b.maximum(y, 0), self.max_value)
        if self.negative_slope != 0:
            below = b.minimum(b.subtract(x, self.threshold), 0)
            y = b.add(y, b.multiply(below, self.negative_slope))
        return y


class LeakyRelu(ActivationFunction):
    """`x` above 0, `negative_slope * x` elsewhere."""

    names: ClassVar[tuple[str, ...]] = ("leaky_relu",)
    elsewhere = _SLOPES

    negative_slope: Number = 0.2
    """Slope below 0."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        below = b.multiply(b.minimum(x, 0), self.negative_slope)
        return b.add(b.maximum(x, 0), below)


class Relu6(ActivationFunction):
    """`min(max(x, 0), 6)`."""

    names: ClassVar[tuple[str, ...]] = ("relu6",)

    @property
    def keeps_integers(self) -> bool:
        """Always."""
        return True

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.clip(x, 0, 6)


class Elu(ActivationFunction):
    """`x` above 0, `alpha * (exp(x) - 1)` elsewhere."""

    names: ClassVar[tuple[str, ...]] = ("elu",)

    alpha: Number = 1.0
    """Minus the limit towards minus infinity."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(rectifiers.Elu(self.alpha), x)


class Selu(ActivationFunction):
    """`1.0507009873554805 * elu(x)` with `alpha` = 1.6732632423543772."""

    names: ClassVar[tuple[str, ...]] = ("selu",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(rectifiers.Selu(), x)


class Celu(ActivationFunction):
    """`max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`."""

    names: ClassVar[tuple[str, ...]] = ("celu",)

    alpha: PositiveNumber = 1.0
    """Minus the limit towards minus infinity."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(rectifiers.Celu(self.alpha), x)


class HardShrink(ActivationFunction):
    """`x` where `|x| > threshold`, 0 elsewhere."""

    names: ClassVar[tuple[str, ...]] = ("hard_shrink",)

    threshold: Number = 0.5
    """Size up to which values become 0."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.select(b.binary("greater", b.unary("abs", x), self.threshold), x, 0)


class SoftShrink(ActivationFunction):
    """`sign(x) * max(|x| - threshold, 0)`."""

    names: ClassVar[tuple[str, ...]] = ("soft_shrink",)

    threshold: Number = 0.5
    """How much smaller every value becomes."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        size = b.maximum(b.subtract(b.unary("abs", x), self.threshold), 0)
        return b.multiply(b.unary("sign", x), size)


class Threshold(ActivationFunction):
    """`x` above the threshold, `default_value` elsewhere."""

    names: ClassVar[tuple[str, ...]] = ("threshold",)

    threshold: Number
    """Values above this one stay."""
    default_value: Number
    """What the others become."""

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.select(b.binary("greater", x, self.threshold), x, self.default_value)
