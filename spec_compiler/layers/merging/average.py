"""Average: the mean of several inputs."""

from __future__ import annotations

from functools import reduce
from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.merging.merge import Merge, aligned, require_several, union
from spec_compiler.layers.signal import Signal


class Average(Merge):
    """The mean of two inputs or more, element by element.

    Shapes and masks are brought together as in Add; padding takes part like any other value. All
    inputs are cast to the layer's dtype first, whole numbers too. No weights. Source: Keras's
    Average.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 8]", "float32[batch, 8]"),
            gives="float32[batch, 8]",
            equals="(x + y) / 2",
        ),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 8] mask"),
            gives="float32[batch, seq, 8] mask",
            equals="(x + y) / 2",
            keeps="mask(x) or mask(y)",
            why="a step is kept where either keeps it",
        ),
        Example(
            ("int32[batch, 3]", "int32[batch, 3]"),
            gives="float32[batch, 3]",
            equals="(x + y) / 2",
            why="a mean of whole numbers need not be whole",
        ),
        Example("float32[batch, 8]", refuses="SPC0340"),
        Example(("float32[batch, 8]", "float32[batch, 6]"), refuses="SPC0303"),
    )

    def lower(self, b: Builder, *xs: Signal) -> Signal:
        """See the class."""
        require_several(xs, "Average")
        values, shape = aligned(b, xs, "Average", b.policy.compute)
        total = reduce(b.add, values)
        return Signal(b.divide(total, len(xs)), union(b, xs, shape))
