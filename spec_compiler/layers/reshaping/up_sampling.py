"""UpSampling: more entries along the axes of space."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.per_axis import PerAxis
from spec_compiler.ir.build import Builder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import Formatted
from spec_compiler.layers.reshaping.resampling import Interpolation, interpolated, repeated
from spec_compiler.layers.reshaping.resized import Resized


class _UpSampling(Resized):
    """Each entry of the axes of space several times."""

    size: PerAxis
    """A number for each axis."""

    def resized(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """Each entry beside its copies."""
        return repeated(b, b.kept(x), dict(zip(axes, self.size, strict=True)))


class UpSampling1D(_UpSampling):
    """Repeat each step of a sequence.

    `[batch, steps, features]` to the same with axes `size` times as long. Whole numbers stay whole.
    No weights. A mask ends here; `mask: pass` keeps one whose axes keep their sizes. Source:
    Keras's UpSampling1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 3]",
            gives="float32[batch, 2*seq, 3]",
            equals="repeat(x, 2, axis=1)",
        ),
        Example(
            "int32[batch, 4, 3]",
            {"size": 3},
            gives="int32[batch, 12, 3]",
            equals="repeat(x, 3, axis=1)",
        ),
        Example("float32[batch, seq, 3] mask", refuses="SPC0410", why="there are more steps"),
        Example("float32[batch, seq]", refuses="SPC0304", why="there are no features"),
        Example("float32[batch, 4, 3]", {"size": 0}, refuses="SPC0308"),
    )

    size: PerAxis = (2,)
    """How many times."""


class UpSampling2D(_UpSampling, Formatted):
    """Repeat each row and column of an image.

    `[batch, rows, columns, features]` to the same with axes `size` times as long; with
    `channels_first` the features are on axis 1. With `interpolation: bilinear` what lies between is
    interpolated: entries lie in the middle of their cells, and whole numbers are rounded. Whole
    numbers stay whole. No weights. A mask ends here; `mask: pass` keeps one whose axes keep their
    sizes. Source: Keras's UpSampling2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, h, w, 3]",
            gives="float32[batch, 2*h, 2*w, 3]",
            equals="repeat(repeat(x, 2, axis=1), 2, axis=2)",
        ),
        Example(
            "float32[batch, 3, 4, 5]",
            {"size": [3, 1], "data_format": "channels_first"},
            gives="float32[batch, 3, 12, 5]",
            equals="repeat(x, 3, axis=2)",
        ),
        Example(
            "float32[batch, 3, w, 2]",
            {"size": [2, 1], "interpolation": "bilinear"},
            gives="float32[batch, 6, w, 2]",
            equals="stack([x[:, 0], one, two, three, four, x[:, 2]], axis=1)",
            where={
                "one": "0.75 * x[:, 0] + 0.25 * x[:, 1]",
                "two": "0.25 * x[:, 0] + 0.75 * x[:, 1]",
                "three": "0.75 * x[:, 1] + 0.25 * x[:, 2]",
                "four": "0.25 * x[:, 1] + 0.75 * x[:, 2]",
            },
            why="the ends are their own neighbours",
        ),
        Example(
            "float32[batch, 4, 5, 3]",
            {"interpolation": "bicubic"},
            refuses="SPC0104",
            why="only `nearest` and `bilinear`",
        ),
        Example("float32[batch, 4, 3]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2

    size: PerAxis = (2, 2)
    """How many times: a number for both, or `[rows, columns]`."""
    interpolation: Interpolation = "nearest"
    """What lies between entries: a copy, or a mean of the two nearest by their distances."""

    def resized(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """Copies, or what lies between."""
        if self.interpolation == "nearest":
            return super().resized(b, x, axes)
        sizes = zip(axes, self.size, strict=True)
        return interpolated(b, b.kept(x), {axis: x.shape[axis] * count for axis, count in sizes})


class UpSampling3D(_UpSampling, Formatted):
    """Repeat each entry of three axes of a volume.

    `[batch, first, second, third, features]` to the same with axes `size` times as long; with
    `channels_first` the features are on axis 1. Whole numbers stay whole. No weights. A mask ends
    here; `mask: pass` keeps one whose axes keep their sizes. Source: Keras's UpSampling3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 3, 4, 3]",
            gives="float32[batch, 4, 6, 8, 3]",
            equals="repeat(repeat(repeat(x, 2, axis=1), 2, axis=2), 2, axis=3)",
        ),
        Example(
            "int32[batch, 1, d, 3, 2]",
            {"size": [3, 1, 2], "data_format": "channels_first"},
            gives="int32[batch, 1, 3*d, 3, 4]",
            equals="repeat(repeat(x, 3, axis=2), 2, axis=4)",
        ),
        Example("float32[batch, 2, 3, 4]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3

    size: PerAxis = (2, 2, 2)
    """How many times: a number for all, or one for each axis."""
