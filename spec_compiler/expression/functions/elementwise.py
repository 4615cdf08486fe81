"""Functions of each element; of plain numbers they are numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from spec_compiler.expression.divisors import check_divisor
from spec_compiler.expression.function import ANY, DTYPE, TENSOR, Function
from spec_compiler.expression.operand import Context, Operand, Tensor, bounded
from spec_compiler.ir import dim_operations
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Dim, Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, UNSIGNED, DType
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


def _on_number(name: str, function: Callable[..., float], *numbers: float) -> float:
    try:
        return bounded(function(*numbers))
    except (ValueError, ZeroDivisionError):
        written = ", ".join(map(str, numbers))
        raise Refusal("SPC0122", f"`{name}({written})` is not a number") from None
    except OverflowError:
        raise Refusal("SPC0122", "a number beyond the largest float64") from None


def _of_two(
    name: str,
    number: Callable[[float, float], float],
    lower: Callable[[Context, Tensor, Tensor, Operand], Value],
    does: str,
    gives: str,
    first: str = "x",
    second: str = "y",
) -> Function:
    """A function of two numbers, for each pair of elements."""

    def rule(c: Context, x: Operand, y: Operand) -> Operand:
        if isinstance(x, int | float) and isinstance(y, int | float):
            return _on_number(name, number, x, y)
        if gives == "floating":  # a number then need not fit a whole dtype
            x, y = (i if isinstance(i, int | float) else c.floating(i) for i in (x, y))
        left, right = map(c.numeric, c.together(x, y))
        return c.elementwise(lower(c, left, right, y), left, right)

    return Function(name, {first: ANY, second: ANY}, rule, does=does, gives=gives)


def _atan2(c: Context, y: Tensor, x: Tensor, given: Operand) -> Value:
    return c.b.binary("atan2", y.value, x.value)


def _rest(x: float, y: float) -> float:
    if isinstance(x, int) and isinstance(y, int):
        return -(-x % abs(y)) if x < 0 else x % abs(y)
    return math.fmod(x, y)


def _fmod(c: Context, x: Tensor, y: Tensor, given: Operand) -> Value:
    """Of whole numbers the rest towards minus infinity, and one divisor less where signs differ."""
    b = c.b
    if x.dtype in FLOATS:
        return b.binary("fmod", x.value, y.value)
    check_divisor(c, given)
    rest = b.binary("remainder", x.value, y.value)
    if x.dtype in UNSIGNED:
        return rest
    apart = b.binary("not_equal", b.binary("less", x.value, 0), b.binary("less", y.value, 0))
    beyond = b.binary("logical_and", apart, b.binary("not_equal", rest, 0))
    return b.select(beyond, b.subtract(rest, y.value), rest)


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
    _floating("tan", math.tan, _emit("tan"), "the tangent"),
    _floating("asin", math.asin, _emit("asin"), "the angle of a sine, from -pi/2 to pi/2"),
    _floating("acos", math.acos, _emit("acos"), "the angle of a cosine, from 0 to pi"),
    _floating("atan", math.atan, _emit("atan"), "the angle of a tangent, from -pi/2 to pi/2"),
    _of_two(
        "atan2",
        math.atan2,
        _atan2,
        "the angle of the point (`x`, `y`), from -pi to pi",
        "floating",
        "y",
        "x",
    ),
    _floating("sinh", math.sinh, _emit("sinh"), "the hyperbolic sine"),
    _floating("cosh", math.cosh, _emit("cosh"), "the hyperbolic cosine"),
    _floating("asinh", math.asinh, _emit("asinh"), "what `sinh` undoes"),
    _floating("acosh", math.acosh, _emit("acosh"), "what `cosh` undoes, 0 or more"),
    _floating("atanh", math.atanh, _emit("atanh"), "what `tanh` undoes"),
    _floating("tanh", math.tanh, _emit("tanh"), "the hyperbolic tangent"),
    _floating("erf", math.erf, _emit("erf"), "the error function"),
    _of_two(
        "fmod",
        _rest,
        _fmod,
        "the rest of a division, with the sign of `x`; that of `x % y` has the sign of `y`",
        "the dtype of both together",
    ),
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
