"""What whole numbers are divided by."""

from __future__ import annotations

from typing import Any

from spec_compiler.expression.operand import Context, Operand, Tensor
from spec_compiler.refusals import Refusal

DIVISOR = "a divisor must not be 0"


def check_divisor(c: Context, divisor: Operand) -> None:
    """Refuse a whole number that is 0; what sizes decide is asked before the run.

    Of a tensor that only the data knows nothing is asked: where it holds 0, the result is 0.
    """
    if isinstance(divisor, list):
        for entry in divisor:
            check_divisor(c, entry)
        return
    known: Any = divisor
    if isinstance(divisor, Tensor):
        numbers = c.b.range_of(divisor.value)
        known = numbers.low if numbers.single else 1
    if not c.b.require(known, "!=", 0, DIVISOR):
        raise Refusal("SPC0122", "division of whole numbers by zero")
