"""What merging layers share: one dtype, broadcasting after the batch axis, the union of masks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size, quoted
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, ITEMSIZE, SIGNED, UNSIGNED, DType
from spec_compiler.layers.base.interface import Masks, Passing, Ports, Several
from spec_compiler.layers.base.joined_masks import common_origin, over_all
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal


class Merge(Layer):
    """A layer that combines its inputs element by element."""

    ports: ClassVar[Ports] = Several()
    masks: ClassVar[Masks] = Masks(passes=Passing.EVERY, provable=True)

    def carry_mask(self, b: Builder, result: Signal, /, *xs: Signal) -> Mask:
        """Kept where each masked input keeps it: what the others bring to padding is padding."""
        masks = [_raised_mask(b, x, x.mask, result.rank) for x in xs if x.mask is not None]
        kept = over_all(b, "logical_and", [mask.value for mask in masks])
        shape = result.shape[: len(kept.shape)]
        return Mask(b.broadcast_to(kept, shape), common_origin(b, masks))


def require_several(xs: Sequence[Signal], layer: str) -> None:
    """Refuse a merge of fewer than two inputs."""
    if len(xs) < 2:
        raise Refusal(
            "SPC0340",
            f"{layer} needs two inputs or more, and it has {len(xs)}",
            argument=("from",),
            help="name them in a list: `from: [a, b]`",
        )


def require_two(xs: Sequence[Signal], layer: str) -> tuple[Signal, Signal]:
    """The two inputs of a layer that takes just two."""
    if len(xs) != 2:
        raise Refusal(
            "SPC0350",
            f"{layer} takes two inputs, and it has {len(xs)}",
            argument=("from",),
            help="name them in a list: `from: [a, b]`",
        )
    return xs[0], xs[1]


def common_dtype(b: Builder, xs: Iterable[Signal]) -> DType:
    """The dtype that all inputs can be cast to.

    The layer's own as soon as one of them is floating; otherwise the smallest whole-number dtype
    that holds the values of each, or `bool` when all are. `uint64` beside a signed dtype has none,
    and is computed in the layer's dtype.
    """
    dtypes: set[DType] = {x.dtype for x in xs}
    if dtypes & FLOATS:
        return b.policy.compute
    if len(dtypes) == 1:
        return dtypes.pop()
    family = SIGNED if dtypes & SIGNED else UNSIGNED
    needed = max(ITEMSIZE[x] * (2 if x in UNSIGNED - family else 1) for x in dtypes - {"bool"})
    for dtype in family:
        if ITEMSIZE[dtype] == needed:
            return dtype
    return b.policy.compute


def aligned(
    b: Builder, xs: Sequence[Signal], layer: str, dtype: DType | None = None
) -> tuple[list[Value], Shape]:
    """The inputs in one dtype and one rank, and the shape that they have together.

    An input of lower rank gets axes of size 1 after the batch axis.

    Args:
        b: The builder.
        xs: The inputs, as the layer got them.
        layer: The kind of layer, for messages.
        dtype: What to cast them to; default: their common dtype.

    Raises:
        Refusal: two inputs do not broadcast.
    """
    dtype = dtype or common_dtype(b, xs)
    rank = max(x.rank for x in xs)
    shape = _together(b, xs, rank, layer)
    values = [b.reshape(b.cast(x.value, dtype), _raised(x.shape, rank)) for x in xs]
    return values, shape


def union(b: Builder, xs: Sequence[Signal], shape: Shape) -> Mask | None:
    """The mask of an elementwise result: kept where any input is kept.

    None as soon as one input has no mask. A mask with fewer axes than another holds for all entries
    of the axes that it lacks.

    Args:
        b: The builder.
        xs: The inputs, as the layer got them.
        shape: The shape of the result.
    """
    masks = [_raised_mask(b, x, x.mask, len(shape)) for x in xs if x.mask is not None]
    if len(masks) < len(xs):
        return None
    kept = any_of(b, [mask.value for mask in masks])
    return Mask(b.broadcast_to(kept, shape[: len(kept.shape)]), common_origin(b, masks))


def kept_entries(b: Builder, x: Signal, rank: int) -> Value | None:
    """Where an input aligned to `rank` keeps its entries, to be broadcast; None without a mask."""
    return None if x.mask is None else _raised_mask(b, x, x.mask, rank).over(b, rank)


def any_of(b: Builder, masks: Iterable[Value]) -> Value:
    """Where any of the masks is true."""
    return over_all(b, "logical_or", masks)


def _raised(shape: Shape, rank: int) -> Shape:
    """A shape of a higher rank: axes of size 1 after the batch axis."""
    return (*shape[:1], *(1,) * (rank - len(shape)), *shape[1:])


def _raised_mask(b: Builder, x: Signal, mask: Mask, rank: int) -> Mask:
    """The mask of `x` after the axes of size 1 that raise `x` to `rank`."""
    shape = mask.value.type.shape
    return replace(mask, value=b.reshape(mask.value, _raised(shape, len(shape) + rank - x.rank)))


def _together(b: Builder, xs: Sequence[Signal], rank: int, layer: str) -> Shape:
    """The broadcast shape of the inputs, raised to `rank`."""
    shapes = [_raised(x.shape, rank) for x in xs]
    sizes: list[Size] = list(shapes[0])
    givers = [0] * rank
    for i, shape in enumerate(shapes):
        for axis, size in enumerate(shape):
            giver = givers[axis]
            why = f"{layer}: axis {axis} of inputs {giver} and {i}"
            try:
                together = b.broadcast(sizes[axis], size, why)
            except Refusal:
                at = axis - rank if axis else 0
                raise _conflict(layer, xs, (giver, sizes[axis]), (i, size), at) from None
            if together != sizes[axis]:
                sizes[axis], givers[axis] = together, i
    return tuple(sizes)


def _conflict(
    layer: str, xs: Sequence[Signal], left: tuple[int, Size], right: tuple[int, Size], axis: int
) -> Refusal:
    """The refusal of two inputs, each with its size of an axis: 0, or counted from the last."""
    (i, wanted), (j, size) = left, right
    one_rank = xs[i].rank == xs[j].rank
    shown = axis % xs[i].rank if one_rank else axis
    hint = "" if one_rank else "; an input of lower rank gets axes of size 1 after the batch"
    return Refusal(
        "SPC0303",
        f"{layer} cannot combine axis {shown}: it is {quoted(wanted)} in input {i} "
        f"and {quoted(size)} in input {j}",
        argument=("from", j),
        annotation=str(xs[j].value.type),
        related=((("from", i), str(xs[i].value.type)),),
        origins=((xs[i].value, axis), (xs[j].value, axis)),
        help=f"sizes must be equal, or one of them 1{hint}",
    )
