"""Initialisers that draw numbers of a given spread."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from spec_compiler.declaring.fields import Number, refuse
from spec_compiler.declaring.numbers import NonNegativeNumber
from spec_compiler.ir.arrays import Array
from spec_compiler.layers.choices.initializers.initializer import (
    Draws,
    RandomInitializer,
    WeightShape,
)


class RandomUniform(RandomInitializer):
    """Even between `minval` and `maxval`."""

    names: ClassVar[tuple[str, ...]] = ("random_uniform", "RandomUniform", "uniform")

    minval: Number = -0.05
    """Lower end."""
    maxval: Number = 0.05
    """Upper end."""

    @model_validator(mode="after")
    def _in_order(self) -> RandomUniform:
        if self.minval > self.maxval:
            raise refuse(
                f"must be at most `maxval`, not {self.minval:g} beside {self.maxval:g}",
                argument=("minval",),
            )
        return self

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return stream.uniform(shape, self.minval, self.maxval)


class RandomNormal(RandomInitializer):
    """Normal, with `mean` and `stddev`."""

    names: ClassVar[tuple[str, ...]] = ("random_normal", "RandomNormal", "normal")

    mean: Number = 0.0
    """Mean."""
    stddev: NonNegativeNumber = 0.05
    """Standard deviation."""

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return stream.normal(shape, self.mean, self.stddev)


class TruncatedNormal(RandomInitializer):
    """Normal, given that it lies within `2 * stddev` of the mean.

    `stddev` is that of the whole distribution; what remains has 0.8796 times as much.
    """

    names: ClassVar[tuple[str, ...]] = ("truncated_normal", "TruncatedNormal")

    mean: Number = 0.0
    """Mean."""
    stddev: NonNegativeNumber = 0.05
    """Standard deviation before truncation."""

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return stream.truncated_normal(shape, self.mean, self.stddev)


class Orthogonal(RandomInitializer):
    """A random matrix with orthonormal rows or columns, whichever are fewer, times `gain`.

    The leading axes together are the rows.
    """

    copies: ClassVar[int] = 6
    """Those of the factorisation, and those that LAPACK makes of them."""

    names: ClassVar[tuple[str, ...]] = ("orthogonal", "Orthogonal", "OrthogonalInitializer")

    gain: Number = 1.0
    """Factor."""

    def check(self, shape: WeightShape) -> None:
        """Refuse fewer than two axes."""
        if len(shape) < 2:
            raise self.misfit(shape, "weights of rank 2 or more")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        self.check(shape)
        return stream.orthogonal(shape, self.gain)
