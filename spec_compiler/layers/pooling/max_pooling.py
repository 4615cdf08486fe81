"""MaxPooling1D, MaxPooling2D, MaxPooling3D: the greatest entry of every window."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from spec_compiler.declaring.per_axis import PerAxis
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.windows import Window
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.pooling.pooling import Pooling


class _MaxPooling(Pooling):
    """The greatest entry of every window."""

    pool_size: PerAxis = Field((2,), validate_default=True)
    """Entries of a window along each axis: one number, or one an axis."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The entries of a window along each axis."""
        return self.pool_size

    def pooled(self, b: Builder, x: Value, windows: tuple[Window, ...]) -> Value:
        """In the dtype of what comes in."""
        return b.reduce_windows("max", x, windows)


class MaxPooling1D(_MaxPooling):
    """The greatest entry of every window of a sequence, for each channel.

    `[batch, steps, channels]` to `[batch, windows, channels]`. With `padding: valid` there are
    `(steps - pool_size) // strides + 1` windows, with `same` `steps / strides` rounded up, and what
    is lacking at the ends does not count. Whole numbers stay whole. No weights. A mask ends here,
    and padding takes part; `mask: pass` keeps one where there is a window for each step. Source:
    Keras's MaxPooling1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 3]",
            {"pool_size": 1, "strides": 1},
            gives="float32[batch, seq, 3]",
            equals="x",
        ),
        Example(
            "int32[batch, 7, 3]",
            gives="int32[batch, 3, 3]",
            equals="max(windows(x, 1, 2, stride=2), axis=-1)",
            why="windows of two lie side by side, and the last step in none",
        ),
        Example(
            "float32[batch, 5, 3]",
            {"pool_size": 3, "strides": 2, "padding": "same"},
            gives="float32[batch, 3, 3]",
            equals="max(windows(pad(x, [[0, 0], [1, 1], [0, 0]], -inf), 1, 3, stride=2), axis=-1)",
            why="two windows have fewer entries",
        ),
        Example(
            "float32[batch, 3, 6]",
            {"pool_size": 3, "data_format": "channels_first"},
            gives="float32[batch, 3, 2]",
            equals="max(windows(x, 2, 3, stride=3), axis=-1)",
            why="channels first",
        ),
        Example("float32[batch, seq, 3] mask", refuses="SPC0410", why="padding takes part"),
        Example(
            "float32[batch, seq, 3] mask",
            {"pool_size": 3, "strides": 1, "padding": "same", "mask": "pass"},
            gives="float32[batch, seq, 3] mask",
            equals="max(windows(pad(x, [[0, 0], [1, 1], [0, 0]], -inf), 1, 3), axis=-1)",
            keeps="mask(x)",
            why="a window for each step",
        ),
        Example("float32[batch, 2, 3]", {"pool_size": 3}, refuses="SPC0370"),
        Example("float32[batch, 2]", refuses="SPC0304"),
    )


class MaxPooling2D(_MaxPooling):
    """The greatest entry of every window of an image, for each channel.

    `[batch, rows, columns, channels]` to `[batch, …, …, channels]`, with sizes as of MaxPooling1D.
    Whole numbers stay whole. No weights. A mask ends here, and padding takes part. Source: Keras's
    MaxPooling2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4, 6, 3]",
            {"pool_size": [2, 3]},
            gives="float32[batch, 2, 2, 3]",
            equals="max(windows(x, [1, 2], [2, 3], stride=[2, 3]), axis=[-2, -1])",
        ),
        Example("float32[batch, 4, 6]", refuses="SPC0304", why="there are no channels"),
    )
    rank: ClassVar[int] = 2


class MaxPooling3D(_MaxPooling):
    """The greatest entry of every window of a volume, for each channel.

    `[batch, depth, rows, columns, channels]` to `[batch, …, …, …, channels]`, with sizes as of
    MaxPooling1D. Whole numbers stay whole. No weights. A mask ends here, and padding takes part.
    Source: Keras's MaxPooling3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 4, 2, 3]",
            gives="float32[batch, 1, 2, 1, 3]",
            equals="max(windows(x, [1, 2, 3], [2, 2, 2], stride=[2, 2, 2]), axis=[-3, -2, -1])",
        ),
        Example("float32[batch, 4, 6, 3]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3
