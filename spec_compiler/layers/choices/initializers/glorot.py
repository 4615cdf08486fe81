"""Glorot's initialisers: the variance keeps what goes forward and what comes back alike."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.arrays import Array
from spec_compiler.layers.choices.initializers.initializer import Draws, WeightShape
from spec_compiler.layers.choices.initializers.scaling import ScalingInitializer


class GlorotUniform(ScalingInitializer):
    """Even within ±sqrt(6 / (fan_in + fan_out))."""

    names: ClassVar[tuple[str, ...]] = ("glorot_uniform", "GlorotUniform")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return self.drawn(stream, shape, fans, 1.0, "fan_avg", "uniform")


class GlorotNormal(ScalingInitializer):
    """Truncated normal of variance `2 / (fan_in + fan_out)`."""

    names: ClassVar[tuple[str, ...]] = ("glorot_normal", "GlorotNormal")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return self.drawn(stream, shape, fans, 1.0, "fan_avg", "truncated_normal")
