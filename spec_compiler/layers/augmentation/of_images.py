"""What layers share that change images in training only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Literal, TypeAlias

from spec_compiler.fixes import Fix
from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.inert import Inert
from spec_compiler.layers.base.interface import Masks
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.signal import Mask, Signal

Interpolation: TypeAlias = Literal["nearest", "bilinear"]
FillMode: TypeAlias = Literal["reflect", "wrap", "constant", "nearest"]


class OfImages(Inert):
    """A layer that gives out a batch of images as it is: a run is inference.

    Where Keras casts whole numbers to floats all the same, the layer `casts`. A mask ends here, as
    in Keras; the images are the same, so that `mask: pass` keeps it.
    """

    ranks: ClassVar[tuple[int, ...]] = (3, 4)
    axes: ClassVar[str] = "rank 4, a batch of images"
    masks: ClassVar[Masks] = Masks(provable=True)
    elsewhere: ClassVar[Mapping[str, str | Fix]] = {
        **Layer.elsewhere,
        "bounding_box_format": "leave it out: a run changes no image, and so no box in it",
    }

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        return replace(super().lower(b, x), mask=None)

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask of the images."""
        return x.mask if x.mask is not None else super().carry_mask(b, result, x)


def shown(
    settings: dict[str, Any], refused: dict[str, Any] | None = None, *, casts: bool = False
) -> tuple[Example, ...]:
    """The examples of a layer of images.

    Args:
        settings: Its arguments.
        refused: Arguments of which one is refused; by default the images are.
        casts: Whether whole numbers become floats.
    """
    images = "uint8[batch, 6, seq, 3]"
    unfit = Example("float32[batch, 8]", settings, refuses="SPC0304", why="there are no images")
    if refused is not None:
        unfit = Example(images, {**settings, **refused}, refuses="SPC0104")
    gives = images.replace("uint8", "float32") if casts else images
    why = "whole numbers are cast" if casts else ""
    return (
        Example(images, settings, gives=gives, equals='cast(x, "float64")', why=why)
        if casts
        else Example(images, settings, gives=gives, equals="x"),
        unfit,
    )
