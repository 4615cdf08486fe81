"""What training has to know of a weight."""

from __future__ import annotations

from typing import NamedTuple

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Weight
from spec_compiler.ir.types import DType, TensorType
from spec_compiler.layers.choices.constraints import Constraint
from spec_compiler.layers.choices.initializers import Initializer
from spec_compiler.layers.choices.initializers.initializer import WeightShape
from spec_compiler.layers.choices.regularizers import Regularizer
from spec_compiler.refusals import under


class Training(NamedTuple):
    """What a layer's arguments say of a weight.

    Attributes:
        argument: How they call it: `recurrent` for `recurrent_initializer`, nothing for
            `initializer`.
        initializer: Gives its first values.
        regularizer: Its penalty, if it has one.
        constraint: What new values are projected with, if anything.
        switch: The argument that the weight is there for, where none says what it begins with.
    """

    argument: str
    initializer: Initializer
    regularizer: Regularizer | None = None
    constraint: Constraint | None = None
    switch: str = ""

    def key(self, choice: str) -> str:
        """The argument that says one of the choices: `recurrent_initializer`."""
        if self.switch:
            return self.switch
        return f"{self.argument}_{choice}" if self.argument else choice

    def check(
        self,
        shape: WeightShape,
        fans: tuple[int, int] | None,
        stored: DType,
        computed: DType,
    ) -> None:
        """Ask whether each choice can work on the weight.

        Args:
            shape: Its shape.
            fans: Numbers of inputs and outputs of each element, where the layer knows them.
            stored: The dtype that it is held in.
            computed: The dtype that it is cast to.

        Raises:
            Refusal: one cannot.
        """
        with under(self.key("initializer")):
            self.initializer.check(shape)
            self.initializer.check_range(shape, fans, {stored, computed})
        if self.regularizer is not None:
            with under(self.key("regularizer")):
                self.regularizer.check(shape)
        if self.constraint is not None:
            b = Builder()  # that it can be written is all that is asked
            with under(self.key("constraint")):
                self.constraint.check(shape)
                self.constraint.project(b, b.value(TensorType(stored, shape)))


class Trained(NamedTuple):
    """A weight as its layer asks for it.

    Attributes:
        weight: What stands for it in the graph.
        training: What is said of it.
        fans: Numbers of inputs and outputs that each element connects, where the layer knows better
            than the shape does.
    """

    weight: Weight
    training: Training
    fans: tuple[int, int] | None = None
