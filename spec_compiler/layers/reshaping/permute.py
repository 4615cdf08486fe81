"""Permute: the axes after the batch in another order."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.numbers import Axes
from spec_compiler.fixes import advise, write
from spec_compiler.ir.build import Builder
from spec_compiler.layers.base.interface import Masks, Rows
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.base.reordered import reordered
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal

_FROM_ONE = "axes count from 1, after the batch"


def _each_once(dims: tuple[int, ...]) -> tuple[int, ...]:
    wanted = list(range(1, len(dims) + 1))
    if sorted(dims) != wanted:
        fix = advise(_FROM_ONE)
        if sorted(dims) == list(range(len(dims))):
            own = dims[1:] if not dims[0] and len(dims) > 2 else [axis + 1 for axis in dims]
            fix = write(list(own), words=f"{_FROM_ONE}: write `{list(own)}`", safe=False)
        message = f"must hold each of {wanted} once, and it is {list(dims)}"
        raise refuse(message, "SPC0362", fix=fix)
    return dims


class Permute(Layer):
    """Reorder the axes after the batch.

    `[batch, …]` to the same sizes in the order of `dims`: `[2, 1]` swaps the two axes after the
    batch. Whole numbers stay whole. No weights. A mask ends here; `mask: pass` keeps one whose axes
    stay among the first. Source: Keras's Permute.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            "float32[batch, seq, 3]",
            {"dims": [2, 1]},
            gives="float32[batch, 3, seq]",
            equals="transpose(x, [0, 2, 1])",
        ),
        Example(
            "float32[batch, seq, 4, 2] mask",
            {"dims": [2, 1, 3], "mask": "pass"},
            gives="float32[batch, 4, seq, 2] mask",
            equals="transpose(x, [0, 2, 1, 3])",
            keeps="transpose(mask(x), [0, 2, 1])",
            why="the mask `[batch, seq, 4]` turns with the axes that it is for",
        ),
        Example("float32[batch, seq, 3] mask", {"dims": [2, 1], "mask": "pass"}, refuses="SPC0411"),
        Example("float32[batch, seq, 3]", {"dims": [0, 1]}, refuses="SPC0362"),
        Example("float32[batch, seq, 3]", {"dims": [1, 3, 2]}, refuses="SPC0362"),
    )

    masks: ClassVar[Masks] = Masks(provable=True)
    rows: ClassVar[Rows] = Rows.NEEDED

    dims: Annotated[Axes, AfterValidator(_each_once)]
    """For each axis of the result the axis that it was; the first axis after the batch is 1."""

    def lower(self, b: Builder, x: Signal) -> Signal:
        """See the class."""
        if len(self.dims) != x.rank - 1:
            raise Refusal(
                "SPC0362",
                f"`dims` orders {len(self.dims)} axes, and the input {x.value.type} has "
                f"{x.rank - 1} after the batch",
                argument=("dims",),
                help=f"write each of {list(range(1, x.rank))} once",
            )
        return reordered(x, b.transpose(b.kept(x.value), (0, *self.dims)))

    def carry_mask(self, b: Builder, result: Signal, /, x: Signal) -> Mask:
        """The mask in the new order, when its axes stay the first ones."""
        if x.mask is not None:
            masked = len(x.mask.value.shape)
            first = (0, *self.dims)[:masked]
            if sorted(first) == list(range(masked)):
                return Mask(b.transpose(x.mask.value, first), x.mask.origin)
        return super().carry_mask(b, result, x)
