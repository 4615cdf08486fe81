"""Functions that pick entries by whole numbers, which are given or follow from their places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard, cast

from spec_compiler.expression.function import (
    ANY,
    AXES,
    SHAPE,
    SHIFTS,
    SIZE,
    SOME_AXES,
    STEPS,
    TENSOR,
    TEXT,
    WHOLE,
    Function,
    Parameter,
    axes_of,
    axis_of,
)
from spec_compiler.expression.operand import Context, Operand, Tensor, bounded
from spec_compiler.expression.size_values import size_value
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import Shape, Size, product
from spec_compiler.ir.graph import Value
from spec_compiler.ir.primitives.elementwise import broadcast_shapes
from spec_compiler.refusals import Refusal

_MODES = ("constant", "reflect", "symmetric", "edge", "wrap")


def _indices(c: Context, operand: Operand) -> Tensor:
    x = c.tensor(operand)
    if not x.value.type.is_integer:
        raise Refusal(
            "SPC0126",
            f"an index is a whole number, not `{x.dtype}`",
            help='write `cast(…, "int32")`',
        )
    return x


INDICES = Parameter(_indices)


def _places(c: Context, indices: Tensor, part: Value, axis: int, size: Size, name: str) -> Value:
    """Indices into an axis, counted from the first entry, where they are not certainly outside.

    `part` of the indices is about the axis.
    """
    outside = c.b.require_index(part, -size, size, f"{name}: the indices of axis {axis}")
    if outside is not None:
        low, high, _ = c.b.range_of(part)
        raise Refusal(
            "SPC0128",
            f"index {outside} is outside axis {axis} of size {size}",
            within=c.blame["indices"],
            annotation=f"numbers from {low} to {high}",
        )
    return _from_the_first(c.b, part, size)


def _from_the_first(b: Builder, indices: Value, size: Size) -> Value:
    """Indices, of which negative ones count from the end, counted from the first entry.

    One that is outside stays as it is: the run names it.
    """
    if b.decided(b.range_of(indices).low, ">=", 0):
        return indices
    wide = b.cast(indices, "int64")  # in which `size` has a place
    entries = size_value(b, size, "int64")
    negative = b.binary("less", wide, 0)
    there = b.binary("greater_equal", wide, b.unary("negate", entries))
    return b.select(b.binary("logical_and", negative, there), b.add(wide, entries), wide)


def _taken(b: Builder, x: Value, places: Value, axis: int) -> Value:
    """The entries of an axis that places name; the axes of the places stand for it."""
    rank, n = len(x.shape), len(places.shape)
    rest = [i for i in range(rank) if i != axis]
    rows = b.take(b.transpose(x, (axis, *rest)), places)
    return b.transpose(rows, (*range(n, n + axis), *range(n), *range(n + axis, n + len(rest))))


def _gather(c: Context, x: Tensor, indices: Tensor, axis: int) -> Tensor:
    at = axis_of(c, axis, x.rank)
    places = _places(c, indices, indices.value, axis, x.shape[at], "gather")
    value = _taken(c.b, x.value, places, at)
    rest, n = [i for i in range(x.rank) if i != at], indices.rank
    taken = [*rest[:at], *[None] * n, *rest[at:]]
    chosen = [None if not at <= i < at + n else i - at for i in range(len(taken))]
    return c.result(value, (x, taken), (indices, chosen))


def _take_along(c: Context, x: Tensor, indices: Tensor, axis: int) -> Tensor:
    at = axis_of(c, axis, x.rank)
    if indices.rank != x.rank:
        raise Refusal(
            "SPC0304",
            f"`take_along_axis` takes indices of the rank of `x`, {x.rank}, not {indices.rank}",
            within=c.blame["indices"],
            help="`gather` takes the same entries everywhere",
        )
    places = _places(c, indices, indices.value, axis, x.shape[at], "take_along_axis")
    apart = [(*shape[:at], *shape[at + 1 :]) for shape in (x.shape, indices.shape)]
    others = broadcast_shapes(c.b, "take_along_axis", *apart)
    whole, at_each = (
        c.b.broadcast_to(value, (*others[:at], value.shape[at], *others[at:]))
        for value in (x.value, places)
    )
    value = c.b.take_along(whole, at_each, at)
    kept = [None if i == at else i for i in range(x.rank)]
    return c.result(value, (x, kept), (indices, range(x.rank)))


def _scatter(c: Context, indices: Tensor, values: Tensor, shape: Shape) -> Tensor:
    named = indices.shape[-1] if indices.rank else 0
    if not isinstance(named, int) or not 1 <= named <= len(shape):
        raise Refusal(
            "SPC0304",
            f"the last axis of `indices` has a number for each axis that is named, 1 to "
            f"{len(shape)}, not {named}",
            within=c.blame["indices"],
            help="write `indices[..., None]` where there is one",
        )
    b, last = c.b, indices.rank - 1
    parts = [indices.value]
    if named > 1:
        parts = [b.slice(indices.value, last, axis, axis + 1) for axis in range(named)]
    places = [
        b.cast(_places(c, indices, part, axis, size, "scatter"), "int64")
        for axis, (part, size) in enumerate(zip(parts, shape, strict=False))
    ]
    whole = places[0] if named == 1 else b.concatenate(places, last)
    value = b.scatter_add(whole, values.value, shape)
    left = len(shape) - named
    kept = [None] * named + [*range(values.rank - left, values.rank)]
    return c.result(value, (values, kept), (indices, [None] * len(shape)))


# --- by place ------------------------------------------------------------------------------------


def _counted(b: Builder, count: Size, step: int, first: Size) -> Value:
    """`count` numbers from `first` on, in steps."""
    numbers = b.arange(count, "int64")
    numbers = b.multiply(numbers, step) if step != 1 else numbers
    return b.add(numbers, size_value(b, first, "int64")) if first != 0 else numbers


def _roll(c: Context, x: Tensor, shift: Shape, axis: tuple[int, ...] | None) -> Tensor:
    if axis is None:
        flat = c.result(c.b.reshape(x.value, (product(x.shape),)), (x, [None]))
        rolled = _roll(c, flat, shift, (0,))
        return c.result(c.b.reshape(rolled.value, x.shape), (rolled, [None] * x.rank))
    axes = tuple(axis_of(c, at, x.rank) for at in axis)  # one may stand twice
    each = _for_each(c, shift, axes, "shift")
    for at, by in zip(axes, each, strict=True):
        size = size_value(c.b, x.shape[at], "int64")
        places = c.b.binary("remainder", _counted(c.b, x.shape[at], 1, -by), size)
        x = c.along(_taken(c.b, x.value, places, at), x, at)
    return x


def _for_each(c: Context, items: tuple[Any, ...], axes: tuple[int, ...], name: str) -> list[Any]:
    """One for each axis; a single one is for all."""
    if len(items) not in {1, len(axes)}:
        message = f"`{name}` has {len(items)} numbers for {len(axes)} axes"
        raise Refusal("SPC0126", message, within=c.blame.get(name))
    return [*(items if len(items) == len(axes) else items * len(axes))]


def _windows(
    c: Context, x: Tensor, axis: tuple[int, ...], size: Shape, stride: Any, dilation: Any
) -> Tensor:
    axes = axes_of(c, axis, x.rank)
    sizes = _for_each(c, size, axes, "size")
    steps = [
        _for_each(c, items, axes, name)
        for name, items in (("stride", stride), ("dilation", dilation))
    ]
    for at, wide, step, apart in zip(axes, sizes, *steps, strict=True):
        x = _along_windows(c, x, at, wide, step, apart)
    return x


def _along_windows(c: Context, x: Tensor, at: int, wide: Size, step: int, apart: int) -> Tensor:
    """Each window of an axis in the place of an entry; its own entries are the last axis."""
    b, n = c.b, x.shape[at]
    extent = bounded((wide - 1) * apart + 1)
    if not b.require(wide, ">=", 1, f"windows: the size along axis {at}"):
        raise Refusal("SPC0308", "a window has at least one entry", within=c.blame["size"])
    if not b.require(n, ">=", extent, f"windows: a window within axis {at}"):
        raise Refusal(
            "SPC0301",
            f"a window of {extent} does not fit axis {at} of size {n}",
            within=c.blame["size"],
            help="`pad` makes an axis longer",
        )
    count = floor_divide(n - extent + step, step)  # `n // 2` where they do not overlap
    begins = b.expand(_counted(b, count, step, 0), 1)
    places = b.add(begins, _counted(b, wide, apart, 0))
    value = _taken(b, x.value, places, at)
    order = (*range(at + 1), *range(at + 2, x.rank + 1), at + 1)
    kept = [None if i == at else i for i in range(x.rank)]
    return c.result(b.transpose(value, order), (x, [*kept, None]))


def _pad(c: Context, x: Tensor, widths: Operand, value: Operand, mode: str) -> Tensor:
    pairs = [pair for pair in widths if _is_pair(pair)] if isinstance(widths, list) else []
    if len(pairs) != x.rank:
        message = f"`pad` needs a pair such as `[1, 0]` for each of the {x.rank} axes"
        raise Refusal("SPC0126", message, within=c.blame["widths"])
    if mode not in _MODES:
        listed = ", ".join(f'"{name}"' for name in _MODES)
        raise Refusal("SPC0126", f"the modes are {listed}", within=c.blame["mode"])
    if mode != "constant" and value is not None:
        message = f'`value` is for the mode "constant", not for "{mode}"'
        raise Refusal("SPC0126", message, within=c.blame["value"])
    filled = c.tensor(0 if value is None else value, x.dtype)
    if filled.rank:
        raise Refusal("SPC0126", "one number belongs here", within=c.blame.get("value"))
    for axis, pair in enumerate(pairs):
        before, after = (SIZE.read(c, width) for width in pair)
        if before == 0 == after:
            continue
        if mode == "constant":
            parts = [
                x.value if width is None else _block(c.b, filled.value, x.shape, axis, width)
                for width in (before, None, after)
                if width != 0
            ]
            made = c.b.concatenate(parts, axis)
        else:
            made = _taken(
                c.b, x.value, _mirrored(c, x.shape[axis], before, after, mode, axis), axis
            )
        x = c.along(made, x, axis)
    return x


def _block(b: Builder, filled: Value, shape: Shape, axis: int, width: Size) -> Value:
    return b.broadcast_to(filled, (*shape[:axis], width, *shape[axis + 1 :]))


def _mirrored(c: Context, n: Size, before: Size, after: Size, mode: str, axis: int) -> Value:
    """Which entry stands at each place of an axis that goes on beyond its ends."""
    b = c.b
    if not b.require(n, ">=", 1, f"pad: axis {axis} must not be empty"):
        raise Refusal("SPC0134", f'`pad` with mode "{mode}" over axis {axis}, which has no entries')
    places = _counted(b, before + n + after, 1, -before)
    size = size_value(b, n, "int64")
    if mode == "edge":
        return b.minimum(b.maximum(places, 0), b.subtract(size, 1))
    if mode == "wrap":
        return b.binary("remainder", places, size)
    # up and down again: the ends stand once when it reflects, twice when it is symmetric
    last = b.subtract(b.multiply(size, 2), 2 if mode == "reflect" else 1)
    period = b.maximum(last, 1) if mode == "reflect" else b.add(last, 1)
    turned = b.binary("remainder", places, period)
    return b.minimum(turned, b.subtract(last, turned))


def _is_pair(item: Any) -> TypeGuard[list[Operand]]:
    return isinstance(item, list) and len(cast("list[Operand]", item)) == 2


def _picking(name: str, rule: Callable[..., Operand], does: str, **parameters: Any) -> Function:
    return Function(name, {"x": TENSOR, **parameters}, rule, does=does, gives="the dtype of `x`")


PICKING: tuple[Function, ...] = (
    _picking(
        "gather",
        _gather,
        "the entries of an axis that whole numbers name; negative ones count from the end",
        indices=INDICES,
        axis=WHOLE,
    ),
    _picking(
        "take_along_axis",
        _take_along,
        "the entries of an axis that whole numbers name, others at each place of the other axes",
        indices=INDICES,
        axis=WHOLE,
    ),
    Function(
        "scatter",
        {"indices": INDICES, "values": TENSOR, "shape": SHAPE},
        _scatter,
        does="zeros, with `values` added where the last axis of `indices` says, a number an axis",
        gives="the dtype of `values`; `shape`",
    ),
    _picking(
        "roll",
        _roll,
        "entries moved on by `shift`, the last ones to the front; without `axis` as one axis",
        shift=SHIFTS,
        axis=AXES,
    ),
    _picking(
        "pad",
        _pad,
        "more entries before and after, a pair for each axis: `[[0, 0], [1, 2]]`; `mode` is "
        '`"constant"`, `"edge"`, `"reflect"`, `"symmetric"` or `"wrap"`, as in NumPy',
        widths=ANY,
        value=ANY.or_(None),
        mode=TEXT.or_("constant"),
    ),
    _picking(
        "windows",
        _windows,
        "all windows of an axis, or of several, which lie `stride` apart; their entries, "
        "`dilation` apart, are new last axes",
        axis=SOME_AXES,
        size=SHAPE,
        stride=STEPS.or_((1,)),
        dilation=STEPS.or_((1,)),
    ),
)
