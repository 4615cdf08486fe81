"""Functions that move, join and repeat elements."""

from __future__ import annotations

from typing import Any

from spec_compiler.expression.function import (
    AXES,
    OPEN_SHAPE,
    SHAPE,
    SIZE,
    SOME_AXES,
    TENSOR,
    TENSORS,
    WHOLE,
    Function,
    axes_of,
    axis_of,
    of_x,
)
from spec_compiler.expression.indexing import expanded, part
from spec_compiler.expression.operand import Context, Tensor
from spec_compiler.ir.dim_operations import floor_divide, remainder
from spec_compiler.ir.dims import Shape, Size, product, quoted
from spec_compiler.ir.primitives.elementwise import broadcast_shapes
from spec_compiler.refusals import Refusal

MOST_PARTS = 1000


def _reshape(c: Context, x: Tensor, shape: tuple[Size | None, ...]) -> Tensor:
    if shape.count(None) > 1:
        raise Refusal("SPC0126", "-1 may stand once in a shape", within=c.blame["shape"])
    known = product(tuple(size for size in shape if size is not None))
    rest: Size = 1
    if None in shape:
        total = product(x.shape)
        if known == 0 or (isinstance(remainder(total, known), int) and remainder(total, known)):
            raise Refusal(
                "SPC0301",
                f"{quoted(total)} elements do not divide into rows of {quoted(known)}",
                within=c.blame["shape"],
            )
        c.b.require(known, "!=", 0, "reshape: beside -1 no size may be 0")
        rest = floor_divide(total, known)
    full = tuple(rest if size is None else size for size in shape)
    return _reshaped(c, x, full)


def _reshaped(c: Context, x: Tensor, shape: Shape) -> Tensor:
    same = 0
    while same < min(x.rank, len(shape)) and x.shape[same] == shape[same]:
        same += 1
    axes = [axis if axis < same else None for axis in range(len(shape))]
    return c.result(c.b.reshape(x.value, shape), (x, axes))


def _flatten(c: Context, x: Tensor) -> Tensor:
    if x.rank < 2:
        return _reshape(c, x, (None,))
    return _reshaped(c, x, (x.shape[0], product(x.shape[1:])))


def _transpose(c: Context, x: Tensor, axes: tuple[int, ...] | None) -> Tensor:
    order = tuple(reversed(range(x.rank))) if axes is None else axes
    found = tuple(axis_of(c, axis, x.rank, "axes") for axis in order)
    if sorted(found) != list(range(x.rank)):
        raise Refusal(
            "SPC0131",
            f"`transpose` needs each of the {x.rank} axes once",
            within=c.blame.get("axes"),
        )
    return c.result(c.b.transpose(x.value, found), (x, found))


def _swap(c: Context, x: Tensor, first: int, second: int) -> Tensor:
    order = list(range(x.rank))
    i, j = axis_of(c, first, x.rank, "axis1"), axis_of(c, second, x.rank, "axis2")
    order[i], order[j] = j, i
    return c.result(c.b.transpose(x.value, tuple(order)), (x, order))


def _expand(c: Context, x: Tensor, axis: tuple[int, ...]) -> Tensor:
    for at in sorted(axes_of(c, axis, x.rank + len(axis))):
        x = expanded(c, x, at)
    return x


def _squeeze(c: Context, x: Tensor, axis: tuple[int, ...] | None) -> Tensor:
    axes = tuple(i for i, size in enumerate(x.shape) if size == 1)
    if axis is not None:
        axes = axes_of(c, axis, x.rank)
        for at in axes:
            c.b.require_equal(x.shape[at], 1, f"squeeze: axis {at}")
            x = part(c, x, at, 0, 1)  # from here on its size is known
    kept = [i for i in range(x.rank) if i not in axes]
    return c.result(c.b.reshape(x.value, tuple(x.shape[i] for i in kept)), (x, kept))


def _concat(c: Context, xs: list[Tensor], axis: int) -> Tensor:
    at = axis_of(c, axis, xs[0].rank)
    value = c.b.concatenate([x.value for x in xs], at)
    axes = [None if i == at else i for i in range(xs[0].rank)]
    return c.result(value, *((x, axes) for x in xs))


def _stack(c: Context, xs: list[Tensor], axis: int) -> Tensor:
    at = axis_of(c, axis, xs[0].rank + 1)
    other = next((x.rank for x in xs if x.rank != xs[0].rank), None)
    if other is not None:
        raise Refusal("SPC0304", f"`stack` takes one rank, not {xs[0].rank} and {other}")
    new = [expanded(c, x, min(at, x.rank)) for x in xs]
    axes = [None if i == at else i for i in range(new[0].rank)]
    return c.result(c.b.concatenate([x.value for x in new], at), *((x, axes) for x in new))


def _tile(c: Context, x: Tensor, repeats: Shape) -> Tensor:
    rank = max(x.rank, len(repeats))
    shape = (*(1,) * (rank - x.rank), *x.shape)
    times = (*(1,) * (rank - len(repeats)), *repeats)
    b = c.b
    apart = b.reshape(x.value, tuple(part for size in shape for part in (1, size)))
    pairs = zip(times, shape, strict=True)
    wide = b.broadcast_to(apart, tuple(part for pair in pairs for part in pair))
    whole = tuple(n * size for n, size in zip(times, shape, strict=True))
    new = rank - x.rank
    axes = [i - new if i >= new and n == 1 else None for i, n in enumerate(times)]
    return c.result(b.reshape(wide, whole), (x, axes))


def _flip(c: Context, x: Tensor, axis: tuple[int, ...] | None) -> Tensor:
    for at in axes_of(c, axis, x.rank):
        x = c.along(c.b.reverse(x.value, at), x, at)
    return x


def _broadcast(c: Context, x: Tensor, shape: Shape) -> Tensor:
    if len(shape) < x.rank:
        raise Refusal("SPC0303", f"rank {x.rank} does not broadcast to rank {len(shape)}")
    broadcast_shapes(c.b, "broadcast_to", x.shape, shape)
    return c.elementwise(c.b.broadcast_to(x.value, shape), x)


def _repeat(c: Context, x: Tensor, repeats: Size, axis: int) -> Tensor:
    at = axis_of(c, axis, x.rank)
    apart = expanded(c, x, at + 1)
    wide = c.b.broadcast_to(apart.value, (*x.shape[: at + 1], repeats, *x.shape[at + 1 :]))
    shape = (*x.shape[:at], x.shape[at] * repeats, *x.shape[at + 1 :])
    return c.along(c.b.reshape(wide, shape), x, at)


def _split(c: Context, x: Tensor, parts: int, axis: int) -> list[Any]:
    at = axis_of(c, axis, x.rank)
    size = x.shape[at]
    if parts < 1 or parts > MOST_PARTS:
        message = f"`split` makes 1 to {MOST_PARTS} parts, not {parts}"
        raise Refusal("SPC0126", message, within=c.blame["parts"])
    if not c.b.require(remainder(size, parts), "==", 0, f"split: axis {axis} into {parts} parts"):
        raise Refusal(
            "SPC0301",
            f"the {quoted(size)} entries of axis {at} do not divide into {parts} equal parts",
            origins=((x.value, at),),
        )
    each = floor_divide(size, parts)
    return [part(c, x, at, each * i, each * (i + 1)) for i in range(parts)]


MOVING: tuple[Function, ...] = (
    of_x("reshape", _reshape, "the same elements; -1 is the size that is left", shape=OPEN_SHAPE),
    of_x("flatten", _flatten, "all axes but the batch as one"),
    of_x("transpose", _transpose, "axis `i` is `axes[i]` of `x`; without it reversed", axes=AXES),
    of_x("swapaxes", _swap, "two axes in each other's place", axis1=WHOLE, axis2=WHOLE),
    of_x(
        "expand",
        _expand,
        "a new axis of size 1 at each `axis` of the result; `expand_dims` is the same",
        axis=SOME_AXES,
    ),
    of_x("squeeze", _squeeze, "without the axes of size 1, or without `axis`", axis=AXES),
    of_x("broadcast_to", _broadcast, "repeated to `shape` as NumPy broadcasts", shape=SHAPE),
    of_x("tile", _tile, "repeated whole, as often as is said for each axis", repeats=SHAPE),
    of_x("repeat", _repeat, "each entry of an axis so many times", repeats=SIZE, axis=WHOLE),
    of_x("flip", _flip, "entries from the last to the first; without `axis` of all", axis=AXES),
    Function(
        "split",
        {"x": TENSOR, "parts": WHOLE, "axis": WHOLE},
        _split,
        does="equal parts of an axis: `split(x, 2, axis=-1)[0]`",
        gives="a list of tensors",
    ),
    Function(
        "concat",
        {"xs": TENSORS, "axis": WHOLE},
        _concat,
        does="tensors one after the other along an axis; `concatenate` is the same",
        gives="the dtype of all together",
    ),
    Function(
        "stack",
        {"xs": TENSORS, "axis": WHOLE.or_(0)},
        _stack,
        does="tensors of one shape along a new axis",
        gives="the dtype of all together",
    ),
)
