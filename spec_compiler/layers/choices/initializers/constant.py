"""Initialisers that need no randomness."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.fields import Number
from spec_compiler.ir.arrays import Array, np
from spec_compiler.layers.choices.initializers.initializer import Draws, Initializer, WeightShape


class Zeros(Initializer):
    """All 0."""

    names: ClassVar[tuple[str, ...]] = ("zeros", "Zeros", "zero")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return np.zeros(shape)


class Ones(Initializer):
    """All 1."""

    names: ClassVar[tuple[str, ...]] = ("ones", "Ones", "one")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return np.ones(shape)


class Constant(Initializer):
    """All `value`."""

    names: ClassVar[tuple[str, ...]] = ("constant", "Constant")

    value: Number = 0.0
    """The value of every element."""

    def reach(self, shape: WeightShape, fans: tuple[int, int] | None) -> float:
        """See the class."""
        return abs(self.value)

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        return np.full(shape, self.value)


class Identity(Initializer):
    """`gain` on the diagonal of a matrix, 0 elsewhere; the matrix need not be square."""

    copies: ClassVar[int] = 2
    names: ClassVar[tuple[str, ...]] = ("identity", "Identity", "IdentityInitializer")

    gain: Number = 1.0
    """The value on the diagonal."""

    def reach(self, shape: WeightShape, fans: tuple[int, int] | None) -> float:
        """See the class."""
        return abs(self.gain)

    def check(self, shape: WeightShape) -> None:
        """Refuse what is not a matrix."""
        if len(shape) != 2:
            raise self.misfit(shape, "a matrix")

    def draw(self, stream: Draws, shape: WeightShape, fans: tuple[int, int] | None) -> Array:
        """See the class."""
        self.check(shape)
        return self.gain * np.eye(shape[0], shape[1])
