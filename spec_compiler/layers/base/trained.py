"""What training has to know of a weight."""

from __future__ import annotations

from typing import NamedTuple

from spec_compiler.ir.graph import Weight
from spec_compiler.layers.choices.constraints import Constraint
from spec_compiler.layers.choices.initializers import Initializer
from spec_compiler.layers.choices.regularizers import Regularizer
from spec_compiler.refusals import Refusal


class Trained(NamedTuple):
    """A weight as its layer asks for it.

    Attributes:
        weight: What stands for it in the graph.
        initializer: Gives its first values.
        regularizer: Its penalty, if it has one.
        constraint: What new values are projected with, if anything.
        fans: Numbers of inputs and outputs that each element connects, where the layer knows better
            than the shape does.
    """

    weight: Weight
    initializer: Initializer
    regularizer: Regularizer | None = None
    constraint: Constraint | None = None
    fans: tuple[int, int] | None = None

    def check(self, name: str) -> None:
        """Ask whether each choice can work on the weight's shape.

        Args:
            name: What the layer's arguments call the weight: `kernel` for `kernel_initializer`.

        Raises:
            Refusal: one cannot.
        """
        choices = (
            ("initializer", self.initializer),
            ("regularizer", self.regularizer),
            ("constraint", self.constraint),
        )
        for part, choice in choices:
            try:
                if choice is not None:
                    choice.check(self.weight.shape)
            except Refusal as refusal:
                raise refusal.under((f"{name}_{part}",)) from None
