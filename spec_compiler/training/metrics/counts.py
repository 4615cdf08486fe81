"""What is found and what is missed, of answers that are yes or no."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, PlainSerializer, StrictBool, ValidationInfo, WithJsonSchema

from spec_compiler.declaring.fields import KnownSize, Number, number_of, refuse
from spec_compiler.declaring.numbers import Fraction, PositiveNumber
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.fixes import write
from spec_compiler.refusals import Refusal
from spec_compiler.training.facts import Made
from spec_compiler.training.metrics.metric import Metric
from spec_compiler.training.schedules.batches import Steps


def _thresholds(written: object, info: ValidationInfo) -> Any:
    if not is_sequence(written):
        return _threshold(written, info)
    if not written:
        raise refuse("must have at least one threshold")
    return tuple(_threshold(item, info) for item in written)


def _threshold(written: object, info: ValidationInfo) -> float:
    value = number_of(written, info)
    if not 0 <= value <= 1:
        raise refuse(f"must be between 0 and 1, not {value:g}")
    return value


def _weights(written: object, info: ValidationInfo) -> Any:
    if not is_sequence(written):
        raise refuse("must be a list of numbers")
    return tuple(number_of(item, info) for item in written)


def _printed(value: float | tuple[float, ...]) -> Any:
    return list(value) if isinstance(value, tuple) else value


_LIST: dict[str, Any] = {"type": "array", "items": {"type": ["number", "string"]}}
Thresholds = Annotated[
    float | tuple[float, ...],
    BeforeValidator(_thresholds),
    PlainSerializer(_printed),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string"}, _LIST]}),
]
"""A number from 0 to 1 above which the answer is yes, or several."""
Weights = Annotated[
    tuple[float, ...],
    BeforeValidator(_weights),
    PlainSerializer(_printed),
    WithJsonSchema(_LIST),
]
"""A list of numbers."""


class OfChances(Metric):
    """A metric of probabilities, each apart."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        self.require_chances(of)
        size = of.type.shape[-1]
        for key, most in (("class_id", -1), ("top_k", 0), ("num_labels", 0)):
            given = getattr(self, key, None)
            if given is not None and isinstance(size, int) and given > size + most:
                raise Refusal(
                    "SPC0906",
                    f"`{self.names[0]}` has `{key}: {given}`, and the output `{of.name}` has "
                    f"{size} entries",
                    argument=(key,),
                    fix=write(size + most, words=f"write at most {size + most}", safe=False),
                )


class _Counted(OfChances):
    thresholds: Thresholds | None = None
    """Above which the answer is yes; default: 0.5."""


class TruePositives(_Counted):
    """How often yes is right."""

    names: ClassVar[tuple[str, ...]] = ("true_positives", "TruePositives")


class TrueNegatives(_Counted):
    """How often no is right."""

    names: ClassVar[tuple[str, ...]] = ("true_negatives", "TrueNegatives")


class FalsePositives(_Counted):
    """How often yes is wrong."""

    names: ClassVar[tuple[str, ...]] = ("false_positives", "FalsePositives")
    falls: ClassVar[bool] = True


class FalseNegatives(_Counted):
    """How often no is wrong."""

    names: ClassVar[tuple[str, ...]] = ("false_negatives", "FalseNegatives")
    falls: ClassVar[bool] = True


class Precision(_Counted):
    """The share of yes that is right."""

    names: ClassVar[tuple[str, ...]] = ("precision", "Precision")
    in_order: ClassVar[tuple[str, ...]] = ("thresholds",)

    top_k: KnownSize | None = None
    """Take the `top_k` greatest entries for yes."""
    class_id: Steps | None = None
    """The class that is looked at; default: all."""


class Recall(Precision):
    """The share of what is yes that is found."""

    names: ClassVar[tuple[str, ...]] = ("recall", "Recall")


class _At(OfChances):
    num_thresholds: KnownSize = 200
    """How many thresholds are tried."""
    class_id: Steps | None = None
    """The class that is looked at; default: all."""


class PrecisionAtRecall(_At):
    """The best precision where recall is at least so much."""

    names: ClassVar[tuple[str, ...]] = ("precision_at_recall", "PrecisionAtRecall")

    recall: Fraction
    """How much."""


class RecallAtPrecision(_At):
    """The best recall where precision is at least so much."""

    names: ClassVar[tuple[str, ...]] = ("recall_at_precision", "RecallAtPrecision")

    precision: Fraction
    """How much."""


class SensitivityAtSpecificity(_At):
    """The best sensitivity where specificity is at least so much."""

    names: ClassVar[tuple[str, ...]] = ("sensitivity_at_specificity", "SensitivityAtSpecificity")

    specificity: Fraction
    """How much."""


class SpecificityAtSensitivity(_At):
    """The best specificity where sensitivity is at least so much."""

    names: ClassVar[tuple[str, ...]] = ("specificity_at_sensitivity", "SpecificityAtSensitivity")

    sensitivity: Fraction
    """How much."""


class AUC(OfChances):
    """The area under a curve of all thresholds."""

    names: ClassVar[tuple[str, ...]] = ("auc", "AUC")

    num_thresholds: KnownSize = 200
    """How many thresholds are tried."""
    curve: Literal["ROC", "PR"] = "ROC"
    """ROC, or precision over recall."""
    summation_method: Literal["interpolation", "minoring", "majoring"] = "interpolation"
    """How the area is summed."""
    thresholds: Weights | None = None
    """The thresholds themselves."""
    multi_label: StrictBool = False
    """Whether each entry of the output has a curve of its own."""
    num_labels: KnownSize | None = None
    """How many entries there are."""
    label_weights: Weights | None = None
    """Weights of the entries' areas."""
    from_logits: StrictBool = False
    """Whether the output is what a sigmoid is still to be applied to."""


class F1Score(Metric):
    """The harmonic mean of precision and recall; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = ("f1_score", "F1Score")

    average: Literal["micro", "macro", "weighted"] | None = None
    """How the scores of classes become one; default: they do not."""
    threshold: PositiveNumber | None = None
    """Above which the answer is yes; default: the greatest entry is."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        if len(of.type.shape) != 2:
            raise Refusal(
                "SPC0906",
                f"`{self.names[0]}` needs an output `[batch, classes]`, and `{of.name}` is "
                f"{of.type}",
                help="choose `precision` and `recall`",
            )


class FBetaScore(F1Score):
    """The mean of precision and recall in which recall counts `beta` times as much."""

    names: ClassVar[tuple[str, ...]] = ("fbeta_score", "FBetaScore", "f_beta_score")
    in_order: ClassVar[tuple[str, ...]] = ("average", "beta", "threshold")

    beta: Number = 1.0
    """How much more recall counts."""
