"""Metrics of how far numbers are from numbers."""

from __future__ import annotations

from typing import ClassVar, Literal

from spec_compiler.declaring.numbers import WholeNumber
from spec_compiler.training.metrics.metric import Metric
from spec_compiler.training.schedules.batches import Steps


class MeanSquaredError(Metric):
    """The mean of `(label - output)^2`."""

    names: ClassVar[tuple[str, ...]] = ("mean_squared_error", "MeanSquaredError", "mse", "MSE")
    falls: ClassVar[bool] = True


class RootMeanSquaredError(Metric):
    """The root of the mean of `(label - output)^2`."""

    names: ClassVar[tuple[str, ...]] = ("root_mean_squared_error", "RootMeanSquaredError")
    falls: ClassVar[bool] = True


class MeanAbsoluteError(Metric):
    """The mean of `|label - output|`."""

    names: ClassVar[tuple[str, ...]] = ("mean_absolute_error", "MeanAbsoluteError", "mae", "MAE")
    falls: ClassVar[bool] = True


class MeanAbsolutePercentageError(Metric):
    """The mean of `100 * |label - output| / |label|`."""

    names: ClassVar[tuple[str, ...]] = (
        "mean_absolute_percentage_error",
        "MeanAbsolutePercentageError",
        "mape",
        "MAPE",
    )
    falls: ClassVar[bool] = True


class MeanSquaredLogarithmicError(Metric):
    """The mean of `(log(label + 1) - log(output + 1))^2`."""

    names: ClassVar[tuple[str, ...]] = (
        "mean_squared_logarithmic_error",
        "MeanSquaredLogarithmicError",
        "msle",
        "MSLE",
    )
    falls: ClassVar[bool] = True


class LogCoshError(Metric):
    """The mean of `log(cosh(output - label))`."""

    names: ClassVar[tuple[str, ...]] = ("log_cosh_error", "LogCoshError")
    falls: ClassVar[bool] = True


class CosineSimilarity(Metric):
    """The cosine of the angle between label and output."""

    names: ClassVar[tuple[str, ...]] = ("cosine_similarity", "CosineSimilarity")
    shares: ClassVar[bool] = True

    axis: WholeNumber = -1
    """The axis of the vectors."""


class PearsonCorrelation(Metric):
    """Pearson's correlation of labels and outputs."""

    names: ClassVar[tuple[str, ...]] = ("pearson_correlation", "PearsonCorrelation")
    shares: ClassVar[bool] = True

    axis: WholeNumber = -1
    """The axis along which entries are compared."""


class ConcordanceCorrelation(Metric):
    """Lin's concordance of labels and outputs."""

    names: ClassVar[tuple[str, ...]] = ("concordance_correlation", "ConcordanceCorrelation")
    shares: ClassVar[bool] = True

    axis: WholeNumber = -1
    """The axis along which entries are compared."""


class R2Score(Metric):
    """The share of the labels' variance that the outputs explain."""

    names: ClassVar[tuple[str, ...]] = ("r2_score", "R2Score")

    class_aggregation: Literal["uniform_average", "variance_weighted_average"] | None = (
        "uniform_average"
    )
    """How the scores of several numbers become one."""
    num_regressors: Steps = 0
    """How many numbers the model reads, for the adjusted score."""


class Poisson(Metric):
    """The mean of `output - label * log(output)`."""

    names: ClassVar[tuple[str, ...]] = ("poisson", "Poisson")
    falls: ClassVar[bool] = True
