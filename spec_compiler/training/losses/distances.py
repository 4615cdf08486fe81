"""Losses that measure how far numbers are from numbers."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import PositiveNumber, WholeNumber
from spec_compiler.training.facts import (
    LabelType,
    Made,
    class_axis,
    require_not_negative,
    same_shape,
)
from spec_compiler.training.losses.loss import Loss


class MeanSquaredError(Loss):
    """The mean of `(label - output)^2`."""

    names: ClassVar[tuple[str, ...]] = ("mean_squared_error", "MeanSquaredError", "mse", "MSE")


class MeanAbsoluteError(Loss):
    """The mean of `|label - output|`."""

    names: ClassVar[tuple[str, ...]] = ("mean_absolute_error", "MeanAbsoluteError", "mae", "MAE")


class MeanAbsolutePercentageError(Loss):
    """The mean of `100 * |label - output| / |label|`."""

    names: ClassVar[tuple[str, ...]] = (
        "mean_absolute_percentage_error",
        "MeanAbsolutePercentageError",
        "mape",
        "MAPE",
    )


class MeanSquaredLogarithmicError(Loss):
    """The mean of `(log(label + 1) - log(output + 1))^2`; what is negative counts as 0."""

    names: ClassVar[tuple[str, ...]] = (
        "mean_squared_logarithmic_error",
        "MeanSquaredLogarithmicError",
        "msle",
        "MSLE",
    )

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        return same_shape(of, 0.0, None, f"`{self.names[0]}` takes a logarithm of them")


class LogCosh(Loss):
    """The mean of `log(cosh(output - label))`: squared where it is small, absolute where large."""

    names: ClassVar[tuple[str, ...]] = ("log_cosh", "LogCosh")


class Huber(Loss):
    """Squared where the distance is at most `delta`, linear beyond."""

    names: ClassVar[tuple[str, ...]] = ("huber", "Huber")

    delta: PositiveNumber = 1.0
    """Up to which distance it is squared."""


class CosineSimilarity(Loss):
    """Minus the cosine of the angle between label and output along an axis."""

    names: ClassVar[tuple[str, ...]] = ("cosine_similarity", "CosineSimilarity")

    axis: WholeNumber = -1
    """The axis of the vectors."""

    def check(self, of: Made) -> None:
        """See the class."""
        class_axis(self.names[0], of, self.axis)


class Poisson(Loss):
    """The mean of `output - label * log(output)`: the output is a rate."""

    names: ClassVar[tuple[str, ...]] = ("poisson", "Poisson")

    def check(self, of: Made) -> None:
        """See the class."""
        require_not_negative(self.names[0], of)

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        return same_shape(of, 0.0, None, f"`{self.names[0]}` counts")
