"""Initialisers whose spread follows from the numbers of inputs and outputs, the fans."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from pydantic import model_validator

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.numbers import Axes, PositiveNumber
from spec_compiler.ir.arrays import Array
from spec_compiler.layers.choices.initializers.initializer import (
    Draws,
    RandomInitializer,
    WeightShape,
)

_TRUNCATED_STDDEV = 0.87962566103423978
"""Standard deviation of a standard normal variable between -2 and 2."""

Mode = Literal["fan_in", "fan_out", "fan_avg"]
Distribution = Literal["truncated_normal", "normal", "untruncated_normal", "uniform"]


def fans_of(shape: WeightShape) -> tuple[int, int]:
    """The fans that a weight's shape suggests.

    The last two axes are inputs and outputs, those before them are places in a receptive field.
    """
    if len(shape) < 2:
        return (shape[0], shape[0]) if shape else (1, 1)
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


class ScalingInitializer(RandomInitializer):
    """Random values whose variance is a scale divided by a fan."""

    input_axes: Axes | None = None
    """Axes of the weight that count as inputs; default: what the layer says, or the shape."""
    output_axes: Axes | None = None
    """Axes of the weight that count as outputs."""

    @model_validator(mode="after")
    def _both_axes(self) -> ScalingInitializer:
        for given, other in (("input_axes", "output_axes"), ("output_axes", "input_axes")):
            if getattr(self, given) is not None and getattr(self, other) is None:
                raise refuse(
                    f"needs `{other}` beside it: alone it has no effect",
                    "SPC0108",
                    argument=(given,),
                )
        return self

    def check(self, shape: WeightShape) -> None:
        """Refuse a weight that lacks one of the axes."""
        for axis in (*(self.input_axes or ()), *(self.output_axes or ())):
            if not -len(shape) <= axis < len(shape):
                raise self.misfit(shape, f"weights that have an axis {axis}")

    def fans(self, shape: WeightShape, known: tuple[int, int] | None) -> tuple[int, int]:
        """Numbers of inputs and outputs: by its own axes, the layer's knowledge, or the shape."""
        if self.input_axes is None or self.output_axes is None:
            return known or fans_of(shape)
        self.check(shape)
        return (
            math.prod(shape[axis] for axis in self.input_axes),
            math.prod(shape[axis] for axis in self.output_axes),
        )

    def drawn(
        self,
        stream: Draws,
        shape: WeightShape,
        fans: tuple[int, int] | None,
        scale: float,
        mode: Mode,
        distribution: Distribution,
    ) -> Array:
        """Values whose variance is `scale` divided by the fan of the mode."""
        fan_in, fan_out = self.fans(shape, fans)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
        variance = scale / max(1.0, fan)
        if distribution == "uniform":
            limit = math.sqrt(3 * variance)
            return stream.uniform(shape, -limit, limit)
        if distribution == "untruncated_normal":
            return stream.normal(shape, 0.0, math.sqrt(variance))
        return stream.truncated_normal(shape, 0.0, math.sqrt(variance) / _TRUNCATED_STDDEV)


class VarianceScaling(ScalingInitializer):
    """Random values of variance `scale / n`, where `n` is the fan of `mode`, at least 1.

    `uniform` is even within ±sqrt(3 scale / n). `truncated_normal` (or `normal`) is cut at two
    standard deviations, and its variance after the cut is `scale / n`; `untruncated_normal` is not
    cut.
    """

    names: ClassVar[tuple[str, ...]] = ("variance_scaling", "VarianceScaling")

    scale: PositiveNumber = 1.0
    """Variance times the fan."""
    mode: Mode = "fan_in"
    """Which fan: of inputs, of outputs, or the mean of both."""
    distribution: Distribution = "truncated_normal"
    """Shape of the distribution."""

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return self.drawn(stream, shape, fans, self.scale, self.mode, self.distribution)
