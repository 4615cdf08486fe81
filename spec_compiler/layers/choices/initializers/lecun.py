"""LeCun's initialisers: the variance keeps that of what goes forward."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.arrays import Array
from spec_compiler.layers.choices.initializers.initializer import Draws, WeightShape
from spec_compiler.layers.choices.initializers.scaling import ScalingInitializer


class LecunUniform(ScalingInitializer):
    """Even within ±sqrt(3 / fan_in)."""

    names: ClassVar[tuple[str, ...]] = ("lecun_uniform", "LecunUniform")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return self.drawn(stream, shape, fans, 1.0, "fan_in", "uniform")


class LecunNormal(ScalingInitializer):
    """Truncated normal of variance `1 / fan_in`."""

    names: ClassVar[tuple[str, ...]] = ("lecun_normal", "LecunNormal")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return self.drawn(stream, shape, fans, 1.0, "fan_in", "truncated_normal")
