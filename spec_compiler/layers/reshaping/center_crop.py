"""CenterCrop: the middle of an image."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.fields import PositiveSize
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import Size, quoted
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import Formatted
from spec_compiler.layers.reshaping.resized import Resized
from spec_compiler.refusals import Refusal


class CenterCrop(Resized, Formatted):
    """The `height` rows and `width` columns in the middle of an image.

    `[batch, rows, columns, features]` to `[batch, height, width, features]`; with `channels_first`
    the features are on axis 1. Of what is left over the half before the middle is the smaller one.
    That the image is as large is proved, or checked before the run (Keras resizes a smaller one).
    Whole numbers are cast to the layer's dtype, as in Keras. No weights. A mask ends here;
    `mask: pass` keeps one whose axes keep their sizes. Source: Keras's CenterCrop.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 6, 7, 3]",
            {"height": 3, "width": 5},
            gives="float32[batch, 3, 5, 3]",
            equals="x[:, 1:4, 1:6]",
        ),
        Example(
            "uint8[batch, 3, h, 4]",
            {"height": 2, "width": 4, "data_format": "channels_first"},
            gives="float32[batch, 3, 2, 4]",
            equals="cast(x, 'float64')[:, :, (h - 2) // 2:(h - 2) // 2 + 2]",
            why="checked on the data: at least two rows",
        ),
        Example(
            "float32[batch, 6, 7, 3]",
            {"height": 8, "width": 5},
            refuses="SPC0368",
            why="there are 6 rows",
        ),
        Example("float32[batch, 6, 7]", {"height": 3, "width": 5}, refuses="SPC0304"),
        Example("float32[batch, 6, 7, 3]", {"height": 0, "width": 5}, refuses="SPC0308"),
    )
    rank: ClassVar[int] = 2
    in_order: ClassVar[tuple[str, ...]] = ("height", "width", "data_format")

    height: PositiveSize
    """How many rows."""
    width: PositiveSize
    """How many columns."""

    def resized(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """The middle of both axes."""
        y = b.compute(x)
        for axis, name, wanted in zip(
            axes, ("height", "width"), (self.height, self.width), strict=True
        ):
            size = x.shape[axis]
            if not b.require(size, ">=", wanted, f"CenterCrop to `{name}`", (name,)):
                raise Refusal(
                    "SPC0368",
                    f"CenterCrop keeps {quoted(wanted)} entries of axis {axis}, and the input "
                    f"{x.type} has {quoted(size)}",
                    argument=(name,),
                    origins=((x, axis),),
                    help="to make an image larger, write `type: Resizing` with "
                    "`crop_to_aspect_ratio: true`, as Keras does of itself",
                )
            y = _middle(b, y, axis, wanted)
        return y


def _middle(b: Builder, x: Value, axis: int, wanted: Size) -> Value:
    """The entries in the middle of an axis."""
    before = floor_divide(x.shape[axis] - wanted, 2)
    if isinstance(before, int):
        return b.slice(x, axis, before, before + wanted)
    # a slice begins at a number: what comes after the middle goes first, then from the other end
    y = b.reverse(b.slice(x, axis, 0, before + wanted), axis)
    return b.reverse(b.slice(y, axis, 0, wanted), axis)
