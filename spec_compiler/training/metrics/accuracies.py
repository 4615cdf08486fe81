"""How often the answer is right."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.fields import KnownSize, Number
from spec_compiler.fixes import remove, write
from spec_compiler.refusals import Refusal
from spec_compiler.training.facts import Made
from spec_compiler.training.losses.loss import Loss
from spec_compiler.training.metrics.metric import Metric


class Accuracy(Metric):
    """The share of right answers, of the kind that the loss has labels for.

    That is `sparse_categorical_accuracy` for numbers of classes, `categorical_accuracy` for an
    output with several entries a label, and `binary_accuracy` for one.
    """

    names: ClassVar[tuple[str, ...]] = ("accuracy", "acc")
    of_classes: ClassVar[bool | None] = None

    def check(self, of: Made, loss: Loss) -> None:
        """See the class."""
        self.of(of, loss).check(of, loss)

    def of(self, of: Made, loss: Loss) -> Metric:
        """The accuracy that it stands for."""
        if loss.of_classes:
            return SparseCategoricalAccuracy()
        single = of.type.shape[-1] == 1 or len(of.type.shape) == 1
        return BinaryAccuracy() if single or not loss.shares else CategoricalAccuracy()


class BinaryAccuracy(Metric):
    """How often an entry is on the right side of a threshold."""

    names: ClassVar[tuple[str, ...]] = ("binary_accuracy", "BinaryAccuracy")
    instead: ClassVar[str] = "sparse_categorical_accuracy"

    threshold: Number = 0.5
    """Above it, the answer is 1."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        if of.form in {"any", "sign"} and self.threshold == 0.5:
            raise Refusal(
                "SPC0902",
                f"`{self.names[0]}` compares with 0.5, and the output `{of.name}` {of.said}",
                argument=("threshold",),
                help="write `{type: binary_accuracy, threshold: 0}`, or "
                f"{of.with_activation('sigmoid')}",
            )


class CategoricalAccuracy(Metric):
    """How often the greatest entry is that of the class; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = ("categorical_accuracy", "CategoricalAccuracy")
    shares: ClassVar[bool] = True
    instead: ClassVar[str] = "sparse_categorical_accuracy"


class SparseCategoricalAccuracy(Metric):
    """How often the greatest entry is that of the class; labels are numbers of classes."""

    names: ClassVar[tuple[str, ...]] = ("sparse_categorical_accuracy", "SparseCategoricalAccuracy")
    of_classes: ClassVar[bool | None] = True
    shares: ClassVar[bool] = True
    instead: ClassVar[str] = "categorical_accuracy"


class _TopK(Metric):
    shares: ClassVar[bool] = True

    k: KnownSize = 5
    """How many entries are looked at."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        size = of.type.shape[-1]
        if isinstance(size, int) and size <= self.k:
            raise Refusal(
                "SPC0906",
                f"`{self.names[0]}` looks at the {self.k} greatest entries, and the output "
                f"`{of.name}` has {size}",
                argument=("k",),
                fix=write(
                    size - 1, words=f"write `{{type: {self.names[0]}, k: {size - 1}}}`", safe=False
                ),
            )


class TopKCategoricalAccuracy(_TopK):
    """How often the class is among the `k` greatest entries; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = ("top_k_categorical_accuracy", "TopKCategoricalAccuracy")
    instead: ClassVar[str] = "sparse_top_k_categorical_accuracy"


class SparseTopKCategoricalAccuracy(_TopK):
    """How often the class is among the `k` greatest entries; labels are numbers of classes."""

    names: ClassVar[tuple[str, ...]] = (
        "sparse_top_k_categorical_accuracy",
        "SparseTopKCategoricalAccuracy",
    )
    in_order: ClassVar[tuple[str, ...]] = ("k",)
    of_classes: ClassVar[bool | None] = True
    instead: ClassVar[str] = "top_k_categorical_accuracy"

    from_sorted_ids: StrictBool = False
    """Whether the output holds the numbers of classes, the best first."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        super().check_numbers(of)
        if self.from_sorted_ids:
            raise Refusal(
                "SPC0906",
                f"`{self.names[0]}` reads numbers of classes, and the output `{of.name}` has an "
                "entry for each class",
                argument=("from_sorted_ids",),
                fix=remove("leave out `from_sorted_ids`"),
            )
