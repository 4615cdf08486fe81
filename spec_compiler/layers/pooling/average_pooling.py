"""AveragePooling1D, AveragePooling2D, AveragePooling3D: the mean of every window."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.per_axis import PerAxis
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import widened
from spec_compiler.ir.windows import Window
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.pooling.pooling import Pooling


class _AveragePooling(Pooling):
    """The mean of the entries that every window has."""

    pool_size: PerAxis
    """Entries of a window along each axis: one number, or one an axis."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """The entries of a window along each axis."""
        return self.pool_size

    def pooled(self, b: Builder, x: Value, windows: tuple[Window, ...]) -> Value:
        """The sums of the windows, by how many entries they have."""
        x = b.cast(x, widened(b.policy.compute))
        total = b.reduce_windows("sum", x, windows)
        if self.padding == "valid":
            entries = 1
            for size in self.sizes:
                entries *= size
            return b.compute(b.divide(total, entries))
        there = b.full(1, x.dtype, (1, *x.shape[1:-1], 1))
        return b.compute(b.divide(total, b.reduce_windows("sum", there, windows)))


class AveragePooling1D(_AveragePooling):
    """The mean of every window of a sequence, for each channel.

    `float[batch, steps, channels]` to `float[batch, windows, channels]`. With `padding: valid`
    there are `(steps - pool_size) // strides + 1` windows, with `same` `steps / strides` rounded
    up, and what is lacking at the ends does not count. Half precision is summed in float32. No
    weights. A mask ends here, and padding takes part; `mask: pass` keeps one where there is a
    window for each step. Source: Keras's AveragePooling1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 7, 3]",
            {"pool_size": 3, "strides": 2},
            gives="float32[batch, 3, 3]",
            equals="mean(windows(x, 1, 3, stride=2), axis=-1)",
        ),
        Example(
            "float32[batch, 4, 3]",
            {"pool_size": 3, "padding": "same"},
            gives="float32[batch, 2, 3]",
            equals="stack([mean(x[:, :2], axis=1), mean(x[:, 2:], axis=1)], axis=1)",
            why="two entries are in each window",
        ),
        Example(
            "int32[batch, 3, 6]",
            {"pool_size": 3, "data_format": "channels_first"},
            gives="float32[batch, 3, 2]",
            equals="mean(windows(cast(x, 'float64'), 2, 3, stride=3), axis=-1)",
            why="channels first",
        ),
        Example("float32[batch, seq, 3] mask", {"pool_size": 2}, refuses="SPC0410"),
        Example("float32[batch, 2, 3]", {"pool_size": 3}, refuses="SPC0370"),
    )


class AveragePooling2D(_AveragePooling):
    """The mean of every window of an image, for each channel.

    `float[batch, rows, columns, channels]` to `float[batch, …, …, channels]`, with sizes as of
    AveragePooling1D. No weights. A mask ends here, and padding takes part. Source: Keras's
    AveragePooling2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4, 6, 3]",
            {"pool_size": [2, 3]},
            gives="float32[batch, 2, 2, 3]",
            equals="mean(windows(x, [1, 2], [2, 3], stride=[2, 3]), axis=[-2, -1])",
        ),
        Example("float32[batch, 4, 6]", {"pool_size": 2}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2


class AveragePooling3D(_AveragePooling):
    """The mean of every window of a volume, for each channel.

    `float[batch, depth, rows, columns, channels]` to `float[batch, …, …, …, channels]`, with sizes
    as of AveragePooling1D. No weights. A mask ends here, and padding takes part. Source: Keras's
    AveragePooling3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 4, 2, 3]",
            {"pool_size": 2},
            gives="float32[batch, 1, 2, 1, 3]",
            equals="mean(windows(x, [1, 2, 3], [2, 2, 2], stride=[2, 2, 2]), axis=[-3, -2, -1])",
        ),
        Example("float32[batch, 4, 6, 3]", {"pool_size": 2}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3
