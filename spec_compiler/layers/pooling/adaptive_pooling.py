"""Pooling to a given number of windows, as many entries as that takes."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.per_axis import PerAxis
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import quoted
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import widened
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import Formatted
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class _AdaptivePooling(Formatted):
    """One number of each of `output_size` windows, which together cover an axis."""

    averages: ClassVar[bool] = False
    """Whether a window comes to its mean; else to its greatest entry."""

    output_size: PerAxis
    """Windows along each axis: one number, or one an axis."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        self.demand_rank(x)
        y = self.ready(b, x.value)
        for axis, windows in zip(self.between, self.output_size, strict=True):
            y = self._along(b, y, axis, windows)
        return Signal(b.compute(y) if self.averages else y)

    def ready(self, b: Builder, x: Value) -> Value:
        """The input as it is pooled."""
        return b.cast(x, widened(b.policy.compute)) if self.averages else b.kept(x)

    def _along(self, b: Builder, x: Value, axis: int, windows: int) -> Value:
        """Window `i` of an axis of `n` has the entries from `i * n // windows` on."""
        size = x.shape[axis]
        name = type(self).__name__
        if not b.require(size, ">=", 1, f"{name}: axis {axis} must not be empty"):
            raise Refusal("SPC0134", f"{name} over axis {axis}, which has no entries")
        each = floor_divide(size, windows)
        if b.decided(each * windows, "==", size):
            parts = (*x.shape[:axis], windows, each, *x.shape[axis + 1 :])
            return self._one(b, b.reshape(x, parts), axis + 1, keepdims=False)
        if not isinstance(size, int):
            raise Refusal(
                "SPC0306",
                f"{name} needs to know axis {axis}, and {quoted(size)} is known only from the data",
                argument=("from",),
                origins=((size, "size"),),
                help=f"give that axis a number, or its dim `multiple_of: {windows}`",
            )
        found = [
            self._one(b, b.slice(x, axis, start, stop), axis, keepdims=True)
            for start, stop in (
                (i * size // windows, -(-(i + 1) * size // windows)) for i in range(windows)
            )
        ]
        return b.concatenate(found, axis)

    def _one(self, b: Builder, x: Value, axis: int, *, keepdims: bool) -> Value:
        """What all entries of an axis come to."""
        if not self.averages:
            return b.reduce("max", x, axis, keepdims=keepdims)
        total, size = b.reduce("sum", x, axis, keepdims=keepdims), x.shape[axis]
        if isinstance(size, int):
            return b.divide(total, size)
        return b.divide(total, b.cast(b.size(x, (axis,)), x.dtype))


class AdaptiveAveragePooling1D(_AdaptivePooling):
    """The mean of each of `output_size` windows of a sequence, for each channel.

    `float[batch, steps, channels]` to `float[batch, …, channels]`. Window `i` of an axis of
    `n` goes from `i * n // output_size` to `(i + 1) * n / output_size`, rounded up. A size
    that only the data knows must be a multiple of `output_size`. Half precision is summed in
    float32. No weights. A mask ends here, and padding takes part. Source: Keras's
    AdaptiveAveragePooling1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 5, 3]",
            {"output_size": 3},
            gives="float32[batch, 3, 3]",
            equals="stack([mean(a, axis=1), mean(b, axis=1), mean(c, axis=1)], axis=1)",
            where={"a": "x[:, :2]", "b": "x[:, 1:4]", "c": "x[:, 3:]"},
            why="windows that share entries",
        ),
        Example(
            "float32[batch, 3, 6]",
            {"output_size": 2, "data_format": "channels_first"},
            gives="float32[batch, 3, 2]",
            equals="mean(reshape(x, [batch, 3, 2, 3]), axis=-1)",
            why="channels first",
        ),
        Example("float32[batch, seq, 3]", {"output_size": 2}, refuses="SPC0306"),
        Example("float32[batch, seq, 3] mask", {"output_size": 1}, refuses="SPC0410"),
        Example("float32[batch, 5]", {"output_size": 3}, refuses="SPC0304"),
    )
    averages: ClassVar[bool] = True


class AdaptiveAveragePooling2D(_AdaptivePooling):
    """The mean of each of `output_size` windows of an image, for each channel.

    `float[batch, rows, columns, channels]` to `float[batch, …, …, channels]`. Window `i` of an
    axis of `n` goes from `i * n // output_size` to `(i + 1) * n / output_size`, rounded up. A
    size that only the data knows must be a multiple of `output_size`. Half precision is summed
    in float32. No weights. A mask ends here, and padding takes part. Source: Keras's
    AdaptiveAveragePooling2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4, 6, 3]",
            {"output_size": [2, 3]},
            gives="float32[batch, 2, 3, 3]",
            equals="mean(reshape(x, [batch, 2, 2, 3, 2, 3]), axis=[2, 4])",
        ),
        Example("float32[batch, 4, 6]", {"output_size": 2}, refuses="SPC0304"),
    )
    averages: ClassVar[bool] = True
    rank: ClassVar[int] = 2


class AdaptiveAveragePooling3D(_AdaptivePooling):
    """The mean of each of `output_size` windows of a volume, for each channel.

    `float[batch, depth, rows, columns, channels]` to `float[batch, …, …, …, channels]`. Window
    `i` of an axis of `n` goes from `i * n // output_size` to `(i + 1) * n / output_size`,
    rounded up. A size that only the data knows must be a multiple of `output_size`. Half
    precision is summed in float32. No weights. A mask ends here, and padding takes part.
    Source: Keras's AdaptiveAveragePooling3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 4, 3, 2]",
            {"output_size": [1, 2, 3]},
            gives="float32[batch, 1, 2, 3, 2]",
            equals="mean(reshape(x, [batch, 1, 2, 2, 2, 3, 1, 2]), axis=[2, 4, 6])",
        ),
        Example("float32[batch, 4, 6, 3]", {"output_size": 2}, refuses="SPC0304"),
    )
    averages: ClassVar[bool] = True
    rank: ClassVar[int] = 3


class AdaptiveMaxPooling1D(_AdaptivePooling):
    """The greatest entry of each of `output_size` windows of a sequence, for each channel.

    `[batch, steps, channels]` to `[batch, …, channels]`. Window `i` of an axis of `n` goes
    from `i * n // output_size` to `(i + 1) * n / output_size`, rounded up. A size that only
    the data knows must be a multiple of `output_size`. Whole numbers stay whole. No weights. A
    mask ends here, and padding takes part. Source: Keras's AdaptiveMaxPooling1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 5, 3]",
            {"output_size": 3},
            gives="float32[batch, 3, 3]",
            equals="stack([max(a, axis=1), max(b, axis=1), max(c, axis=1)], axis=1)",
            where={"a": "x[:, :2]", "b": "x[:, 1:4]", "c": "x[:, 3:]"},
            why="windows that share entries",
        ),
        Example(
            "int32[batch, 3, 6]",
            {"output_size": 2, "data_format": "channels_first"},
            gives="int32[batch, 3, 2]",
            equals="max(reshape(x, [batch, 3, 2, 3]), axis=-1)",
            why="channels first",
        ),
        Example("float32[batch, seq, 3]", {"output_size": 2}, refuses="SPC0306"),
        Example("float32[batch, seq, 3] mask", {"output_size": 1}, refuses="SPC0410"),
        Example("float32[batch, 5]", {"output_size": 3}, refuses="SPC0304"),
    )


class AdaptiveMaxPooling2D(_AdaptivePooling):
    """The greatest entry of each of `output_size` windows of an image, for each channel.

    `[batch, rows, columns, channels]` to `[batch, …, …, channels]`. Window `i` of an axis of
    `n` goes from `i * n // output_size` to `(i + 1) * n / output_size`, rounded up. A size
    that only the data knows must be a multiple of `output_size`. Whole numbers stay whole. No
    weights. A mask ends here, and padding takes part. Source: Keras's AdaptiveMaxPooling2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4, 6, 3]",
            {"output_size": [2, 3]},
            gives="float32[batch, 2, 3, 3]",
            equals="max(reshape(x, [batch, 2, 2, 3, 2, 3]), axis=[2, 4])",
        ),
        Example("float32[batch, 4, 6]", {"output_size": 2}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2


class AdaptiveMaxPooling3D(_AdaptivePooling):
    """The greatest entry of each of `output_size` windows of a volume, for each channel.

    `[batch, depth, rows, columns, channels]` to `[batch, …, …, …, channels]`. Window `i` of an
    axis of `n` goes from `i * n // output_size` to `(i + 1) * n / output_size`, rounded up. A
    size that only the data knows must be a multiple of `output_size`. Whole numbers stay
    whole. No weights. A mask ends here, and padding takes part. Source: Keras's
    AdaptiveMaxPooling3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 4, 3, 2]",
            {"output_size": [1, 2, 3]},
            gives="float32[batch, 1, 2, 3, 2]",
            equals="max(reshape(x, [batch, 1, 2, 2, 2, 3, 1, 2]), axis=[2, 4, 6])",
        ),
        Example("float32[batch, 4, 6, 3]", {"output_size": 2}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3
