"""Maximum and Minimum: the largest or smallest of several inputs."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.merging.merge import Merge, aligned, kept_entries, require_several, union
from spec_compiler.layers.signal import Signal


def _examples(operation: str) -> tuple[Example, ...]:
    return (
        Example(
            ("float32[batch, 8]", "float32[batch, 8]"),
            gives="float32[batch, 8]",
            equals=f"{operation}(x, y)",
        ),
        Example(
            ("float32[batch, seq, 8]", "float32[batch, 8]"),
            gives="float32[batch, seq, 8]",
            equals=f"{operation}(x, y[:, None])",
            why="the vector becomes `[batch, 1, 8]`",
        ),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 8] mask"),
            gives="float32[batch, seq, 8] mask",
            equals="where(only_x, x, where(only_y, y, best))",
            keeps="mask(x) or mask(y)",
            where={
                "best": f"where(mask(x)[..., None], {operation}(x, y), x)",
                "only_x": "(mask(x) and not mask(y))[..., None]",
                "only_y": "(mask(y) and not mask(x))[..., None]",
            },
            why="a step is kept where either keeps it",
        ),
        Example(
            ("int32[batch, 3]", "int32[batch, 3]"),
            gives="int32[batch, 3]",
            equals=f"{operation}(x, y)",
        ),
        Example("float32[batch, 8]", refuses="SPC0340"),
        Example(("float32[batch, 8]", "float32[batch, 6]"), refuses="SPC0303"),
    )


class _Extremum(Merge):
    """One of the inputs' entries at each place."""

    operation: ClassVar[str]

    def lower(self, b: Builder, *xs: Signal) -> Signal:
        """See the class."""
        kind = type(self).__name__
        require_several(xs, kind)
        (best, *others), shape = aligned(b, xs, kind)
        kept = kept_entries(b, xs[0], len(shape))
        for x, value in zip(xs[1:], others, strict=True):
            also_kept = kept_entries(b, x, len(shape))
            given = value if also_kept is None else b.select(also_kept, value, best)
            before = best if kept is None else b.select(kept, best, given)
            best = b.binary(self.operation, before, given)
            if kept is not None:
                kept = None if also_kept is None else b.binary("logical_or", kept, also_kept)
        return Signal(best, union(b, xs, shape))


class Maximum(_Extremum):
    """The largest of two inputs or more, element by element.

    Shapes and dtypes are brought together as in Add; truth values stay truth values (`or`). No
    weights. A padded entry takes no part, unless it is padded in all inputs: then it is the first
    one's. Provided that all inputs have masks, a step is kept where any input keeps it. Source:
    Keras's Maximum.
    """

    operation: ClassVar[str] = "maximum"
    examples: ClassVar[tuple[Example, ...]] = _examples("maximum")


class Minimum(_Extremum):
    """The smallest of two inputs or more, element by element.

    Shapes and dtypes are brought together as in Add; truth values stay truth values (`and`). No
    weights. A padded entry takes no part, unless it is padded in all inputs: then it is the first
    one's. Provided that all inputs have masks, a step is kept where any input keeps it. Source:
    Keras's Minimum.
    """

    operation: ClassVar[str] = "minimum"
    examples: ClassVar[tuple[Example, ...]] = _examples("minimum")
