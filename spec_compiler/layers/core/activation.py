"""Activation: a function of each element, or along an axis."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.layers.base.applied import Applied
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.choices.activations import ActivationField, ActivationFunction


class Activation(Applied):
    """Apply an activation.

    The shape stays, except with `glu`, which halves an axis. A mask passes, unless its own axis is
    halved. Activations that give whole numbers for whole numbers (`linear`, `relu`, `relu6`) keep
    an integer dtype; the others compute in the layer's dtype. Source: Keras's Activation.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 8]",
            {"activation": "relu"},
            gives="float32[batch, 8]",
            equals="maximum(x, 0)",
        ),
        Example(
            "float32[batch, seq, 8] mask",
            {"activation": {"type": "softmax", "axis": 1}},
            gives="float32[batch, seq, 8] mask",
            equals="exp(x) / sum(exp(x), axis=1, keepdims=True)",
            keeps="mask(x)",
        ),
        Example(
            "float32[batch, 8]",
            {"activation": "glu"},
            gives="float32[batch, 4]",
            equals="x[:, :4] / (1 + exp(-x[:, 4:]))",
            why="the second half of the axis opens or closes the first",
        ),
        Example(
            "int32[batch, 8]",
            {"activation": "relu6"},
            gives="int32[batch, 8]",
            equals="clip(x, min=0, max=6)",
            why="whole numbers stay whole",
        ),
        Example(
            "int32[batch, 8]",
            {"activation": "tanh"},
            gives="float32[batch, 8]",
            equals="1 - 2 / (exp(2 * x) + 1)",
            why="whole numbers are cast where the results are not whole",
        ),
        Example(
            "float32[batch, 8]",
            {"activation": {"type": "softmax", "axis": 2}},
            refuses="SPC0310",
            why="there are two axes",
        ),
        Example("float32[batch, 7]", {"activation": "glu"}, refuses="SPC0311", why="7 has no half"),
    )

    activation: ActivationField
    """What is applied."""

    def function(self) -> ActivationFunction:
        """See the class."""
        return self.activation
