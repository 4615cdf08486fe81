"""Losses whose labels are numbers of classes."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, StrictBool

from spec_compiler.declaring.fields import Number, refuse
from spec_compiler.declaring.numbers import PositiveNumber, WholeNumber
from spec_compiler.refusals import Refusal
from spec_compiler.training.facts import (
    LabelType,
    Made,
    class_axis,
    class_labels,
    last_class,
    require_logits,
    require_shares,
)
from spec_compiler.training.losses.loss import Loss


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy of classes, `-log(output[label])`; labels are numbers of classes, from 0."""

    names: ClassVar[tuple[str, ...]] = (
        "sparse_categorical_crossentropy",
        "SparseCategoricalCrossentropy",
    )
    in_order: ClassVar[tuple[str, ...]] = ("from_logits", "ignore_class", "reduction", "axis")
    of_classes: ClassVar[bool] = True
    shares: ClassVar[bool] = True

    from_logits: StrictBool = False
    """Whether the output is what a softmax is still to be applied to."""
    ignore_class: WholeNumber | None = None
    """A label that does not count, such as that of padding."""
    axis: WholeNumber = -1
    """The axis of the classes."""

    def check(self, of: Made) -> None:
        """See the class."""
        axis = class_axis(self.names[0], of, self.axis)
        require_shares(self.names[0], of, axis, self.from_logits)

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        return class_labels(of, class_axis(self.names[0], of, self.axis), self.ignore_class)


def _inside(value: float) -> float:
    if not 0 < value < 1:
        raise refuse(f"must be above 0 and below 1, not {value:g}")
    return value


class CategoricalGeneralizedCrossEntropy(Loss):
    """Between cross-entropy, `q` near 0, and absolute error, near 1; labels are classes from 0."""

    names: ClassVar[tuple[str, ...]] = (
        "categorical_generalized_cross_entropy",
        "CategoricalGeneralizedCrossEntropy",
    )
    of_classes: ClassVar[bool] = True
    shares: ClassVar[bool] = True

    q: Annotated[Number, AfterValidator(_inside)] = 0.5
    """Where between the two it lies."""

    def check(self, of: Made) -> None:
        """See the class."""
        require_shares(self.names[0], of, class_axis(self.names[0], of), None)

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        return class_labels(of, class_axis(self.names[0], of))


class CTC(Loss):
    """Connectionist temporal classification: a text for a longer sequence of steps.

    The output has logits of classes for each step, of which class 0 is the blank; a row of labels
    is a text, filled up with zeros.
    """

    names: ClassVar[tuple[str, ...]] = ("ctc", "CTC")
    of_classes: ClassVar[bool] = True

    def check(self, of: Made) -> None:
        """See the class."""
        _require_rank("ctc", of, 3, "logits of classes for each step, `[batch, steps, classes]`")
        class_axis("ctc", of)
        require_logits("ctc", of, ("softmax", "unit"), "softmax", asked=False)

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        last = last_class(of.type.shape[-1])
        what, said = "a text for each row", "class 0 is the blank, which fills texts up"
        return LabelType((of.type.shape[0], None), "int32", True, 0, last, what, said)


class Circle(Loss):
    """Brings vectors of one class together and those of others apart; labels are any numbers.

    The vectors must have length 1: end with UnitNormalization.
    """

    names: ClassVar[tuple[str, ...]] = ("circle", "Circle")
    of_classes: ClassVar[bool] = True

    gamma: PositiveNumber = 80.0
    """Scale of the differences."""
    margin: Number = 0.4
    """How far apart classes should be."""
    remove_diagonal: StrictBool = True
    """Whether a vector is not compared with itself."""

    def check(self, of: Made) -> None:
        """See the class."""
        _require_rank("circle", of, 2, "a vector for each row, `[batch, features]`")

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        return LabelType(of.type.shape[:1], "int32", True, what="a class for each row")


def _require_rank(who: str, of: Made, rank: int, what: str) -> None:
    if len(of.type.shape) != rank:
        raise Refusal(
            "SPC0903",
            f"`{who}` needs {what}, and the output `{of.name}` is {of.type}",
            help="reshape the output, or choose another loss",
        )
