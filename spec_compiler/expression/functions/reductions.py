"""Functions along axes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from spec_compiler.expression.function import (
    AXES,
    FLAG,
    OPERANDS,
    TENSOR,
    TEXT,
    WHOLE,
    Function,
    axes_of,
    axis_of,
    require_said,
)
from spec_compiler.expression.operand import Context, Tensor
from spec_compiler.expression.products import dot, einsum, matmul
from spec_compiler.ir.composites.softmaxes import LogSoftmax, Softmax
from spec_compiler.ir.graph import Value
from spec_compiler.ir.primitives.contraction import AxisNumbers
from spec_compiler.refusals import Refusal

_OVER = {"x": TENSOR, "axis": AXES, "keepdims": FLAG.or_(False)}


def _reduced(c: Context, value: Value, x: Tensor, axes: AxisNumbers, keepdims: bool) -> Tensor:
    kept = [
        None if axis in axes else axis for axis in range(x.rank) if keepdims or axis not in axes
    ]
    # the batch that is gone is no batch of size 1: what is left is the same for every row
    rows = replace(x, batch=None) if x.batch in axes else x
    return c.result(value, (rows, kept))


def _reduction(
    name: str,
    prepared: Callable[[Context, Tensor], Tensor],
    does: str,
    *,
    some: bool = False,
) -> Function:
    """A reduction; `some` asks for at least one entry."""

    def rule(c: Context, x: Tensor, axis: AxisNumbers | None, keepdims: bool) -> Tensor:
        x = prepared(c, x)
        axes = axes_of(c, axis, x.rank)
        if some:
            _not_empty(c, name, x, axes)
        if not axes:
            return x
        value = c.b.reduce(name, x.value, axes, keepdims=keepdims)
        return _reduced(c, value, x, axes, keepdims)

    gives = "`bool`" if prepared is _boolean else "the dtype of `x`, for truth values `int32`"
    return Function(name, _OVER, rule, does=does, gives=gives)


def _not_empty(c: Context, name: str, x: Tensor, axes: AxisNumbers) -> None:
    for axis in axes:
        if not c.b.require(x.shape[axis], ">=", 1, f"{name}: axis {axis} must not be empty"):
            raise Refusal("SPC0134", f"`{name}` over axis {axis}, which has no entries")


def _boolean(c: Context, x: Tensor) -> Tensor:
    if x.dtype != "bool":
        raise Refusal(
            "SPC0126",
            f"truth values belong here, not `{x.dtype}`",
            within=c.blame["x"],
            help="compare first: `x != 0`",
        )
    return x


def _mean(c: Context, x: Tensor, axis: AxisNumbers | None, keepdims: bool) -> Tensor:
    x = c.floating(x)
    axes = axes_of(c, axis, x.rank)
    _not_empty(c, "mean", x, axes)
    if not axes:
        return x
    total = c.b.reduce("sum", x.value, axes, keepdims=keepdims)
    sizes = [x.shape[at] for at in axes]
    count = 1
    for size in sizes:
        count = count * size if isinstance(size, int) else 0
    number = count or c.b.cast(c.b.size(x.value, axes), x.dtype)
    return _reduced(c, c.b.divide(total, number), x, axes, keepdims)


def _variance(c: Context, x: Tensor, axis: AxisNumbers | None, keepdims: bool) -> Tensor:
    x = c.floating(x)
    center = _mean(c, x, axis, True)
    away = c.elementwise(c.b.subtract(x.value, center.value), x, center)
    return _mean(c, c.elementwise(c.b.multiply(away.value, away.value), away), axis, keepdims)


def _deviation(c: Context, x: Tensor, axis: AxisNumbers | None, keepdims: bool) -> Tensor:
    variance = _variance(c, x, axis, keepdims)
    return c.elementwise(c.b.unary("sqrt", variance.value), variance)


def _norm(c: Context, x: Tensor, axis: AxisNumbers | None, keepdims: bool) -> Tensor:
    x, b = c.floating(x), c.b
    axes = axes_of(c, axis, x.rank)
    total = b.multiply(x.value, x.value)
    if axes:
        total = b.reduce("sum", total, axes, keepdims=keepdims)
    return _reduced(c, b.unary("sqrt", total), x, axes, keepdims)


def _normalized(name: str, of: type[Softmax | LogSoftmax], does: str) -> Function:
    """A function after which the shares along the axes add up to 1."""

    def rule(c: Context, x: Tensor, axis: AxisNumbers | int | None) -> Tensor:
        x = c.floating(x)
        require_said(name, axis, x)
        axes = axes_of(c, (axis,) if isinstance(axis, int) else axis, x.rank)
        _not_empty(c, name, x, axes)
        value = c.b.compose(of(axes), x.value)
        for at in axes:
            x = c.meeting(value, x, at)
        return x if axes else c.elementwise(value, x)

    parameters = {"x": TENSOR, "axis": AXES.or_(-1)}
    return Function(name, parameters, rule, does=does, gives="floating")


def _log_sum_exp(c: Context, x: Tensor, axis: AxisNumbers | None, keepdims: bool) -> Tensor:
    """Shifted by the largest, so that nothing overflows; a largest of -inf is no shift."""
    x, b = c.floating(x), c.b
    axes = axes_of(c, axis, x.rank)
    _not_empty(c, "logsumexp", x, axes)
    if not axes:
        return x
    largest = b.reduce("max", x.value, axes, keepdims=True)
    finite = b.binary("less", b.unary("abs", largest), math.inf)
    shift = b.select(finite, largest, 0.0)
    away = b.unary("exp", b.subtract(x.value, shift))
    total = b.add(b.unary("log", b.reduce("sum", away, axes, keepdims=True)), shift)
    whole = _reduced(c, total, x, axes, True)
    if keepdims:
        return whole
    kept = [at for at in range(x.rank) if at not in axes]
    return c.result(b.reshape(total, tuple(x.shape[at] for at in kept)), (whole, kept))


def _arg(name: str) -> Function:
    def rule(c: Context, x: Tensor, axis: int, keepdims: bool) -> Tensor:
        x = c.numeric(x)
        at = axis_of(c, axis, x.rank)
        _not_empty(c, name, x, (at,))
        value = c.b.along(name, x.value, at)
        if keepdims:
            value = c.b.expand(value, at)
        return _reduced(c, value, x, (at,), keepdims)

    return Function(
        name,
        {"x": TENSOR, "axis": WHOLE, "keepdims": FLAG.or_(False)},
        rule,
        does=f"the first place of the {'largest' if name == 'argmax' else 'smallest'} entry",
        gives="`int32`",
    )


def _running(name: str, operation: str, does: str) -> Function:
    def rule(c: Context, x: Tensor, axis: int) -> Tensor:
        x = c.numeric(x)
        at = axis_of(c, axis, x.rank)
        return c.meeting(c.b.along(operation, x.value, at), x, at)

    return Function(name, {"x": TENSOR, "axis": WHOLE}, rule, does=does, gives="the dtype of `x`")


def _over(name: str, rule: Callable[..., Tensor], does: str) -> Function:
    return Function(name, _OVER, rule, does=does, gives="floating")


REDUCTIONS: tuple[Function, ...] = (
    _reduction("sum", Context.numeric, "the sum; of no entries 0"),
    _reduction("prod", Context.numeric, "the product; of no entries 1"),
    _reduction("max", Context.numeric, "the largest entry", some=True),
    _reduction("min", Context.numeric, "the smallest entry", some=True),
    _reduction("any", _boolean, "whether one is true"),
    _reduction("all", _boolean, "whether all are true"),
    _over("mean", _mean, "the mean"),
    _over("var", _variance, "the variance, the mean of squares of what is off the mean"),
    _over("std", _deviation, "the square root of the variance"),
    _over("logsumexp", _log_sum_exp, "`log(sum(exp(x)))` that does not overflow"),
    _over("norm", _norm, "the Euclidean length, the square root of the sum of squares"),
    _normalized("softmax", Softmax, "`exp(x) / sum(exp(x))` along the axes together"),
    _normalized("log_softmax", LogSoftmax, "`log(softmax(x))`, exact where that is 0"),
    _arg("argmax"),
    _arg("argmin"),
    _running("cumsum", "cumulative_sum", "the sum of all entries so far"),
    _running("cumprod", "cumulative_prod", "the product of all entries so far"),
)

_TOGETHER = "the dtype of all together"
PRODUCTS: tuple[Function, ...] = (
    Function(
        "matmul",
        {"x": TENSOR, "y": TENSOR},
        matmul,
        does="products of matrices, the same as `x @ y`",
        gives=_TOGETHER,
    ),
    Function(
        "dot",
        {"x": TENSOR, "y": TENSOR},
        dot,
        does="the last axis of `x` with the last but one of `y`, then all others",
        gives=_TOGETHER,
    ),
    Function(
        "einsum",
        {"equation": TEXT, "operands": OPERANDS},
        einsum,
        does='any number of tensors by labels, from the left: `einsum("bij,bjk->bik", x, y)`',
        gives=_TOGETHER,
    ),
)
