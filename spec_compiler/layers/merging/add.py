"""Add: the sum of several inputs."""

from __future__ import annotations

from functools import reduce
from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.merging.merge import Merge, aligned, require_several, union
from spec_compiler.layers.signal import Signal


class Add(Merge):
    """Add two inputs or more, element by element.

    `float[batch, …]` each, to their broadcast shape: sizes of an axis are equal or 1, and an input
    of lower rank gets axes of size 1 after the batch axis. No weights. Whole numbers stay whole,
    and truth values stay truth values (`or`); beside a floating input they are cast to the layer's
    dtype. A step is kept where any input keeps it, provided that all inputs have masks; padding is
    added like any other value. With `mask: pass`, the mask of one input holds for the result.
    Source: Keras's Add.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 8]", "float32[batch, 8]"), gives="float32[batch, 8]", equals="x + y"
        ),
        Example(
            ("float32[batch, seq, 8]", "float32[batch, 8]"),
            gives="float32[batch, seq, 8]",
            equals="x + y[:, None]",
            why="the vector becomes `[batch, 1, 8]`",
        ),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 1] mask"),
            gives="float32[batch, seq, 8] mask",
            equals="x + y",
            keeps="mask(x) or mask(y)",
            why="a step is kept where either keeps it",
        ),
        Example(("int32[batch, 3]", "int32[batch, 3]"), gives="int32[batch, 3]", equals="x + y"),
        Example(
            ("int32[batch, 3]", "float32[batch, 3]"),
            gives="float32[batch, 3]",
            equals="x + y",
            why="one is floating",
        ),
        Example("float32[batch, 8]", refuses="SPC0340", why="a sum of one is nothing"),
        Example(("float32[batch, 8]", "float32[batch, 6]"), refuses="SPC0303"),
    )

    def lower(self, b: Builder, *xs: Signal) -> Signal:
        """See the class."""
        require_several(xs, "Add")
        values, shape = aligned(b, xs, "Add")
        operation = "logical_or" if values[0].dtype == "bool" else "add"
        total = reduce(lambda left, right: b.binary(operation, left, right), values)
        return Signal(total, union(b, xs, shape))
