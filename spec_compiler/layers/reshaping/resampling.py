"""Axes of images with another number of entries, taken from where the old ones lie."""

from __future__ import annotations

from typing import Literal, TypeAlias

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, DType, widened

Interpolation: TypeAlias = Literal["nearest", "bilinear"]
"""What lies between entries: the nearest one, or a mean of two by their distances."""


def repeated(b: Builder, x: Value, counts: dict[int, int]) -> Value:
    """Each entry of some axes so many times."""
    apart, repeats, merged = list[Size](), list[Size](), list[Size]()
    for axis, size in enumerate(x.shape):
        count = counts.get(axis, 1)
        apart += [size, 1] if count > 1 else [size]
        repeats += [size, count] if count > 1 else [size]
        merged.append(size * count)
    return b.reshape(b.broadcast_to(b.reshape(x, (*apart,)), (*repeats,)), (*merged,))


def interpolated(b: Builder, x: Value, sizes: dict[int, Size]) -> Value:
    """Some axes in other sizes, by the mean of the two nearest entries; whole numbers are rounded.

    The entries lie in the middle of cells that share the length of the axis. Half precision and
    whole numbers are computed in float32, or in the dtype of the layer if that is wider.
    """
    y = b.cast(x, widened(b.policy.compute))
    for axis, size in sizes.items():
        if size != x.shape[axis]:
            y = _between(b, y, axis, size)
    return from_floats(b, y, x.dtype)


def from_floats(b: Builder, y: Value, dtype: DType) -> Value:
    """Results in the dtype of the input: whole numbers are rounded, floats are the layer's."""
    return b.compute(y) if dtype in FLOATS else b.cast(b.unary("round", y), dtype)


def nearest(b: Builder, x: Value, sizes: dict[int, Size]) -> Value:
    """Some axes in other sizes, by the entry in whose cell the new one has its middle.

    Where that is between two cells, rounding in float32 decides, as in Keras with torch.
    """
    for axis, size in sizes.items():
        if size != x.shape[axis]:
            middles = b.add(b.arange(size, "float32"), 0.5)
            at = b.multiply(middles, _ratio(b, x, axis, size, "float32"))
            x = _taken(b, x, axis, _at_most_last(b, x, axis, b.cast(at, "int64")))
    return x


def _between(b: Builder, x: Value, axis: int, size: Size) -> Value:
    middles = b.add(b.arange(size, x.dtype), 0.5)
    at = b.subtract(b.multiply(middles, _ratio(b, x, axis, size, x.dtype)), 0.5)
    at = b.maximum(at, 0)
    below = b.unary("floor", at)
    share = b.reshape(b.subtract(at, below), (size, *(1,) * (len(x.shape) - 1 - axis)))
    first = b.cast(below, "int64")
    one, other = (
        _taken(b, x, axis, _at_most_last(b, x, axis, place)) for place in (first, b.add(first, 1))
    )
    return b.add(b.multiply(one, b.subtract(1, share)), b.multiply(other, share))


def _ratio(b: Builder, x: Value, axis: int, size: Size, dtype: DType) -> Value | float:
    """How many old entries there are for each new one."""
    old = x.shape[axis]
    if isinstance(old, int) and isinstance(size, int):
        return old / size
    count = b.cast(b.size(b.arange(size, "int64"), (0,)), dtype)
    return b.divide(b.cast(b.size(x, (axis,)), dtype), b.maximum(count, 1))


def _at_most_last(b: Builder, x: Value, axis: int, places: Value) -> Value:
    return b.minimum(places, b.subtract(b.size(x, (axis,)), 1))


def _taken(b: Builder, x: Value, axis: int, places: Value) -> Value:
    """The entries of an axis at these places."""
    others = tuple(i for i in range(len(x.shape)) if i != axis)
    rows = b.take(b.transpose(x, (axis, *others)), places)
    return b.transpose(rows, (*range(1, axis + 1), 0, *range(axis + 1, len(x.shape))))
