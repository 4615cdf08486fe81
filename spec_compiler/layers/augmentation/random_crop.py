"""RandomCrop: in training a part of each image; a run cuts nothing, so nothing may be to cut."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.declaring.fields import KnownSize
from spec_compiler.declaring.numbers import WholeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import quoted
from spec_compiler.layers.augmentation.of_images import OfImages
from spec_compiler.layers.base.layer import Example
from spec_compiler.layers.base.spatial import DataFormat
from spec_compiler.layers.signal import Signal
from spec_compiler.refusals import Refusal


class RandomCrop(OfImages):
    """In training, cut a random part of `height` and `width` out of images.

    A batch of images of that size as it is: a run is inference. Keras cuts nothing in a run either,
    and yet declares images of `height` and `width`, so images of another size are refused here.
    Floats are cast to the dtype that the layer computes in; whole numbers stay whole. A mask ends
    here; `mask: pass` keeps it. No weights. Source: Keras's RandomCrop.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "uint8[batch, 6, rows, 3]",
            {"height": 6, "width": 5},
            gives="uint8[batch, 6, rows, 3]",
            equals="x",
        ),
        Example(
            "float32[batch, 3, 6, 5]",
            {"height": 6, "width": 5, "data_format": "channels_first"},
            gives="float32[batch, 3, 6, 5]",
            equals="x",
        ),
        Example(
            "float32[batch, 8, 8, 3]",
            {"height": 6, "width": 6},
            refuses="SPC0301",
            why="a run would not cut them",
        ),
    )

    height: KnownSize
    """Height of the part."""
    width: KnownSize
    """Width of the part."""
    seed: WholeNumber | None = None
    """Seed of what is drawn; no effect on inference."""
    data_format: DataFormat = "channels_last"
    """Where the channels are: last, or before the height."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        result = super().lower(b, x)
        first = x.rank - (3 if self.data_format == "channels_last" else 2)
        for axis, name in ((first, "height"), (first + 1, "width")):
            size, wanted = x.shape[axis], getattr(self, name)
            if not b.require(size, "==", wanted, f"RandomCrop: the {name} of the images"):
                raise Refusal(
                    "SPC0301",
                    f"RandomCrop cuts in training only, so the {name} of its images "
                    f"{x.value.type} must be {wanted} already, not {quoted(size)}",
                    argument=(name,),
                    origins=((x.value, axis),),
                    help=f"write `{{type: Lambda, function: '{self._cut()}'}}` to cut in a run"
                    if x.rank == 4
                    else "",
                )
        return result

    def _cut(self) -> str:
        """The expression that takes a corner of that size."""
        channels = "" if self.data_format == "channels_last" else ":, "
        return f"x[:, {channels}:{self.height}, :{self.width}]"
