"""ActivityRegularization: a penalty on what comes by."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import NonNegativeNumber
from spec_compiler.layers.base.inert import Inert
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.choices.regularizers.penalties import L1L2
from spec_compiler.layers.choices.regularizers.regularizer import Regularizer


class ActivityRegularization(Inert):
    """Add `l1 * sum(|x|) + l2 * sum(x^2)`, divided by the batch size, to the penalties.

    Values and shape stay as they are, and a mask passes. Floats are cast to the dtype that the
    layer computes in; whole numbers stay whole. No weights. `losses` of a model in Python gives
    the penalty. Source: Keras's ActivityRegularization.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            {"l1": 0.1, "l2": 0.2},
            gives="float32[batch, seq, 8] mask",
            equals="x",
            keeps="mask(x)",
        ),
        Example("float32[batch, 8]", {"l2": -1}, refuses="SPC0104"),
    )

    l1: NonNegativeNumber = 0.0
    """Weight of the sum of sizes; no effect on the result."""
    l2: NonNegativeNumber = 0.0
    """Weight of the sum of squares; no effect on the result."""

    def penalty(self) -> Regularizer:
        """See the class."""
        return L1L2(l1=self.l1, l2=self.l2)
