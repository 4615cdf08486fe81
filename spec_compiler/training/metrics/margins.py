"""Metrics that are losses, too: margins and divergences."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.numbers import Fraction, WholeNumber
from spec_compiler.training.facts import Made
from spec_compiler.training.metrics.metric import Metric


class Hinge(Metric):
    """The mean of `max(1 - label * output, 0)`."""

    names: ClassVar[tuple[str, ...]] = ("hinge", "Hinge")
    falls: ClassVar[bool] = True


class SquaredHinge(Metric):
    """The mean of `max(1 - label * output, 0)^2`."""

    names: ClassVar[tuple[str, ...]] = ("squared_hinge", "SquaredHinge")
    falls: ClassVar[bool] = True


class CategoricalHinge(Metric):
    """How far the right class is ahead of the others, up to 1."""

    names: ClassVar[tuple[str, ...]] = ("categorical_hinge", "CategoricalHinge")
    falls: ClassVar[bool] = True
    shares: ClassVar[bool] = True


class KLDivergence(Metric):
    """`sum(label * log(label / output))`."""

    names: ClassVar[tuple[str, ...]] = ("kl_divergence", "KLDivergence")
    falls: ClassVar[bool] = True
    shares: ClassVar[bool] = True

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        self.require_shares(of)


class BinaryCrossentropy(Metric):
    """Cross-entropy of yes and no."""

    names: ClassVar[tuple[str, ...]] = ("binary_crossentropy", "BinaryCrossentropy", "bce", "BCE")
    falls: ClassVar[bool] = True

    from_logits: StrictBool = False
    """Whether the output is what a sigmoid is still to be applied to."""
    label_smoothing: Fraction = 0
    """How far labels are moved towards 0.5."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        self.require_chances(of)


class CategoricalCrossentropy(Metric):
    """Cross-entropy of classes; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = ("categorical_crossentropy", "CategoricalCrossentropy")
    falls: ClassVar[bool] = True
    shares: ClassVar[bool] = True
    instead: ClassVar[str] = "sparse_categorical_crossentropy"

    from_logits: StrictBool = False
    """Whether the output is what a softmax is still to be applied to."""
    label_smoothing: Fraction = 0
    """How much of a label is spread over all classes."""
    axis: WholeNumber = -1
    """The axis of the classes."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        self.require_shares(of)


class SparseCategoricalCrossentropy(Metric):
    """Cross-entropy of classes; labels are their numbers."""

    names: ClassVar[tuple[str, ...]] = (
        "sparse_categorical_crossentropy",
        "SparseCategoricalCrossentropy",
    )
    falls: ClassVar[bool] = True
    of_classes: ClassVar[bool | None] = True
    shares: ClassVar[bool] = True
    instead: ClassVar[str] = "categorical_crossentropy"

    from_logits: StrictBool = False
    """Whether the output is what a softmax is still to be applied to."""
    ignore_class: WholeNumber | None = None
    """A label that does not count."""
    axis: WholeNumber = -1
    """The axis of the classes."""

    def check_numbers(self, of: Made) -> None:
        """See the class."""
        self.require_shares(of)
