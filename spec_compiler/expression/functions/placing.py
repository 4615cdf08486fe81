"""Functions of what lies where along an axis: entries moved on, beyond the ends, and in windows."""

from __future__ import annotations

from typing import Any, TypeGuard, cast

from spec_compiler.expression.function import (
    ANY,
    AXES,
    SHAPE,
    SHIFTS,
    SIZE,
    SOME_AXES,
    STEPS,
    TEXT,
    Function,
    axes_of,
    axis_of,
    of_x,
)
from spec_compiler.expression.indexing import taken
from spec_compiler.expression.operand import Context, Operand, Tensor, bounded
from spec_compiler.expression.size_values import size_value
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import Shape, Size, product, quoted
from spec_compiler.ir.graph import Value
from spec_compiler.refusals import Refusal

_MODES = ("constant", "reflect", "symmetric", "edge", "wrap")


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
        x = c.along(taken(c.b, x.value, places, at), x, at)
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
            f"a window of {quoted(extent)} does not fit axis {at} of size {quoted(n)}",
            within=c.blame["size"],
            origins=((x.value, at),),
            help="`pad` makes an axis longer",
        )
    count = floor_divide(n - extent + step, step)  # `n // 2` where they do not overlap
    begins = b.expand(_counted(b, count, step, 0), 1)
    places = b.add(begins, _counted(b, wide, apart, 0))
    value = taken(b, x.value, places, at)
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
            made = taken(c.b, x.value, _mirrored(c, x.shape[axis], before, after, mode, axis), axis)
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


PLACING: tuple[Function, ...] = (
    of_x(
        "roll",
        _roll,
        "entries moved on by `shift`, the last ones to the front; without `axis` as one axis",
        shift=SHIFTS,
        axis=AXES,
    ),
    of_x(
        "pad",
        _pad,
        "more entries before and after, a pair for each axis: `[[0, 0], [1, 2]]`; `mode` is "
        '`"constant"`, `"edge"`, `"reflect"`, `"symmetric"` or `"wrap"`, as in NumPy',
        widths=ANY,
        value=ANY.or_(None),
        mode=TEXT.or_("constant"),
    ),
    of_x(
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
