"""He's initialisers: the variance makes up for the half that `relu` takes away."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.arrays import Array
from spec_compiler.layers.choices.initializers.initializer import Draws, WeightShape
from spec_compiler.layers.choices.initializers.scaling import ScalingInitializer


class HeUniform(ScalingInitializer):
    """Even within ±sqrt(6 / fan_in)."""

    names: ClassVar[tuple[str, ...]] = ("he_uniform", "HeUniform")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return self.drawn(stream, shape, fans, 2.0, "fan_in", "uniform")


class HeNormal(ScalingInitializer):
    """Truncated normal of variance `2 / fan_in`."""

    names: ClassVar[tuple[str, ...]] = ("he_normal", "HeNormal")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return self.drawn(stream, shape, fans, 2.0, "fan_in", "truncated_normal")
