"""Concatenate: inputs joined along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from spec_compiler.declaring.numbers import WholeNumber
from spec_compiler.fixes import Fix, advise, put, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import quoted
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.interface import Masks, Passing, Ports, Several
from spec_compiler.layers.base.joined_masks import common_origin, over_all
from spec_compiler.layers.base.layer import Example, Layer
from spec_compiler.layers.merging.merge import (
    any_of,
    common_dtype,
    require_several,
)
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal


class Concatenate(Layer):
    """Join inputs along an axis.

    `float[batch, …, n]` each, to `float[batch, …, sum of n]`: ranks and all other axes are equal.
    No weights. Dtypes are brought together as in Add. Joined along an axis of the masks, the masks
    are joined with it, and an input without a mask counts as kept. Joined along a later axis, a
    step is kept where any input keeps it: beside an input without a mask that is every step, so
    the mask would be lost. With `mask: pass`, a step is kept where each input that has a mask keeps
    it. Source: Keras's Concatenate.
    """

    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            ("float32[batch, 8]", "float32[batch, 3]"),
            gives="float32[batch, 11]",
            equals="concat([x, y], axis=1)",
        ),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 3] mask"),
            gives="float32[batch, seq, 11] mask",
            equals="concat([x, y], axis=2)",
            keeps="mask(x) or mask(y)",
        ),
        Example(
            (
                "float32[batch, seq, 8] mask",
                "float32[batch, seq, 3]",
                "float32[batch, seq, 2] mask",
            ),
            {"mask": "pass"},
            gives="float32[batch, seq, 13] mask",
            equals="concat([x, y, z], axis=2)",
            keeps="mask(x) and mask(z)",
        ),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, seq, 3]"),
            refuses="SPC0410",
            why="Keras would keep every step",
        ),
        Example(
            ("float32[batch, seq, 8] mask", "float32[batch, 2, 8]"),
            {"axis": 1},
            gives="float32[batch, seq + 2, 8] mask",
            equals="concat([x, y], axis=1)",
            keeps='concat([mask(x), ones([batch, 2], "bool")], axis=1)',
            why="the masks are joined in time",
        ),
        Example(
            ("int32[batch, 2]", "int32[batch, 3]"),
            gives="int32[batch, 5]",
            equals="concat([x, y], axis=1)",
        ),
        Example(
            ("float32[batch, 8]", "float32[batch, 8]"),
            {"axis": 0},
            refuses="SPC0341",
            why="axis 0 is the batch",
        ),
        Example(("float32[batch, 2, 8]", "float32[batch, 3, 8]"), refuses="SPC0342"),
        Example(("float32[batch, 8]", "float32[batch, 2, 8]"), refuses="SPC0342"),
    )

    ports: ClassVar[Ports] = Several()
    masks: ClassVar[Masks] = Masks(passes=Passing.JOINED, provable=True)

    axis: WholeNumber = -1
    """The axis to join along, the batch counted as 0; negative ones count from the last."""

    def lower(self, b: Builder, *xs: Signal) -> Signal:
        """See the class."""
        require_several(xs, "Concatenate")
        at = self._axis_of(xs[0])
        for i, x in enumerate(xs[1:], 1):
            _require_same_sides(b, xs[0], x, i, at)
        dtype = common_dtype(b, xs)
        joined = b.concatenate([b.cast(x.value, dtype) for x in xs], at)
        return Signal(joined, _joined_mask(b, xs, at))

    def carry_mask(self, b: Builder, result: Signal, /, *xs: Signal) -> Mask:
        """Kept where each input that has a mask keeps it."""
        masked = [x for x in xs if x.mask is not None]
        masks = [x.mask for x in masked if x.mask is not None]
        rank = max(mask.value.type.rank for mask in masks)
        kept = over_all(b, "logical_and", [_spread(b, x, rank) for x in masked])
        return Mask(kept, common_origin(b, masks))

    def _axis_of(self, x: Signal) -> int:
        axis, rank = self.axis, x.rank
        if -rank <= axis < rank and axis % rank:
            return axis % rank
        batch = axis in (0, -rank)
        reason = "is the batch" if batch else f"is not an axis of rank {rank}"
        raise Refusal(
            "SPC0341",
            f"Concatenate cannot join along axis {axis}: it {reason}",
            argument=("axis",),
            related=((("from", 0), str(x.value.type)),),
            fix=write(rank - 1, words=f"the last axis is {rank - 1}", safe=False)
            if rank > 1
            else advise("give the inputs an axis after the batch first"),
        )


def _require_same_sides(b: Builder, first: Signal, x: Signal, i: int, at: int) -> None:
    """All axes but the joined one must be equal."""
    if x.rank != first.rank:
        raise Refusal(
            "SPC0342",
            f"Concatenate needs inputs of one rank: input 0 has rank {first.rank}, "
            f"input {i} has rank {x.rank}",
            argument=("from", i),
            annotation=str(x.value.type),
            related=((("from", 0), str(first.value.type)),),
        )
    for axis, (wanted, size) in enumerate(zip(first.shape, x.shape, strict=True)):
        why = f"Concatenate: axis {axis} of inputs 0 and {i}"
        if axis != at and not b.require(wanted, "==", size, why):
            raise Refusal(
                "SPC0342",
                f"Concatenate along axis {at} needs axis {axis} to be equal: "
                f"it is {quoted(wanted)} in input 0 and {quoted(size)} in input {i}",
                argument=("from", i),
                annotation=f"axis {axis} is {quoted(size)}",
                origins=((first.value, axis), (x.value, axis)),
                fix=_only_other(b, first, x),
            )


def _only_other(b: Builder, first: Signal, x: Signal) -> Fix | None:
    """The axis to join along, where it is the only one in which two inputs differ."""
    pairs = enumerate(zip(first.shape, x.shape, strict=True))
    differ = [axis for axis, pair in pairs if b.decided(pair[0], "==", pair[1]) is False]
    if len(differ) != 1 or not differ[0]:
        return None
    words = f"they differ in axis {differ[0]} alone: `axis: {differ[0]}` joins along it"
    return put("axis", differ[0], words=words).on()


def _joined_mask(b: Builder, xs: Sequence[Signal], at: int) -> Mask | None:
    masks = [x.mask for x in xs if x.mask is not None]
    if not masks:
        return None
    rank = max(mask.value.type.rank for mask in masks)
    spread = [_spread(b, x, rank) for x in xs]
    if at < rank:
        return Mask(b.concatenate(spread, at), common_origin(b, masks))
    return Mask(any_of(b, spread), common_origin(b, masks), spoilt=len(masks) < len(xs))


def _spread(b: Builder, x: Signal, rank: int) -> Value:
    """The mask of an input over its first `rank` axes; all true where there is none."""
    shape = x.shape[:rank]
    if x.mask is None:
        return b.full(True, "bool", shape)
    mask = x.mask.value
    level = b.reshape(mask, (*mask.shape, *(1,) * (rank - len(mask.shape))))
    return b.broadcast_to(level, shape)
