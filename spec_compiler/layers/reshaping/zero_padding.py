"""ZeroPadding: zeros before and after the axes of space."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.per_axis import Ends
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import Formatted
from spec_compiler.layers.reshaping.resized import Resized


class _ZeroPadding(Resized):
    """Zeros before and after the axes of space."""

    padding: Ends
    """A pair for each axis."""

    def resized(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """Each axis with its zeros."""
        y = b.kept(x)
        for axis, ends in zip(axes, self.padding, strict=True):
            zeros = {
                count: b.full(0, y.dtype, (*y.shape[:axis], count, *y.shape[axis + 1 :]))
                for count in ends
                if count
            }
            before, after = ([zeros[count]] if count else [] for count in ends)
            y = b.concatenate([*before, y, *after], axis) if zeros else y
        return y


class ZeroPadding1D(_ZeroPadding, Formatted):
    """Put zeros before and after the steps of a sequence.

    `[batch, steps, features]` to the same with longer axes; with `channels_first` the features are
    on axis 1. Whole numbers stay whole. No weights. A mask ends here; `mask: pass` keeps one whose
    axes keep their sizes. Source: Keras's ZeroPadding1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 3]",
            gives="float32[batch, seq + 2, 3]",
            equals="pad(x, [[0, 0], [1, 1], [0, 0]])",
        ),
        Example(
            "int32[batch, 3, seq]",
            {"padding": [2, 0], "data_format": "channels_first"},
            gives="int32[batch, 3, seq + 2]",
            equals="pad(x, [[0, 0], [0, 0], [2, 0]])",
            why="zeros before the steps alone; whole numbers stay whole",
        ),
        Example("float32[batch, seq, 3] mask", refuses="SPC0410", why="there are more steps"),
        Example("float32[batch, seq]", refuses="SPC0304", why="there are no features"),
        Example("float32[batch, seq, 3]", {"padding": [1, -1]}, refuses="SPC0308"),
        Example("float32[batch, seq, 3]", {"padding": [1, 2, 3]}, refuses="SPC0104"),
    )

    padding: Ends = ((1, 1),)
    """How many zeros: a number for both ends, or `[before, after]`."""


class ZeroPadding2D(_ZeroPadding, Formatted):
    """Put zeros before and after the rows and columns of an image.

    `[batch, rows, columns, features]` to the same with longer axes; with `channels_first` the
    features are on axis 1. Whole numbers stay whole. No weights. A mask ends here; `mask: pass`
    keeps one whose axes keep their sizes. Source: Keras's ZeroPadding2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, h, w, 3]",
            gives="float32[batch, h + 2, w + 2, 3]",
            equals="pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])",
        ),
        Example(
            "float32[batch, 3, 4, 5]",
            {"padding": [[1, 0], [2, 3]], "data_format": "channels_first"},
            gives="float32[batch, 3, 5, 10]",
            equals="pad(x, [[0, 0], [0, 0], [1, 0], [2, 3]])",
            why="each end its own number",
        ),
        Example(
            "float32[batch, 4, 5, 3]",
            {"padding": [2, 1]},
            gives="float32[batch, 8, 7, 3]",
            equals="pad(x, [[0, 0], [2, 2], [1, 1], [0, 0]])",
            why="rows and columns",
        ),
        Example("float32[batch, 4, 3]", refuses="SPC0304"),
        Example("float32[batch, 4, 5, 3]", {"padding": [1, 2, 3]}, refuses="SPC0104"),
    )
    rank: ClassVar[int] = 2

    padding: Ends = ((1, 1), (1, 1))
    """How many zeros: a number for all, `[rows, columns]`, or `[[top, bottom], [left, right]]`."""


class ZeroPadding3D(_ZeroPadding, Formatted):
    """Put zeros before and after the three axes of a volume.

    `[batch, first, second, third, features]` to the same with longer axes; with `channels_first`
    the features are on axis 1. Whole numbers stay whole. No weights. A mask ends here; `mask: pass`
    keeps one whose axes keep their sizes. Source: Keras's ZeroPadding3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 3, 4, 3]",
            gives="float32[batch, 4, 5, 6, 3]",
            equals="pad(x, [[0, 0], [1, 1], [1, 1], [1, 1], [0, 0]])",
        ),
        Example(
            "float32[batch, 1, 2, 3, d]",
            {"padding": [0, 1, [2, 3]], "data_format": "channels_first"},
            gives="float32[batch, 1, 2, 5, d + 5]",
            equals="pad(x, [[0, 0], [0, 0], [0, 0], [1, 1], [2, 3]])",
        ),
        Example("float32[batch, 2, 3, 4]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3

    padding: Ends = ((1, 1), (1, 1), (1, 1))
    """How many zeros: a number for all, one for each axis, or a pair `[before, after]` for each."""
