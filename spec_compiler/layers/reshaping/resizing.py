"""Resizing: images of another size."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, cast

from pydantic import AfterValidator, StrictBool, model_validator

from spec_compiler.declaring.fields import Number, PositiveSize, refuse
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size, quoted
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, widened
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import Formatted
from spec_compiler.layers.reshaping.resampling import (
    Interpolation,
    from_floats,
    interpolated,
    nearest,
)
from spec_compiler.layers.reshaping.resized import Resized
from spec_compiler.refusals import Refusal, under


def _never(wanted: bool) -> bool:
    if wanted:
        raise refuse(
            "must be false: there is no interpolation that looks at more than the nearest entries",
            help="resize what is fed with it before the run",
        )
    return wanted


class Resizing(Resized, Formatted):
    """Give images `height` rows and `width` columns.

    `[batch, rows, columns, features]` to `[batch, height, width, features]`; with `channels_first`
    the features are on axis 1. Entries lie in the middle of cells that share the image; whole
    numbers stay whole, rounded. Half precision and whole numbers are interpolated in float32. No
    weights. A mask ends here; `mask: pass` keeps one whose axes keep their sizes. Source: Keras's
    Resizing, in the numbers of its torch backend.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, 2, 6, 3]",
            {"height": 4, "width": 3},
            gives="float32[batch, 4, 3, 3]",
            equals="stack([y[:, 0], one, two, y[:, 1]], axis=1)",
            where={
                "y": "0.5 * x[:, :, 0::2] + 0.5 * x[:, :, 1::2]",
                "one": "0.75 * y[:, 0] + 0.25 * y[:, 1]",
                "two": "0.25 * y[:, 0] + 0.75 * y[:, 1]",
            },
            why="the new columns lie between two old ones",
        ),
        Example(
            "int32[batch, 3, h, 4]",
            {
                "height": 1,
                "width": 2,
                "interpolation": "nearest",
                "data_format": "channels_first",
            },
            gives="int32[batch, 3, 1, 2]",
            equals="x[:, :, h // 2:h // 2 + 1, 1::2]",
            why="the entries in whose cells the new ones have their middle",
        ),
        Example(
            "float32[batch, 4, 6, 1]",
            {"height": 2, "width": 2, "crop_to_aspect_ratio": True},
            gives="float32[batch, 2, 2, 1]",
            equals="0.5 * y[:, :, 0::2] + 0.5 * y[:, :, 1::2]",
            where={
                "square": "x[:, :, 1:5]",
                "y": "0.5 * square[:, 0::2] + 0.5 * square[:, 1::2]",
            },
            why="of six columns the four in the middle",
        ),
        Example(
            "float32[batch, 2, 4, 1]",
            {"height": 4, "width": 4, "pad_to_aspect_ratio": True, "fill_value": 0.5},
            gives="float32[batch, 4, 4, 1]",
            equals="pad(x, [[0, 0], [1, 1], [0, 0], [0, 0]], value=0.5)",
            why="a row above and one below",
        ),
        Example(
            "float32[batch, 2, 4, 1]",
            {"height": 4, "width": 4, "antialias": True},
            refuses="SPC0104",
        ),
        Example(
            "float32[batch, 2, 4, 1]",
            {"height": 4, "width": 4, "interpolation": "bicubic"},
            refuses="SPC0104",
        ),
        Example(
            "float32[batch, h, 4, 1]",
            {"height": 4, "width": 4, "crop_to_aspect_ratio": True},
            refuses="SPC0306",
            why="how much is cropped follows from both sizes",
        ),
        Example("float32[batch, 6, 7]", {"height": 3, "width": 5}, refuses="SPC0304"),
    )
    rank: ClassVar[int] = 2
    in_order: ClassVar[tuple[str, ...]] = (
        "height",
        "width",
        "interpolation",
        "crop_to_aspect_ratio",
        "pad_to_aspect_ratio",
        "fill_mode",
        "fill_value",
        "antialias",
        "data_format",
    )

    height: PositiveSize
    """How many rows."""
    width: PositiveSize
    """How many columns."""
    interpolation: Interpolation = "bilinear"
    """What lies between entries: the nearest one, or a mean of two by their distances."""
    crop_to_aspect_ratio: StrictBool = False
    """Whether what would be distorted is cropped before, so that the middle is left."""
    pad_to_aspect_ratio: StrictBool = False
    """Whether the image is padded before where it would be distorted."""
    fill_mode: Literal["constant"] = "constant"
    """What it is padded with."""
    fill_value: Number = 0.0
    """The number that it is padded with."""
    antialias: Annotated[StrictBool, AfterValidator(_never)] = False
    """Whether entries between the nearest ones count; it must be false."""

    @model_validator(mode="after")
    def _crop_or_pad(self) -> Resizing:
        if self.crop_to_aspect_ratio and self.pad_to_aspect_ratio:
            raise refuse(
                "excludes `crop_to_aspect_ratio`",
                "SPC0107",
                argument=("pad_to_aspect_ratio",),
                related=((("crop_to_aspect_ratio",), "the other way"),),
            )
        return self

    def resized(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """The image as it is, cropped or padded, in the new size."""
        kept, wanted = b.kept(x), (self.height, self.width)
        for axis, name in zip(axes, ("height", "width"), strict=True):
            why = f"Resizing to `{name}` needs an entry to take"
            if not b.require(x.shape[axis], ">=", 1, why, (name,)):
                raise Refusal(
                    "SPC0308",
                    f"Resizing needs an image, and axis {axis} of {x.type} is empty",
                    argument=("from",),
                    origins=((x, axis),),
                )
        y = self._cropped(b, kept, axes) if self.crop_to_aspect_ratio else kept
        if self.pad_to_aspect_ratio:
            y = self._padded(b, y, axes)
        sizes: dict[int, Size] = dict(zip(axes, wanted, strict=True))
        y = (interpolated if self.interpolation == "bilinear" else nearest)(b, y, sizes)
        return y if y.dtype == kept.dtype else from_floats(b, y, x.dtype)

    def _cropped(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """The largest part in the middle that has the form of the result."""
        sizes = self._known(x, axes, "crop_to_aspect_ratio")
        for axis, size, kept in zip(axes, sizes[:2], self._alike(sizes), strict=True):
            kept = max(min(size, kept), 1)
            start = (size - kept) // 2
            x = b.slice(x, axis, start, start + kept)
        return x

    def _padded(self, b: Builder, x: Value, axes: tuple[int, ...]) -> Value:
        """The image in the middle of one that has the form of the result, or nearly."""
        sizes = self._known(x, axes, "pad_to_aspect_ratio")
        y = x if x.dtype in FLOATS else b.cast(x, widened(b.policy.compute))
        for axis, size, wanted in zip(axes, sizes[:2], self._alike(sizes), strict=True):
            ends = (max(size, wanted) - size) // 2
            if ends:
                shape = (*y.shape[:axis], ends, *y.shape[axis + 1 :])
                with under("fill_value"):
                    fill = b.full(self.fill_value, y.dtype, shape)
                y = b.concatenate((fill, y, fill), axis)
        return y

    def _alike(self, sizes: tuple[int, int, int, int]) -> tuple[int, int]:
        """How many rows there would be to all columns in the form of the result, and columns."""
        rows, columns, height, width = sizes
        return int(columns * height / width), int(rows * width / height)

    def _known(self, x: Value, axes: tuple[int, ...], argument: str) -> tuple[int, int, int, int]:
        """The sizes of the image and of the result as numbers.

        Raises:
            Refusal: one is known only from the data.
        """
        found = (*(x.shape[axis] for axis in axes), self.height, self.width)
        for size in found:
            if not isinstance(size, int):
                raise Refusal(
                    "SPC0306",
                    f"`{argument}` needs sizes that are known; {quoted(size)} is known only from "
                    "the data",
                    argument=(argument,),
                    origins=tuple((x, axis) for axis in axes if x.shape[axis] == size),
                    help="give that axis a number or a param where it is declared",
                )
        return cast("tuple[int, int, int, int]", found)
