"""Cropping: fewer entries at both ends of the axes of space."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.per_axis import Ends
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import quoted
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import Formatted
from spec_compiler.layers.reshaping.resized import Resized
from spec_compiler.refusals import Refusal

_AT = ("cropping",)


class _Cropping(Resized):
    """Fewer entries at both ends of the axes of space."""

    cropping: Ends
    """A pair for each axis."""

    def resized(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """Each axis without its ends."""
        kind, y = type(self).__name__, b.kept(x)
        for axis, (before, after) in zip(axes, self.cropping, strict=True):
            size = x.shape[axis]
            if not before + after:
                continue
            why = f"{kind} takes {before + after} entries from axis {axis}"
            if not b.require(size, ">=", before + after, why, _AT):
                raise Refusal(
                    "SPC0368",
                    f"{kind} takes {before} and {after} entries from axis {axis}, and the input "
                    f"{x.type} has {quoted(size)}",
                    argument=_AT,
                    origins=((x, axis),),
                    help="take fewer, or feed more",
                )
            y = b.slice(y, axis, before, size - after)
        return y


class Cropping1D(_Cropping):
    """Take entries away at both ends of the steps of a sequence.

    `[batch, steps, features]` to the same with shorter axes. That there is as much as is taken is
    proved, or checked before the run; nothing may be left. Whole numbers stay whole. No weights. A
    mask ends here; `mask: pass` keeps one whose axes keep their sizes. Source: Keras's Cropping1D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 6, 3]",
            gives="float32[batch, 4, 3]",
            equals="x[:, 1:5]",
        ),
        Example(
            "int32[batch, seq, 3]",
            {"cropping": [0, 2]},
            gives="int32[batch, seq - 2, 3]",
            equals="x[:, :seq - 2]",
            why="checked on the data: at least two steps; whole numbers stay whole",
        ),
        Example(
            "float32[batch, 2, 3]",
            gives="float32[batch, 0, 3]",
            equals="x[:, 1:1]",
            why="all steps",
        ),
        Example("float32[batch, 3, 3]", {"cropping": 2}, refuses="SPC0368"),
        Example("float32[batch, 6, 3] mask", refuses="SPC0410", why="there are fewer steps"),
        Example("float32[batch, seq]", refuses="SPC0304", why="there are no features"),
    )

    cropping: Ends = ((1, 1),)
    """How many: a number for both ends, or `[before, after]`."""


class Cropping2D(_Cropping, Formatted):
    """Take entries away at both ends of the rows and columns of an image.

    `[batch, rows, columns, features]` to the same with shorter axes; with `channels_first` the
    features are on axis 1. That there is as much as is taken is proved, or checked before the run;
    nothing may be left. Whole numbers stay whole. No weights. A mask ends here; `mask: pass` keeps
    one whose axes keep their sizes. Source: Keras's Cropping2D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example("float32[batch, h, w, 3]", gives="float32[batch, h, w, 3]", equals="x"),
        Example(
            "float32[batch, 6, 7, 3]",
            {"cropping": [[1, 2], [3, 0]]},
            gives="float32[batch, 3, 4, 3]",
            equals="x[:, 1:4, 3:]",
            why="each end its own number",
        ),
        Example(
            "float32[batch, 3, 6, w]",
            {"cropping": [1, 0], "data_format": "channels_first"},
            gives="float32[batch, 3, 4, w]",
            equals="x[:, :, 1:5]",
            why="rows and columns",
        ),
        Example(
            "float32[batch, 6, 7, 3] mask",
            {"cropping": [0, 1], "mask": "pass"},
            refuses="SPC0411",
            why="the mask is for the columns, too",
        ),
        Example("float32[batch, 6, 1, 3]", {"cropping": 1}, refuses="SPC0368"),
    )
    rank: ClassVar[int] = 2

    cropping: Ends = ((0, 0), (0, 0))
    """How many: a number for all, `[rows, columns]`, or `[[top, bottom], [left, right]]`."""


class Cropping3D(_Cropping, Formatted):
    """Take entries away at both ends of the three axes of a volume.

    `[batch, first, second, third, features]` to the same with shorter axes; with `channels_first`
    the features are on axis 1. That there is as much as is taken is proved, or checked before the
    run; nothing may be left. Whole numbers stay whole. No weights. A mask ends here; `mask: pass`
    keeps one whose axes keep their sizes. Source: Keras's Cropping3D.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 4, 5, 6, 3]",
            gives="float32[batch, 2, 3, 4, 3]",
            equals="x[:, 1:3, 1:4, 1:5]",
        ),
        Example(
            "float32[batch, 3, 4, 5, 6]",
            {"cropping": [0, 1, [2, 3]], "data_format": "channels_first"},
            gives="float32[batch, 3, 4, 3, 1]",
            equals="x[:, :, :, 1:4, 2:3]",
        ),
        Example("float32[batch, 4, 5, 3]", refuses="SPC0304"),
    )
    rank: ClassVar[int] = 3

    cropping: Ends = ((1, 1), (1, 1), (1, 1))
    """How many: a number for all, one for each axis, or a pair `[before, after]` for each."""
