"""Functions that put the entries of an axis in order: NaN is above all numbers."""

from __future__ import annotations

from spec_compiler.expression.function import (
    FLAG,
    SIZE,
    TENSOR,
    WHOLE,
    Function,
    axis_of,
    require_said,
)
from spec_compiler.expression.indexing import part
from spec_compiler.expression.operand import Context, Operand, Tensor
from spec_compiler.expression.size_values import size_value
from spec_compiler.ir.dims import Size
from spec_compiler.ir.graph import Value
from spec_compiler.refusals import Refusal


def _sort(c: Context, x: Tensor, axis: int, descending: bool) -> Tensor:
    x = c.numeric(x)
    require_said("sort", axis, x)
    at = axis_of(c, axis, x.rank)
    value = c.b.along("sort", x.value, at)
    return c.along(c.b.reverse(value, at) if descending else value, x, at)


def _argsort(c: Context, x: Tensor, axis: int, descending: bool) -> Tensor:
    x = c.numeric(x)
    require_said("argsort", axis, x)
    at = axis_of(c, axis, x.rank)
    return c.along(_order(c, x, at, descending), x, at)


def _order(c: Context, x: Tensor, at: int, descending: bool) -> Value:
    """The places of the entries in order; of equal ones the first comes first, both ways."""
    b = c.b
    if not descending:
        return b.along("argsort", x.value, at)
    # turned over before, too: so equal entries are turned twice
    places = b.reverse(b.along("argsort", b.reverse(x.value, at), at), at)
    last = b.subtract(size_value(b, x.shape[at], "int32"), 1)
    return b.subtract(last, places)


def _top_k(c: Context, x: Tensor, k: Size, axis: int) -> Operand:
    x = c.numeric(x)
    require_said("top_k", axis, x)
    at = axis_of(c, axis, x.rank)
    size = x.shape[at]
    if not c.b.require(size, ">=", k, f"top_k: the entries of axis {at}"):
        message = f"`top_k` takes {k} entries of axis {axis}, which has {size}"
        raise Refusal("SPC0301", message, within=c.blame["k"])
    places = part(c, c.along(_order(c, x, at, True), x, at), at, 0, k)
    values = c.b.take_along(x.value, places.value, at)
    return [c.along(values, x, at), places]


_ORDERED = {"x": TENSOR, "axis": WHOLE.or_(-1), "descending": FLAG.or_(False)}
ORDERING: tuple[Function, ...] = (
    Function(
        "sort",
        _ORDERED,
        _sort,
        does="entries from the least up, or from the largest down",
        gives="the dtype of `x`",
    ),
    Function(
        "argsort",
        _ORDERED,
        _argsort,
        does="the places of the entries in that order; of equal ones the first comes first",
        gives="`int32`",
    ),
    Function(
        "top_k",
        {"x": TENSOR, "k": SIZE, "axis": WHOLE.or_(-1)},
        _top_k,
        does="the `k` largest entries, `top_k(x, k)[0]`, and their places, `top_k(x, k)[1]`",
        gives="a list of two: the dtype of `x`, and `int32`",
    ),
)
