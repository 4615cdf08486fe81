"""Losses of outputs that are probabilities, beside labels of the output's shape."""

from __future__ import annotations

from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.declaring.numbers import Axes, Fraction, NonNegativeNumber, WholeNumber
from spec_compiler.training.facts import (
    LabelType,
    Made,
    check_axes,
    class_axis,
    require_chances,
    require_shares,
    same_shape,
)
from spec_compiler.training.losses.loss import Loss


class OfChances(Loss):
    """A loss whose labels are probabilities, too."""

    def type_of(self, of: Made) -> LabelType:
        """See the class."""
        return same_shape(of, 0.0, 1.0, f"`{self.names[0]}` compares probabilities")


class BinaryCrossentropy(OfChances):
    """Cross-entropy of yes and no: `-label * log(output) - (1 - label) * log(1 - output)`."""

    names: ClassVar[tuple[str, ...]] = (
        "binary_crossentropy",
        "BinaryCrossentropy",
        "bce",
        "BCE",
    )

    from_logits: StrictBool = False
    """Whether the output is what a sigmoid is still to be applied to."""
    label_smoothing: Fraction = 0.0
    """How far labels are moved towards 0.5."""
    axis: WholeNumber = -1
    """Along which axis means are taken first."""

    def check(self, of: Made) -> None:
        """See the class."""
        require_chances(self.names[0], of, self.from_logits)


class BinaryFocalCrossentropy(BinaryCrossentropy):
    """Cross-entropy of yes and no in which what is right already counts less."""

    names: ClassVar[tuple[str, ...]] = ("binary_focal_crossentropy", "BinaryFocalCrossentropy")

    apply_class_balancing: StrictBool = False
    """Whether the two classes are weighted by `alpha`."""
    alpha: Fraction = 0.25
    """Weight of the class 1; that of class 0 is `1 - alpha`."""
    gamma: NonNegativeNumber = 2.0
    """How much less what is right already counts."""


class OfShares(OfChances):
    """A loss of a distribution over classes."""

    shares: ClassVar[bool] = True


class CategoricalCrossentropy(OfShares):
    """Cross-entropy of classes, `-sum(label * log(output))`; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = ("categorical_crossentropy", "CategoricalCrossentropy")

    from_logits: StrictBool = False
    """Whether the output is what a softmax is still to be applied to."""
    label_smoothing: Fraction = 0.0
    """How much of a label is spread over all classes."""
    axis: WholeNumber = -1
    """The axis of the classes."""

    def check(self, of: Made) -> None:
        """See the class."""
        axis = class_axis(self.names[0], of, self.axis)
        require_shares(self.names[0], of, axis, self.from_logits)


class CategoricalFocalCrossentropy(CategoricalCrossentropy):
    """Cross-entropy of classes in which what is right already counts less; labels are one-hot."""

    names: ClassVar[tuple[str, ...]] = (
        "categorical_focal_crossentropy",
        "CategoricalFocalCrossentropy",
    )

    alpha: Fraction = 0.25
    """Weight of all classes."""
    gamma: NonNegativeNumber = 2.0
    """How much less what is right already counts."""


class KLDivergence(OfShares):
    """`sum(label * log(label / output))`."""

    names: ClassVar[tuple[str, ...]] = ("kl_divergence", "KLDivergence", "kld", "KLD")

    def check(self, of: Made) -> None:
        """See the class."""
        require_shares(self.names[0], of, class_axis(self.names[0], of), None)


class Dice(OfChances):
    """How far regions do not overlap: `1 - 2 * sum(label * output) / sum(label + output)`."""

    names: ClassVar[tuple[str, ...]] = ("dice", "Dice")
    in_order: ClassVar[tuple[str, ...]] = ("reduction", "axis")

    axis: Axes | None = None
    """The axes of a region; default: all, the batch too."""

    def check(self, of: Made) -> None:
        """See the class."""
        require_chances(self.names[0], of, None)
        check_axes(self.names[0], of, self.axis)


class Tversky(OfChances):
    """One minus how far two regions overlap, with weights of what is wrong either way."""

    names: ClassVar[tuple[str, ...]] = ("tversky", "Tversky")
    in_order: ClassVar[tuple[str, ...]] = ("alpha", "beta", "reduction", "axis")

    alpha: NonNegativeNumber = 0.5
    """Weight of what is said and is not so."""
    beta: NonNegativeNumber = 0.5
    """Weight of what is so and is not said."""
    axis: Axes | None = None
    """The axes of a region; default: all, the batch too."""

    def check(self, of: Made) -> None:
        """See the class."""
        require_chances(self.names[0], of, None)
        check_axes(self.names[0], of, self.axis)
