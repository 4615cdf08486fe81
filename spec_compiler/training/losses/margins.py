"""Losses that ask for a margin between what is right and what is wrong."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.training.facts import LabelType, Made, class_axis, require_signs, same_shape
from spec_compiler.training.losses.loss import Loss


class Hinge(Loss):
    """The mean of `max(1 - label * output, 0)`; labels are -1 or 1, or 0 or 1."""

    names: ClassVar[tuple[str, ...]] = ("hinge", "Hinge")

    def check(self, of: Made) -> None:
        """See the class."""
        require_signs(self.names[0], of)

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        return same_shape(of, -1.0, 1.0, f"`{self.names[0]}` takes -1 or 1, or 0 or 1")


class SquaredHinge(Hinge):
    """The mean of `max(1 - label * output, 0)^2`; labels are -1 or 1, or 0 or 1."""

    names: ClassVar[tuple[str, ...]] = ("squared_hinge", "SquaredHinge")


class CategoricalHinge(Loss):
    """How far the right class is ahead of the others, up to 1; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = ("categorical_hinge", "CategoricalHinge")
    shares: ClassVar[bool] = True

    def check(self, of: Made) -> None:
        """See the class."""
        class_axis(self.names[0], of)

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        return same_shape(of, 0.0, 1.0, f"`{self.names[0]}` compares one-hot labels")
