"""Multiply: the product of several inputs."""

from __future__ import annotations

from functools import reduce
from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.merging.merge import Merge, aligned, kept_entries, require_several, union
from spec_compiler.layers.signal import Signal


class Multiply(Merge):
    """Multiply two inputs or more, element by element.

    Shapes and dtypes are brought together as in Add; truth values stay truth values (`and`). No
    weights. A padded entry counts as 1. Provided that all inputs have masks, a step is kept where
    any input keeps it, and the product is 0 elsewhere. Source: Keras's Multiply.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, seq, 8]", "float32[batch, 8]"),
            gives="float32[batch, seq, 8]",
            equals="x * y[:, None]",
            why="the vector becomes `[batch, 1, 8]`",
        ),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 1] mask"),
            gives="float32[batch, seq, 8] mask",
            equals="where(kept[..., None], padded * where(mask(y)[..., None], y, 1), 0)",
            keeps="kept",
            where={
                "kept": "mask(x) or mask(y)",
                "padded": "where(mask(x)[..., None], x, 1)",
            },
        ),
        Example(("int32[batch, 3]", "int32[batch, 3]"), gives="int32[batch, 3]", equals="x * y"),
        Example(("bool[batch, 3]", "bool[batch, 3]"), gives="bool[batch, 3]", equals="x and y"),
        Example("float32[batch, 8]", refuses="SPC0340", why="one factor is no product"),
        Example(("float32[batch, 8]", "float32[batch, 6]"), refuses="SPC0303"),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, 8]"),
            refuses="SPC0410",
            why="the product has a mask only when every input has one",
        ),
    )

    def lower(self, b: Builder, *xs: Signal) -> Signal:
        """See the class."""
        require_several(xs, "Multiply")
        values, shape = aligned(b, xs, "Multiply")
        for i, x in enumerate(xs):
            kept = kept_entries(b, x, len(shape))
            if kept is not None:
                values[i] = b.select(kept, values[i], 1)
        operation = "logical_and" if values[0].dtype == "bool" else "multiply"
        product = reduce(lambda left, right: b.binary(operation, left, right), values)
        mask = union(b, xs, shape)
        if mask is not None:
            product = b.select(mask.over(b, len(shape)), product, 0)
        return Signal(product, mask)
