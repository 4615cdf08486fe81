"""ELU: what is negative approaches a limit."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.fields import Number
from spec_compiler.layers.base.applied import Applied
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.layers.choices.activations.rectifiers import Elu


class ELU(Applied):
    """`x` above 0, `alpha * (exp(x) - 1)` elsewhere.

    The shape stays, and a mask passes; whole numbers are cast. No weights. Source: Keras's ELU.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            gives="float32[batch, seq, 8] mask",
            equals="where(x > 0, x, exp(x) - 1)",
            keeps="mask(x)",
        ),
        Example(
            "int32[batch, 8]",
            {"alpha": 0.5},
            gives="float32[batch, 8]",
            equals='where(x > 0, x, 0.5 * (exp(cast(x, "float64")) - 1))',
            why="whole numbers are cast",
        ),
        Example("float32[batch, 8]", {"alpha": None}, refuses="SPC0104"),
    )

    alpha: Number = 1.0
    """Minus the limit towards minus infinity."""

    def function(self) -> ActivationFunction:
        """See the class."""
        return Elu(alpha=self.alpha)
