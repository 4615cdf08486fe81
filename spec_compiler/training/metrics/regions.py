"""How far regions overlap: intersection over union, of classes."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    StrictBool,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from spec_compiler.declaring.fields import KnownSize, refuse
from spec_compiler.declaring.numbers import Fraction, WholeNumber, whole_of
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.fixes import remove, write
from spec_compiler.refusals import Refusal
from spec_compiler.training.facts import Made, class_axis
from spec_compiler.training.losses.loss import Loss
from spec_compiler.training.metrics.metric import Metric


def _ids(written: object, info: ValidationInfo) -> tuple[int, ...]:
    items = written if is_sequence(written) else [written]
    if not items:
        raise refuse("must have at least one class")
    return tuple(whole_of(item, info) for item in items)


def _listed(value: tuple[int, ...]) -> Any:
    return list(value)


ClassIds = Annotated[
    tuple[int, ...],
    BeforeValidator(_ids),
    PlainSerializer(_listed),
    WithJsonSchema({"type": "array", "items": {"type": ["integer", "string"]}}),
]
"""Numbers of classes."""


def _require_classes(ids: tuple[int, ...], count: int) -> None:
    """Refuse a class that is not there."""
    wrong = next((number for number in ids if not 0 <= number < count), None)
    if wrong is not None:
        raise refuse(
            f"has the class {wrong}, and there are the classes 0 to {count - 1}",
            argument=("target_class_ids",),
        )


class BinaryIoU(Metric):
    """Intersection over union of what is above a threshold."""

    names: ClassVar[tuple[str, ...]] = ("binary_iou", "BinaryIoU", "binary_io_u")

    target_class_ids: ClassIds = (0, 1)
    """Which of the two classes count."""
    threshold: Fraction = 0.5
    """Above it, an entry is of class 1."""

    @model_validator(mode="after")
    def _known(self) -> BinaryIoU:
        _require_classes(self.target_class_ids, 2)
        return self

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        self.require_chances(of)


class _OfClasses(Metric):
    shares: ClassVar[bool] = True

    num_classes: KnownSize
    """How many classes there are."""

    @model_validator(mode="after")
    def _known(self) -> _OfClasses:
        _require_classes(getattr(self, "target_class_ids", ()), self.num_classes)
        return self

    def check(self, of: Made, loss: Loss) -> None:
        """See the class."""
        super().check(of, loss)
        axis = class_axis(self.names[0], of, getattr(self, "axis", -1))
        size = of.type.shape[axis]
        if isinstance(size, int) and size != self.num_classes:
            raise Refusal(
                "SPC0906",
                f"`{self.names[0]}` has {self.num_classes} classes, and the output `{of.name}` "
                f"{size}",
                argument=("num_classes",),
                fix=write(f"{size}", safe=False, words=f"write `num_classes: {size}`"),
            )


class OneHotMeanIoU(_OfClasses):
    """The mean over classes of intersection over union; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = ("one_hot_mean_iou", "OneHotMeanIoU", "one_hot_mean_io_u")
    in_order: ClassVar[tuple[str, ...]] = ("num_classes",)
    instead: ClassVar[str] = "{type: mean_iou, sparse_y_pred: false}"

    ignore_class: WholeNumber | None = None
    """A class that does not count."""
    sparse_y_pred: StrictBool = False
    """Whether the output holds numbers of classes."""
    axis: WholeNumber = -1
    """The axis of the classes."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        if self.sparse_y_pred:
            raise _of_numbers(self, of, "leave out `sparse_y_pred`")


class OneHotIoU(OneHotMeanIoU):
    """Intersection over union of some classes; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = ("one_hot_iou", "OneHotIoU", "one_hot_io_u")
    instead: ClassVar[str] = "{type: iou, sparse_y_pred: false}"

    target_class_ids: ClassIds
    """Which classes count."""


class MeanIoU(_OfClasses):
    """The mean over classes of intersection over union; labels are numbers of classes."""

    names: ClassVar[tuple[str, ...]] = ("mean_iou", "MeanIoU", "mean_io_u")
    in_order: ClassVar[tuple[str, ...]] = ("num_classes",)
    of_classes: ClassVar[bool | None] = True
    instead: ClassVar[str] = "one_hot_mean_iou"

    ignore_class: WholeNumber | None = None
    """A class that does not count."""
    sparse_y_true: StrictBool = True
    """Whether labels are numbers of classes."""
    sparse_y_pred: StrictBool = True
    """Whether the output holds numbers of classes; one that is trained has an entry for each."""
    axis: WholeNumber = -1
    """The axis of the classes."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        if self.sparse_y_pred:
            raise _of_numbers(self, of, "add `sparse_y_pred: false`")
        if not self.sparse_y_true:
            raise Refusal(
                "SPC0906",
                f"`{self.names[0]}` reads one-hot labels, and those of the loss are numbers",
                argument=("sparse_y_true",),
                fix=remove("leave out `sparse_y_true`"),
            )


def _of_numbers(metric: Metric, of: Made, instead: str) -> Refusal:
    return Refusal(
        "SPC0906",
        f"`{metric.names[0]}` reads numbers of classes, and the output `{of.name}` has an entry "
        "for each class",
        help=instead,
    )


class IoU(MeanIoU):
    """Intersection over union of some classes; labels are numbers of classes."""

    names: ClassVar[tuple[str, ...]] = ("iou", "IoU", "io_u")
    instead: ClassVar[str] = "one_hot_iou"

    target_class_ids: ClassIds
    """Which classes count."""
