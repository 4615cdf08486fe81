"""The dtype in which tensors of several are computed with, and the numbers that one holds."""

from __future__ import annotations

from spec_compiler.ir.types import FLOATS, ITEMSIZE, DType, limits
from spec_compiler.refusals import Refusal


def promoted(left: DType, right: DType) -> DType:
    """The dtype in which both can be computed with.

    Raises:
        Refusal: there is none that holds both.
    """
    if left == right or right == "bool":
        return left
    if left == "bool":
        return right
    if (left in FLOATS) != (right in FLOATS):
        return left if left in FLOATS else right
    larger, smaller = sorted((left, right), key=ITEMSIZE.__getitem__, reverse=True)
    if left in FLOATS:
        return "float32" if ITEMSIZE[larger] == ITEMSIZE[smaller] else larger
    if larger.startswith("u") == smaller.startswith("u") or (
        smaller.startswith("u") and ITEMSIZE[larger] > ITEMSIZE[smaller]
    ):
        return larger
    signed: dict[str, DType] = {"uint8": "int16", "uint16": "int32", "uint32": "int64"}
    if larger not in signed and smaller not in signed:
        raise Refusal(
            "SPC0127", f"no dtype holds both `{left}` and `{right}`", help="write `cast(…)` for one"
        )
    return signed[larger if larger in signed else smaller]


def check_fits(number: float, dtype: DType) -> None:
    """Refuse a number that a dtype that is not floating cannot hold."""
    if dtype in FLOATS:
        return
    low, high = limits(dtype)
    if isinstance(number, float) and not number.is_integer():
        raise Refusal("SPC0127", f"`{dtype}` has no {number}", help='write `cast(x, "float32")`')
    if not low <= number <= high:
        raise Refusal("SPC0127", f"`{dtype}` holds {low} to {high}, not {number}")
