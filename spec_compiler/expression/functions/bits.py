"""Functions of the bits of whole numbers."""

from __future__ import annotations

from collections.abc import Callable

from spec_compiler.expression.function import ANY, Function
from spec_compiler.expression.operand import Context, Operand, Tensor, bounded, described
from spec_compiler.ir.types import FLOATS, ITEMSIZE
from spec_compiler.refusals import Refusal

_WIDEST = 64
"""The bits of a number that is no tensor."""


def _bitwise(name: str, number: Callable[[int, int], int], does: str) -> Function:
    def rule(c: Context, x: Operand, y: Operand) -> Operand:
        if isinstance(x, int) and isinstance(y, int):
            return bounded(number(x, y))
        left, right = _whole(c, x, y)
        return c.elementwise(c.b.binary(name, left.value, right.value), left, right)

    return Function(name, {"x": ANY, "y": ANY}, rule, does=does, gives="the dtype of both together")


def _shift(name: str, number: Callable[[int, int], int], does: str) -> Function:
    def rule(c: Context, x: Operand, y: Operand) -> Operand:
        if isinstance(x, int) and isinstance(y, int):
            if not 0 <= y < _WIDEST:
                raise _too_far(c, f"{y}", _WIDEST)
            return bounded(number(x, y))
        left, right = map(c.numeric, _whole(c, x, y))
        bits = 8 * ITEMSIZE[left.dtype]
        outside = c.b.require_index(right.value, 0, bits, f"{name}: how far")
        if outside is not None:
            raise _too_far(c, f"{outside}", bits)
        return c.elementwise(c.b.binary(name, left.value, right.value), left, right)

    return Function(name, {"x": ANY, "y": ANY}, rule, does=does, gives="the dtype of both together")


def _too_far(c: Context, by: str, bits: int) -> Refusal:
    return Refusal(
        "SPC0128", f"a shift is by 0 to {bits - 1} bits here, not by {by}", within=c.blame["y"]
    )


def _whole(c: Context, *items: Operand) -> list[Tensor]:
    for name, item in zip("xy", items, strict=True):
        known = c.tensor(item) if isinstance(item, list) else item
        if isinstance(item, float) or (isinstance(known, Tensor) and known.dtype in FLOATS):
            raise Refusal(
                "SPC0126",
                f"whole numbers belong here, not {described(item)}",
                within=c.blame[name],
                help='write `cast(…, "int32")`',
            )
    return c.together(*items)


BITS: tuple[Function, ...] = (
    _bitwise("bit_and", lambda x, y: x & y, "the bits that both have; `and` is for truth values"),
    _bitwise("bit_or", lambda x, y: x | y, "the bits that one has"),
    _bitwise("bit_xor", lambda x, y: x ^ y, "the bits that one alone has"),
    _shift("shift_left", lambda x, y: x << y, "`x * 2 ** y`, which wraps around"),
    _shift("shift_right", lambda x, y: x >> y, "`x // 2 ** y`"),
)
