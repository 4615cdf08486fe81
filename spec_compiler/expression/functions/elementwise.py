"""Functions of each element; of plain numbers they are numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from spec_compiler.expression.function import ANY, DTYPE, TENSOR, Function
from spec_compiler.expression.operand import Context, Operand, Tensor, bounded
from spec_compiler.ir import dim_operations
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Dim, Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, DType
from spec_compiler.refusals import Refusal


def _floating(
    name: str, number: Callable[[float], float], lower: Callable[[Builder, Value], Value], does: str
) -> Function:
    """A function that computes in floating point."""

    def rule(c: Context, x: Operand) -> Operand:
        if isinstance(x, int | float) and not isinstance(x, bool):
            return _on_number(name, number, x)
        tensor = c.floating(x)
        return c.elementwise(lower(c.b, tensor.value), tensor)

    return Function(name, {"x": ANY}, rule, does=does, gives="floating")


def _whole(
    name: str,
    number: Callable[[float], float],
    lower: Callable[[Builder, Value], Value],
    does: str,
    *,
    trivial: bool = False,
) -> Function:
    """A function that keeps whole numbers whole; `trivial` leaves them as they are."""

    def rule(c: Context, x: Operand) -> Operand:
        if isinstance(x, int | float) and not isinstance(x, bool):
            return _on_number(name, number, x)
        tensor = c.numeric(x)
        if trivial and tensor.dtype not in FLOATS:
            return tensor
        return c.elementwise(lower(c.b, tensor.value), tensor)

    return Function(name, {"x": ANY}, rule, does=does, gives="the dtype of `x`")


def _on_number(name: str, function: Callable[[float], float], x: float) -> float:
    try:
        return bounded(function(x))
    except (ValueError, ZeroDivisionError):
        raise Refusal("SPC0122", f"`{name}({x})` is not a number") from None
    except OverflowError:
        raise Refusal("SPC0122", "a number beyond the largest float64") from None


def _emit(operation: str) -> Callable[[Builder, Value], Value]:
    return lambda b, x: b.unary(operation, x)


def _rsqrt(b: Builder, x: Value) -> Value:
    return b.divide(1.0, b.unary("sqrt", x))


def _ceil(b: Builder, x: Value) -> Value:
    return b.unary("negate", b.unary("floor", b.unary("negate", x)))


def _square(b: Builder, x: Value) -> Value:
    return b.multiply(x, x)


def _chosen(name: str, on_sizes: Callable[[Size, Size], Size]) -> Function:
    def rule(c: Context, x: Operand, y: Operand) -> Operand:
        if isinstance(x, int | Dim) and isinstance(y, int | Dim):
            return on_sizes(x, y)
        left, right = c.together(x, y)
        return c.elementwise(c.b.binary(name, left.value, right.value), left, right)

    does = f"the {'larger' if name == 'maximum' else 'smaller'} of two, element by element"
    return Function(name, {"x": ANY, "y": ANY}, rule, does=does, gives="the dtype of both together")


def _clip(c: Context, x: Tensor, low: Operand, high: Operand) -> Tensor:
    for bound, operation in ((low, "maximum"), (high, "minimum")):
        if bound is not None:
            left, right = c.together(x, bound)
            x = c.elementwise(c.b.binary(operation, left.value, right.value), left, right)
    return x


def _where(c: Context, condition: Tensor, x: Operand, y: Operand) -> Tensor:
    if condition.dtype != "bool":
        raise Refusal(
            "SPC0126",
            f"a condition is a tensor of truth values, not `{condition.dtype}`",
            within=c.blame["condition"],
            help="compare first: `x > 0`",
        )
    left, right = c.together(x, y)
    if isinstance(x, bool) and isinstance(y, bool):
        left, right = c.tensor(x), c.tensor(y)
    value = c.b.select(condition.value, left.value, right.value)
    return c.elementwise(value, condition, left, right)


def _cast(c: Context, x: Tensor, dtype: DType) -> Tensor:
    return c.cast(x, dtype)


def _is_nan(c: Context, x: Tensor) -> Tensor:
    x = c.floating(x)
    return c.elementwise(c.b.binary("not_equal", x.value, x.value), x)


def _is_finite(c: Context, x: Tensor) -> Tensor:
    x = c.floating(x)
    size = c.b.unary("abs", x.value)
    return c.elementwise(c.b.binary("less", size, math.inf), x)


def _sign(x: float) -> float:
    return (x > 0) - (x < 0)


ELEMENTWISE: tuple[Function, ...] = (
    _whole("abs", abs, _emit("abs"), "the value without its sign"),
    _whole("sign", _sign, _emit("sign"), "-1, 0 or 1"),
    _whole("square", lambda x: x * x, _square, "`x * x`"),
    _whole("floor", math.floor, _emit("floor"), "the whole number below", trivial=True),
    _whole("ceil", math.ceil, _ceil, "the whole number above", trivial=True),
    _whole("round", round, _emit("round"), "the nearest, of two the even one", trivial=True),
    _floating("exp", math.exp, _emit("exp"), "the exponential"),
    _floating("expm1", math.expm1, _emit("expm1"), "`exp(x) - 1`, exact near 0"),
    _floating("log", math.log, _emit("log"), "the natural logarithm"),
    _floating("log1p", math.log1p, _emit("log1p"), "`log(1 + x)`, exact near 0"),
    _floating("sqrt", math.sqrt, _emit("sqrt"), "the square root"),
    _floating("rsqrt", lambda x: 1 / math.sqrt(x), _rsqrt, "`1 / sqrt(x)`"),
    _floating("sin", math.sin, _emit("sin"), "the sine"),
    _floating("cos", math.cos, _emit("cos"), "the cosine"),
    _floating("tanh", math.tanh, _emit("tanh"), "the hyperbolic tangent"),
    _floating("erf", math.erf, _emit("erf"), "the error function"),
    _chosen("maximum", dim_operations.maximum),
    _chosen("minimum", dim_operations.minimum),
    Function(
        "clip",
        {"x": TENSOR, "min": ANY, "max": ANY},
        _clip,
        does="at least `min` and at most `max`; `None` is no bound",
        gives="the dtype of all together",
    ),
    Function(
        "where",
        {"condition": TENSOR, "x": ANY, "y": ANY},
        _where,
        does="`x` where the condition holds, elsewhere `y`",
        gives="the dtype of `x` and `y` together, the shape of all",
    ),
    Function(
        "cast",
        {"x": TENSOR, "dtype": DTYPE},
        _cast,
        does="the same numbers in another dtype, as NumPy rounds and wraps",
        gives="`dtype`",
    ),
    Function("isnan", {"x": TENSOR}, _is_nan, does="whether it is not a number", gives="`bool`"),
    Function(
        "isfinite",
        {"x": TENSOR},
        _is_finite,
        does="whether it is neither infinite nor NaN",
        gives="`bool`",
    ),
)
