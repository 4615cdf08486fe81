"""What operators mean: exact on numbers and sizes, elementwise on tensors."""

from __future__ import annotations

from typing import Any

from spec_compiler.expression.divisors import DIVISOR, check_divisor
from spec_compiler.expression.operand import Context, Operand, Tensor, bounded, described
from spec_compiler.expression.products import matmul
from spec_compiler.fixes import Fix, rewrite
from spec_compiler.formula.dialect import ARITHMETIC, COMPARISONS
from spec_compiler.formula.operations import combined, quotient
from spec_compiler.ir.dim_operations import floor_divide, remainder
from spec_compiler.ir.dims import Dim, SizeError, quoted
from spec_compiler.ir.facts import RELATIONS
from spec_compiler.ir.types import FLOATS
from spec_compiler.refusals import Refusal

_PRIMITIVES = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "//": "floor_divide",
    "%": "remainder",
    "**": "power",
    "==": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "and": "logical_and",
    "or": "logical_or",
}


def binary(c: Context, sign: str, left: Operand, right: Operand) -> Operand:
    """`left sign right`.

    Raises:
        Refusal: the operands do not fit the operator or each other.
        SizeError: a size would have no meaning.
    """
    if sign == "@":
        return matmul(c, c.tensor(left), c.tensor(right))
    if isinstance(left, list) and isinstance(right, list) and sign == "+":
        return [*left, *right]
    for item in (left, right):
        if isinstance(item, str) or item is None:
            raise Refusal("SPC0127", f"`{sign}` does not work on {described(item)}")
    tensors = [item for item in (left, right) if isinstance(item, Tensor | list)]
    if not tensors:
        return _numbers(c, sign, left, right)
    return _tensors(c, sign, left, right)


def unary(c: Context, sign: str, item: Operand) -> Operand:
    """`-x`, `+x`, `not x`."""
    if sign == "not":
        if isinstance(item, bool):
            return not item
        (x,) = _booleans(c, sign, item)
        return c.elementwise(c.b.unary("logical_not", x.value), x)
    if isinstance(item, bool | str) or item is None:
        raise Refusal("SPC0127", f"`{sign}` does not work on {described(item)}")
    if isinstance(item, int | float | Dim):
        return -item if sign == "-" else item
    x = c.tensor(item)
    if x.dtype == "bool":
        raise Refusal("SPC0127", f"`{sign}` does not work on truth values", help="write `not x`")
    return c.elementwise(c.b.unary("negate", x.value), x) if sign == "-" else x


def power(c: Context, x: Tensor, exponent: Operand) -> Tensor:
    """`x ** exponent`; whole numbers stay whole where the exponent cannot be negative."""
    if x.dtype == "bool":
        x = c.cast(x, "int32")
    if type(exponent) is int and exponent == 2:
        return c.elementwise(c.b.multiply(x.value, x.value), x)
    left, right = c.together(x, exponent)
    known = type(exponent) is int and exponent >= 0
    if left.dtype not in FLOATS and not known and not right.dtype.startswith("u"):
        raise Refusal(
            "SPC0127",
            "a whole number to a power that may be negative is not whole",
            help='write `cast(x, "float32") ** y`',
        )
    return c.elementwise(c.b.binary("power", left.value, right.value), left, right)


def _tensors(c: Context, sign: str, left: Operand, right: Operand) -> Tensor:
    if sign in {"and", "or"}:
        x, y = _booleans(c, sign, left, right)
    elif sign == "**":
        return power(c, c.tensor(left, _base(c, left, right)), right)
    elif sign == "/":
        x, y = c.together(*_divisible(c, left, right))
    else:
        x, y = c.together(left, right)
        if sign in {"//", "%"} and y.dtype not in FLOATS:
            check_divisor(c, right)
        if x.dtype == "bool" and sign not in COMPARISONS:
            raise Refusal(
                "SPC0127",
                f"`{sign}` does not work on two truth values",
                help='write `and`, `or`, or `cast(x, "int32")`',
            )
    _require_pairs(c, x, y)
    return c.elementwise(c.b.binary(_PRIMITIVES[sign], x.value, y.value), x, y)


def _require_pairs(c: Context, x: Tensor, y: Tensor) -> None:
    """Refuse axes that do not broadcast, each counted in its operand as it is written."""
    for axis in range(-1, -min(x.rank, y.rank) - 1, -1):
        sizes = x.shape[axis], y.shape[axis]
        if c.b.decided(sizes[0], "== or 1", sizes[1]) is False:
            raise Refusal(
                "SPC0303",
                f"axis {axis + x.rank} of {c.written(0)} is {quoted(sizes[0])}, and axis "
                f"{axis + y.rank} of {c.written(1)} is {quoted(sizes[1])}: they do not broadcast",
                origins=((x.value, axis), (y.value, axis)),
                help="axes are paired from the last; `x[..., None]` adds one of size 1",
            )


def _base(c: Context, left: Operand, right: Operand) -> Any:
    """A number as base takes the dtype of its exponent."""
    if isinstance(left, Tensor | list):
        return None
    return c.together(left, right)[0].dtype


def _divisible(c: Context, left: Operand, right: Operand) -> tuple[Operand, Operand]:
    x, y = (
        item if isinstance(item, int | float | Dim) else c.tensor(item) for item in (left, right)
    )
    if any(isinstance(item, Tensor) and item.dtype in FLOATS for item in (x, y)):
        return x, y
    return (c.floating(x), y) if isinstance(x, Tensor) else (x, c.floating(y))


def _booleans(c: Context, sign: str, *items: Operand) -> list[Tensor]:
    found: list[Tensor] = []
    for item in items:
        x = c.tensor(item) if isinstance(item, Tensor | bool | list) else None
        if x is None or x.dtype != "bool":
            raise Refusal(
                "SPC0127",
                f"`{sign}` needs truth values, not {described(item)}",
                fix=_compared(c, sign, items),
                help="compare first: `x != 0`",
            )
        found.append(x)
    return found


def _compared(c: Context, sign: str, items: tuple[Operand, ...]) -> Fix | None:
    """Comparisons in the place of numbers that are operands."""
    if len(c.operands) != len(items) or not all(isinstance(item, Tensor) for item in items):
        return None
    sides = [
        f"@{place}{'' if isinstance(item, Tensor) and item.dtype == 'bool' else ' != 0'}"
        for place, item in enumerate(items)
    ]
    return rewrite(f" {sign} ".join(sides), c.at, *c.operands, of=c.at)


def _numbers(c: Context, sign: str, left: Any, right: Any) -> Operand:
    if sign in {"and", "or"}:
        if isinstance(left, bool) and isinstance(right, bool):
            return (left and right) if sign == "and" else (left or right)
        _booleans(c, sign, left, right)
    if isinstance(left, Dim) or isinstance(right, Dim):
        return _sizes(c, sign, left, right)
    if sign in COMPARISONS:
        return RELATIONS[sign](left, right)
    try:
        return bounded(_number_power(left, right) if sign == "**" else combined(sign, left, right))
    except (SizeError, ZeroDivisionError):
        raise Refusal("SPC0122", "division by zero") from None
    except OverflowError:
        raise Refusal("SPC0122", "a number beyond the largest float64") from None


def _number_power(left: float, right: float) -> float:
    if isinstance(left, int) and isinstance(right, int) and right >= 0:
        if abs(left) > 1 and right > 63:  # decided before it is computed
            raise Refusal("SPC0122", "a number beyond 2^63")
        return left**right
    found: Any = float(left) ** right
    if isinstance(found, complex):
        raise Refusal("SPC0122", "a root of a negative number")
    return found


def _sizes(c: Context, sign: str, left: Any, right: Any) -> Operand:
    if isinstance(left, float) or isinstance(right, float):
        x, y = c.floating(left), c.floating(right)
        return c.elementwise(c.b.binary(_PRIMITIVES[sign], x.value, y.value), x, y)
    if sign in {"//", "%", "/"} and not c.b.require(right, "!=", 0, DIVISOR):
        raise SizeError("division by zero")
    if sign == "/":
        found = quotient(left, right)
        if found is None and c.b.facts.equal(remainder(left, right), 0):
            found = floor_divide(left, right)
        if found is None:
            message = f"whether {quoted(left)} is divisible by {quoted(right)} is known only from "
            raise SizeError(f"{message}the data")
        return bounded(found)
    if sign in ARITHMETIC:
        return bounded(combined(sign, left, right))
    if sign in COMPARISONS:
        answer = c.b.facts.compare(left, sign, right)
        if answer is not None:
            return answer
        raise SizeError(f"whether `{left} {sign} {right}` is known only from the data")
    if sign == "**" and isinstance(right, int) and 0 <= right <= 16:
        total: Any = 1
        for _ in range(right):
            total = bounded(total * left)
        return total
    raise Refusal("SPC0127", f"`{sign}` does not work on sizes that only the data knows")
