"""ReLU: what is negative becomes 0."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.numbers import NonNegativeNumber
from spec_compiler.layers.base.applied import Applied
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.layers.choices.activations.rectifiers import Relu


class ReLU(Applied):
    """`x` above the threshold, `negative_slope * (x - threshold)` elsewhere, at most `max_value`.

    The shape stays, and a mask passes. Whole numbers stay whole without a slope, where the other
    arguments are whole, too; else they are cast. No weights. Source: Keras's ReLU.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 8] mask",
            gives="float32[batch, seq, 8] mask",
            equals="maximum(x, 0)",
            keeps="mask(x)",
        ),
        Example(
            "int32[batch, 8]",
            {"max_value": 6},
            gives="int32[batch, 8]",
            equals="clip(x, min=0, max=6)",
            why="whole numbers stay whole",
        ),
        Example(
            "float32[batch, 8]",
            {"max_value": 0.5, "negative_slope": 0.1, "threshold": 0.25},
            gives="float32[batch, 8]",
            equals="where(x > 0.25, minimum(x, 0.5), 0.1 * (x - 0.25))",
        ),
        Example(
            "float32[batch, 8]",
            {"negative_slope": -0.1},
            refuses="SPC0104",
            why="Keras takes no such slope",
        ),
    )

    max_value: NonNegativeNumber | None = None
    """Largest value; default: none."""
    negative_slope: NonNegativeNumber = 0.0
    """Slope below the threshold."""
    threshold: NonNegativeNumber = 0.0
    """Where the function starts."""

    def function(self) -> ActivationFunction:
        """See the class."""
        return Relu(
            negative_slope=self.negative_slope,
            max_value=self.max_value,
            threshold=self.threshold,
        )
