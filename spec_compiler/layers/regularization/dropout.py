"""Dropout: in training some entries become 0; a run changes nothing."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.regularization.dropping import Dropping


class Dropout(Dropping):
    """In training, set a fraction of the entries to 0 and scale the others up.

    A run is inference: values and shape stay as they are, and a mask passes. Floats are cast to the
    dtype that the layer computes in; whole numbers stay whole. No weights. Source: Keras's Dropout.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example("float32[batch, 8]", {"rate": 0.5}, gives="float32[batch, 8]", equals="x"),
        Example(
            "float32[batch, seq, 8] mask",
            {"rate": 0.1, "noise_shape": [None, 1, 8]},
            gives="float32[batch, seq, 8] mask",
            equals="x",
            keeps="mask(x)",
            why="each feature is dropped in all steps at once",
        ),
        Example("int32[batch, 8]", {"rate": 0.5}, gives="int32[batch, 8]", equals="x"),
        Example(
            "float32[batch, 8]", {"rate": 50}, refuses="SPC0104", why="a rate is no percentage"
        ),
        Example(
            "float32[batch, 8]",
            {"rate": 0.5, "noise_shape": [None, 4]},
            refuses="SPC0355",
            why="4 is neither 8 nor 1",
        ),
    )
