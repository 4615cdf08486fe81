"""Pooling over everything between the batch and the channels."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from pydantic import StrictBool

from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import widened
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import Formatted
from spec_compiler.layers.signal import Signal


class _GlobalPooling(Formatted):
    """One number of all entries, for each channel."""

    keepdims: StrictBool = False
    """Whether the axes between stay, with size 1."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        self.demand_rank(x)
        return Signal(self.pooled(b, x.value, self.between))

    def pooled(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """The numbers of all entries along the axes."""
        raise NotImplementedError


class _GlobalMaxPooling(_GlobalPooling):
    """The greatest entry."""

    def pooled(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """Whole numbers stay whole."""
        return b.reduce("max", b.kept(x), axes, keepdims=self.keepdims)


class _GlobalAveragePooling(_GlobalPooling):
    """The mean; 0 where there is no entry."""

    def pooled(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """The sum by how many there are; half precision is summed in float32."""
        wide = b.cast(x, widened(b.policy.compute))
        total = b.reduce("sum", wide, axes, keepdims=self.keepdims)
        sizes = [x.shape[axis] for axis in axes]
        known = [size for size in sizes if isinstance(size, int)]
        if len(known) == len(sizes):
            return b.compute(b.divide(total, max(prod(known), 1)))
        count = b.maximum(b.cast(b.size(x, axes), wide.dtype), 1)
        return b.compute(b.divide(total, count))


class GlobalMaxPooling1D(_GlobalMaxPooling):
    """The greatest entry of a sequence, for each channel.

    `[batch, steps, channels]` to `[batch, channels]`. Whole numbers stay whole. No weights. A mask
    ends here, and padding takes part. Source: Keras's GlobalMaxPooling1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example("float32[batch, 5, 3]", gives="float32[batch, 3]", equals="max(x, axis=1)"),
        Example(
            "int32[batch, 3, 5]",
            {"data_format": "channels_first", "keepdims": True},
            gives="int32[batch, 3, 1]",
            equals="max(x, axis=2, keepdims=True)",
        ),
        Example("float32[batch, seq, 3] mask", refuses="SPC0410", why="padding takes part"),
        Example("float32[batch, 3]", refuses="SPC0304", why="there are no steps"),
    )


class GlobalMaxPooling2D(_GlobalMaxPooling):
    """The greatest entry of an image, for each channel.

    `[batch, rows, columns, channels]` to `[batch, channels]`. Whole numbers stay whole. No weights.
    A mask ends here, and padding takes part. Source: Keras's GlobalMaxPooling2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example("float32[batch, 4, 5, 3]", gives="float32[batch, 3]", equals="max(x, axis=[1, 2])"),
        Example("float32[batch, 4, 3]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2


class GlobalMaxPooling3D(_GlobalMaxPooling):
    """The greatest entry of a volume, for each channel.

    `[batch, depth, rows, columns, channels]` to `[batch, channels]`. Whole numbers stay whole. No
    weights. A mask ends here, and padding takes part. Source: Keras's GlobalMaxPooling3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 4, 5, 3]", gives="float32[batch, 3]", equals="max(x, axis=[1, 2, 3])"
        ),
        Example("float32[batch, 4, 5, 3]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3


class GlobalAveragePooling2D(_GlobalAveragePooling):
    """The mean over an image, for each channel.

    `float[batch, rows, columns, channels]` to `float[batch, channels]`; 0 where there is no entry.
    Half precision is summed in float32. No weights. A mask ends here, and padding takes part.
    Source: Keras's GlobalAveragePooling2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, h, 5, 3]", gives="float32[batch, 3]", equals="mean(x, axis=[1, 2])"
        ),
        Example(
            "int32[batch, 3, 4, 5]",
            {"data_format": "channels_first", "keepdims": True},
            gives="float32[batch, 3, 1, 1]",
            equals="mean(x, axis=[2, 3], keepdims=True)",
        ),
        Example("float32[batch, 4, 3]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2


class GlobalAveragePooling3D(_GlobalAveragePooling):
    """The mean over a volume, for each channel.

    `float[batch, depth, rows, columns, channels]` to `float[batch, channels]`; 0 where there is no
    entry. Half precision is summed in float32. No weights. A mask ends here, and padding takes
    part. Source: Keras's GlobalAveragePooling3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 4, 5, 3]",
            gives="float32[batch, 3]",
            equals="mean(x, axis=[1, 2, 3])",
        ),
        Example("float32[batch, 4, 5, 3]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3
