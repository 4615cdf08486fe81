"""What a loss is."""

from __future__ import annotations

from typing import ClassVar, Literal

from spec_compiler.declaring.choice import Choice
from spec_compiler.training.facts import LabelType, Made, require_floats, same_shape


class Loss(Choice):
    """A number that says how far an output is from its labels; training makes it small."""

    of_classes: ClassVar[bool] = False
    """Whether labels are the numbers of classes."""
    shares: ClassVar[bool] = False
    """Whether the output is read as a distribution over classes."""

    reduction: Literal["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight"] = (
        "sum_over_batch_size"
    )
    """How the numbers of a batch become one."""

    def labels(self, of: Made) -> LabelType:
        """What the labels of an output must be.

        Raises:
            Refusal: the loss cannot be one of this output.
        """
        require_floats(self.names[0], of)
        self.check(of)
        return self.type_of(of)

    def check(self, of: Made) -> None:
        """Refuse an output whose numbers or shape the loss does not read.

        Raises:
            Refusal: it is one.
        """

    def type_of(self, of: Made) -> LabelType:
        """What labels must be beside an output that was checked."""
        return same_shape(of)
