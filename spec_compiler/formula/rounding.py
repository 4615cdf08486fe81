"""Functions, decimals and powers in a size, as programs have them, and what says the same."""

from __future__ import annotations

import re
from fractions import Fraction

from spec_compiler.fixes import Fix, advise, rewrite, write
from spec_compiler.formula.syntax import Binary, Expression, Invocation, Literal, Name
from spec_compiler.formula.tokens import Columns
from spec_compiler.refusals import Refusal

_NO_POWER = "there is no power here: write a product, or the number"
_DOWN = "`a // b` rounds down"
_EXACT = "divide by one: `a / 2` must be exact, `a // 2` rounds down"
_PRODUCT = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_]\w*) *\* *[\d.]+|[\d.]+ *\* *(?P<one>[A-Za-z_]\w*))\s*"
)
_LARGEST = 64
"""Decimals are fractions of at most so many parts."""


def call_meant(call: Invocation) -> Fix | None:
    """What says a function in a size: `a // b` for `int(a / b)`."""
    name = call.function.text
    inner = call.arguments[0].value if len(call.arguments) == 1 else None
    if name in {"int", "floor", "trunc"}:
        return (inner and _down(call, inner)) or advise(_DOWN)
    if name == "round" and isinstance(inner, Binary) and inner.operator.text == "/":
        return _divided(call, inner, safe=False)
    if name == "ceil" and isinstance(inner, Binary) and inner.operator.text == "/":
        return _up(call, inner)
    if name in {"round", "ceil"}:
        return advise(_DOWN)
    return advise("there are `min(a, b)` and `max(a, b)`")


def decimal_meant(text: str, part: Literal) -> Fix | None:
    """What says a decimal: `2` for `2.0`, and `a / 2` for `a * 0.5`, where it is all of a size."""
    value = Fraction(str(part.value))
    if value.denominator == 1:
        return write(value.numerator)
    found = _PRODUCT.fullmatch(text)
    if found is None or value.denominator > _LARGEST:
        return advise(_EXACT)
    name = found["name"] or found["one"]
    shown = f"{_times(name, value)} / {value.denominator}"
    return write(shown, words=f"write `{shown}`, which must be exact")._replace(whole=True)


def _down(call: Invocation, inner: Expression) -> Fix | None:
    if isinstance(inner, Name):
        words = "sizes are whole numbers"
        return rewrite("@0", call.at, inner.at, of=call.function.at, words=words, safe=True)
    if not isinstance(inner, Binary):
        return None
    if inner.operator.text == "/":
        return _divided(call, inner, safe=True)
    sides = (inner.left, inner.right), (inner.right, inner.left)
    for one, other in sides if inner.operator.text == "*" else ():
        if isinstance(one, Name) and isinstance(other, Literal):
            value = Fraction(str(other.value))
            if 1 < value.denominator <= _LARGEST:
                text = f"{_times('@0', value)} // {value.denominator}"
                exact = not value.denominator & (value.denominator - 1)
                return rewrite(text, call.at, one.at, of=call.function.at, words=_DOWN, safe=exact)
    return None


def _divided(call: Invocation, inner: Binary, *, safe: bool) -> Fix:
    return rewrite("@0//@1", call.at, *_sides(inner), of=call.function.at, words=_DOWN, safe=safe)


def _sides(inner: Binary) -> tuple[Columns, Columns]:
    return (inner.at[0], inner.operator.at[0]), (inner.operator.at[1], inner.at[1])


def _up(call: Invocation, inner: Binary) -> Fix | None:
    by = inner.right
    words = "`(a + b - 1) // b` rounds up"
    if not isinstance(by, Literal) or not isinstance(by.value, int) or by.value < 2:
        return advise(words)
    left = inner.at[0], inner.operator.at[0]
    text = f"(@0+ {by.value - 1}) // {by.value}"
    return rewrite(text, call.at, left, of=call.function.at, words=words, safe=True)


def _times(name: str, value: Fraction) -> str:
    return name if value.numerator == 1 else f"{name} * {value.numerator}"


def power(link: Binary) -> Refusal:
    """The refusal of a power; of a name squared it is known what to write."""
    sign, right = link.operator, link.right
    fix = advise(_NO_POWER)
    if isinstance(link.left, Name) and isinstance(right, Literal) and right.value == 2:
        part = link.left.at[0], right.at[1]
        pieces = link.left.at, link.left.at
        fix = rewrite("@0 * @1", part, *pieces, of=sign.at, words=_NO_POWER, safe=True)
    numbers = [_small(side) for side in (link.left, right)]
    if numbers[0] is not None and numbers[1] is not None:
        shown = f"{numbers[0] ** numbers[1]}"
        fix = rewrite(shown, link.at, of=sign.at, words=_NO_POWER, safe=True)
    return Refusal("SPC0104", f"`{sign.text}` has no meaning in a size", within=sign.at, fix=fix)


def _small(side: Expression) -> int | None:
    """A whole number that stands there, below 64."""
    value = side.value if isinstance(side, Literal) else None
    return value if isinstance(value, int) and value < 64 else None
