"""What signs mean on numbers and sizes: exact on whole numbers, Python's floats on decimals."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, TypeAlias

from spec_compiler.ir import dim_operations
from spec_compiler.ir.dims import LARGEST, Dim, Size, SizeError
from spec_compiler.refusals import Refusal

Exact: TypeAlias = "int | float | Dim"

_ON_ALL: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_ON_SIZES: dict[str, Callable[[Any, Any], Size]] = {
    **_ON_ALL,
    "//": dim_operations.floor_divide,
    "%": dim_operations.remainder,
    "min": dim_operations.minimum,
    "max": dim_operations.maximum,
}
_ON_DECIMALS: dict[str, Callable[[Any, Any], float]] = {
    **_ON_ALL,
    "//": lambda x, y: x // y,
    "%": operator.mod,
    "min": min,
    "max": max,
}


def combined(sign: str, left: Exact, right: Exact) -> Exact:
    """`left sign right`, where `/` is true division.

    Raises:
        SizeError: it divides by zero, or a decimal number meets a size that only the data knows.
    """
    if sign in {"/", "//", "%"} and right == 0:
        raise SizeError("division by zero")
    if sign == "/":
        if isinstance(left, Dim) or isinstance(right, Dim):
            raise SizeError("a size that only the data knows cannot be divided here")
        return left / right
    if isinstance(left, float) or isinstance(right, float):
        if isinstance(left, Dim) or isinstance(right, Dim):
            raise SizeError("a decimal number and a size that only the data knows do not mix")
        return _ON_DECIMALS[sign](left, right)
    return _ON_SIZES[sign](left, right)


def quotient(left: Size, right: Size) -> Size | None:
    """`left / right` without a rest; None where only the data knows whether there is one.

    Raises:
        SizeError: there is a rest, or it divides by zero.
    """
    rest = dim_operations.remainder(left, right)
    if rest == 0:
        return dim_operations.floor_divide(left, right)
    if isinstance(rest, int):
        raise SizeError(f"{left} is not divisible by {right}; `//` rounds down")
    return None


def within_reach(number: Exact, code: str, within: tuple[int, int] | None = None) -> Exact:
    """A number that is not too large to go on with.

    Raises:
        Refusal: it is.
    """
    if isinstance(number, int) and abs(number) > LARGEST:
        raise Refusal(code, "a number beyond 2^63", within=within)
    if isinstance(number, float) and not math.isfinite(number):
        raise Refusal(code, "a number beyond the largest float64", within=within)
    return number
