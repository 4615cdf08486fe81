"""What a metric is."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.choice import Choice
from spec_compiler.fixes import write
from spec_compiler.refusals import Refusal
from spec_compiler.training.facts import Made, class_axis, require_chances, require_shares
from spec_compiler.training.losses.loss import Loss


class Metric(Choice):
    """A number that is shown beside the loss, and changes nothing."""

    of_classes: ClassVar[bool | None] = False
    """Whether labels are the numbers of classes; None for either."""
    shares: ClassVar[bool] = False
    """Whether the output has an entry for each class."""
    falls: ClassVar[bool] = False
    """Whether less is better."""
    instead: ClassVar[str] = ""
    """The metric for labels of the other kind."""

    def check(self, of: Made, loss: Loss) -> None:
        """Refuse an output or labels that the metric does not read.

        Raises:
            Refusal: it does not.
        """
        name = self.names[0]
        if self.of_classes is not None and self.of_classes != loss.of_classes:
            wants, has = "labels of the output's shape", "numbers of classes"
            wants, has = (has, wants) if self.of_classes else (wants, has)
            raise Refusal(
                "SPC0906",
                f"`{name}` compares {wants}, and those of `{loss.names[0]}` are {has}",
                fix=write(self.instead, safe=False) if self.instead else None,
                help="" if self.instead else _fitting(loss),
            )
        if self.shares:
            axis: int = getattr(self, "axis", -1)
            class_axis(name, of, axis)
        self.check_numbers(of)

    def check_numbers(self, of: Made) -> None:
        """Refuse an output whose numbers the metric does not read.

        Raises:
            Refusal: it is one.
        """

    def require_chances(self, of: Made) -> None:
        """The output's entries are probabilities, or `from_logits` says that they are not yet."""
        require_chances(self.names[0], of, getattr(self, "from_logits", None))

    def require_shares(self, of: Made) -> None:
        """The output is a distribution, or `from_logits` says that it is not yet."""
        axis = class_axis(self.names[0], of, getattr(self, "axis", -1))
        require_shares(self.names[0], of, axis, getattr(self, "from_logits", None))


def _fitting(loss: Loss) -> str:
    """The metrics that read the labels of a loss."""
    if loss.of_classes:
        return (
            "`accuracy`, `sparse_top_k_categorical_accuracy` and `sparse_categorical_crossentropy` "
            "compare numbers of classes; for the others, labels are one-hot, with the loss "
            "`categorical_crossentropy`"
        )
    return "`accuracy` compares whatever the labels are"
