"""Subtract: the difference of two inputs."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.merging.merge import Merge, aligned, require_two, union
from spec_compiler.layers.signal import Signal
from spec_compiler.places import on_input
from spec_compiler.refusals import Refusal


class Subtract(Merge):
    """Subtract the second input from the first, element by element.

    Shapes, dtypes and masks are brought together as in Add; truth values have no difference. No
    weights. Source: Keras's Subtract.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 8]", "float32[batch, 8]"), gives="float32[batch, 8]", equals="x - y"
        ),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 8] mask"),
            gives="float32[batch, seq, 8] mask",
            equals="x - y",
            keeps="mask(x) or mask(y)",
            why="a step is kept where either keeps it",
        ),
        Example(("int32[batch, 3]", "int32[batch, 3]"), gives="int32[batch, 3]", equals="x - y"),
        Example(
            ("float32[batch, 8]", "float32[batch, 8]", "float32[batch, 8]"),
            refuses="SPC0350",
            why="a difference has two sides",
        ),
        Example(("float32[batch, 8]", "float32[batch, 6]"), refuses="SPC0303"),
        Example(("bool[batch, 3]", "bool[batch, 3]"), refuses="SPC0351"),
    )

    def lower(self, b: Builder, *xs: Signal) -> Signal:
        """See the class."""
        require_two(xs, "Subtract")
        (left, right), shape = aligned(b, xs, "Subtract")
        if left.dtype == "bool":
            raise Refusal(
                "SPC0351",
                "Subtract has no difference of truth values, and both inputs are `bool`",
                argument=("from",),
                origins=((xs[0].value, "dtype"),),
                fix=on_input("dtype", "int32", "declare an input with a dtype of numbers"),
            )
        return Signal(b.subtract(left, right), union(b, xs, shape))
