"""What training has to know of a weight."""

from __future__ import annotations

from dataclasses import dataclass

from spec_compiler.ir.graph import Weight
from spec_compiler.layers.constraints import Constraint
from spec_compiler.layers.initializers import Initializer
from spec_compiler.layers.regularizers import Regularizer


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
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
