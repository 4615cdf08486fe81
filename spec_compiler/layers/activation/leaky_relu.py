"""LeakyReLU: what is negative becomes smaller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from spec_compiler.declaring.numbers import NonNegativeNumber
from spec_compiler.fixes import Fix
from spec_compiler.layers.base.applied import Applied
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.layers.choices.activations.rectifiers import LeakyRelu


class LeakyReLU(Applied):
    """`x` above 0, `negative_slope * x` elsewhere.

    The shape stays, and a mask passes; whole numbers are cast. No weights. The activation
    `leaky_relu` has another default, 0.2. Source: Keras's LeakyReLU.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            gives="float32[batch, seq, 8] mask",
            equals="where(x > 0, x, 0.3 * x)",
            keeps="mask(x)",
        ),
        Example(
            "int32[batch, 8]",
            {"negative_slope": 0.1},
            gives="float32[batch, 8]",
            equals='where(x > 0, x, 0.1 * cast(x, "float64"))',
            why="whole numbers are cast",
        ),
        Example("float32[batch, 8]", {"negative_slope": -1}, refuses="SPC0104"),
    )

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Layer.elsewhere,
        "alpha": "write `negative_slope`, as Keras calls it since version 3",
    }

    negative_slope: NonNegativeNumber = 0.3
    """Slope below 0."""

    def function(self) -> ActivationFunction:
        """See the class."""
        return LeakyRelu(negative_slope=self.negative_slope)
