"""PReLU: the slope of what is negative is learned."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import Axes
from spec_compiler.ir.dims import Shape
from spec_compiler.layers.base.interface import PASSED, Masks, Named
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.choices.constraints import ConstraintField
from spec_compiler.layers.choices.initializers import InitializerField
from spec_compiler.layers.choices.initializers.constant import Zeros
from spec_compiler.layers.choices.regularizers import RegularizerField
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class PReLU(Layer):
    """`x` above 0, `alpha * x` elsewhere, with a learned `alpha` for each entry of a sample.

    Weight: `alpha`, of the shape of a sample, with size 1 on each of the `shared_axes`. The shape
    stays, and a mask passes; whole numbers are cast. Source: Keras's PReLU.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 3, 4]",
            gives="float32[batch, 3, 4]",
            equals="where(x > 0, x, alpha * x)",
        ),
        Example(
            "float32[batch, seq, 8] mask",
            {"shared_axes": [1]},
            gives="float32[batch, seq, 8] mask",
            equals="where(x > 0, x, alpha[0] * x)",
            keeps="mask(x)",
            why="a slope for each feature, the same at all steps",
        ),
        Example(
            "int32[batch, 8]",
            gives="float32[batch, 8]",
            equals='where(x > 0, x, alpha * cast(x, "float64"))',
            why="whole numbers are cast",
        ),
        Example("float32[batch, seq, 8]", refuses="SPC0306", why="share the slopes of the steps"),
        Example("float32[batch, 8]", {"shared_axes": 2}, refuses="SPC0354", why="there is no axis"),
    )
    learned: ClassVar[tuple[Named, ...]] = (Named("alpha"),)
    masks: ClassVar[Masks] = PASSED

    alpha_initializer: InitializerField = Zeros()
    """Gives the slopes their first values."""
    alpha_regularizer: RegularizerField | None = None
    """Penalty on the slopes."""
    alpha_constraint: ConstraintField | None = None
    """Projection of new slopes."""
    shared_axes: Axes | None = None
    """The axis, or a list of axes, along which all entries have one slope; the first is 1."""

    def lower(self, b: LayerBuilder, x: Signal) -> Signal:
        """See the class."""
        alpha = b.weight("alpha", self._slopes(x), self.training("alpha"))
        value = b.compute(x.value)
        below = b.multiply(b.minimum(value, 0), alpha)
        return x.carry(b.add(b.maximum(value, 0), below))

    def _slopes(self, x: Signal) -> Shape:
        """The shape of the weight.

        Raises:
            Refusal: the input has no such axes to share.
        """
        shared = self.shared_axes or ()
        outside = next((axis for axis in shared if not 0 < axis < x.rank), None)
        if outside is not None:
            raise Refusal(
                "SPC0354",
                f"PReLU has no axis {outside} to share slopes along; its input is {x.value.type}",
                argument=("shared_axes",),
                help=f"write axes from 1 to {x.rank - 1}; the batch is axis 0, and has no slopes"
                if x.rank > 1
                else "leave it out",
            )
        return tuple(1 if axis in shared else x.shape[axis] for axis in range(1, x.rank))
