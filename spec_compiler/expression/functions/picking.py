"""Functions that pick entries by whole numbers that are given."""

from __future__ import annotations

from spec_compiler.expression.function import (
    SHAPE,
    SIZE,
    TENSOR,
    WHOLE,
    Function,
    Parameter,
    axis_of,
    of_x,
)
from spec_compiler.expression.indexing import taken
from spec_compiler.expression.operand import Context, Operand, Tensor
from spec_compiler.expression.size_values import size_value
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.primitives.elementwise import broadcast_shapes
from spec_compiler.refusals import Refusal


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


def _gather(c: Context, x: Tensor, indices: Tensor, axis: int) -> Tensor:
    at = axis_of(c, axis, x.rank)
    places = _places(c, indices, indices.value, axis, x.shape[at], "gather")
    value = taken(c.b, x.value, places, at)
    rest, n = [i for i in range(x.rank) if i != at], indices.rank
    kept = [*rest[:at], *[None] * n, *rest[at:]]
    chosen = [None if not at <= i < at + n else i - at for i in range(len(kept))]
    return c.result(value, (x, kept), (indices, chosen))


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


def _segment_sum(c: Context, x: Tensor, ids: Tensor, count: Size) -> Tensor:
    """Where only `x` has a batch, each row has the same segments."""
    x, b = c.numeric(x), c.b
    if x.batch == 0 and ids.batch is None:
        ids = c.result(
            b.broadcast_to(ids.value, (x.shape[0], *ids.shape)), (ids, [None, *range(ids.rank)])
        )
    at = ids.rank - 1
    if at < 0 or x.rank <= at:
        message = f"`segment_sum` takes an id for each entry of `x`, {x.value.type}"
        raise Refusal("SPC0304", f"{message}, not {ids.value.type}", within=c.blame["ids"])
    if x.batch == at:
        raise Refusal(
            "SPC0358",
            f"`segment_sum` would add up the batch, axis {at} of {x.value.type}: rows would mix",
            within=c.blame["x"],
            help="ids have the axes of `x` up to the one that is summed: `[batch, n]`",
        )
    for axis in range(ids.rank):
        b.require_equal(
            x.shape[axis], ids.shape[axis], f"segment_sum: axis {axis} of `x` and `ids`"
        )
    outside = b.require_index(ids.value, 0, count, "segment_sum: the ids")
    if outside is not None:
        low, high, _ = b.range_of(ids.value)
        raise Refusal(
            "SPC0128",
            f"id {outside} is outside the {count} segments",
            within=c.blame["ids"],
            annotation=f"numbers from {low} to {high}",
        )
    parts = [_counted_along(b, ids, axis) for axis in range(at)]
    places = [*parts, b.expand(b.cast(ids.value, "int64"), ids.rank)]
    whole = b.concatenate(places, ids.rank) if parts else places[0]
    value = b.scatter_add(whole, x.value, (*x.shape[:at], count, *x.shape[at + 1 :]))
    kept = [None if axis == at else axis for axis in range(x.rank)]
    return c.result(value, (x, kept), (ids, [i if i < at else None for i in range(x.rank)]))


def _counted_along(b: Builder, ids: Tensor, axis: int) -> Value:
    """For each id its own place along an axis, as a last axis of size 1."""
    line = b.arange(ids.shape[axis], "int64")
    shape = tuple(ids.shape[axis] if i == axis else 1 for i in range(ids.rank + 1))
    return b.broadcast_to(b.reshape(line, shape), (*ids.shape, 1))


PICKING: tuple[Function, ...] = (
    of_x(
        "gather",
        _gather,
        "the entries of an axis that whole numbers name; negative ones count from the end",
        indices=INDICES,
        axis=WHOLE,
    ),
    of_x(
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
    Function(
        "segment_sum",
        {"x": TENSOR, "ids": INDICES, "count": SIZE},
        _segment_sum,
        does="the sums of the entries with each id from 0 to `count - 1`: `ids` has the first axes "
        "of `x`, and the last one is summed; without a batch it is the same for every row",
        gives="the dtype of `x`, for truth values `int32`; that axis has size `count`",
    ),
)
