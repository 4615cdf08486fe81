"""What to write in sizes instead of what they have not: powers, decimals, rounding."""

from __future__ import annotations

import re
from fractions import Fraction

from spec_compiler.fixes import Fix, advise, rewrite, write
from spec_compiler.formula.syntax import Binary, Expression, Invocation, Literal, Name
from spec_compiler.refusals import Refusal

_NO_POWER = "there is no power here: write a product, or the number"
_LARGEST = 4
"""The largest power of a name that is written as a product."""
_NO_DECIMAL = "divide by one: `a / 2` must be exact, `a // 2` rounds down"
_FINEST = 20
"""The largest denominator that a decimal is written with."""
_BEFORE = re.compile(r"\*\s*$")
_BEHIND = re.compile(r"\s*\*\s*([A-Za-z_]\w*|\([^()]*\))")
_DIVIDED = re.compile(r"(/|%|\^|\*\*)\s*$")


def power(link: Binary, text: str) -> Refusal:
    """The refusal of a power; of small ones it is known what to write.

    Args:
        link: The base, the sign and the exponent.
        text: The formula.
    """
    sign = link.operator
    base, times = link.at[0], _small(link.right)
    value = _small(link.left)
    fix = advise(_NO_POWER)
    if value is not None and times is not None and value**times < 2**31:
        number = f"{value**times}"
        words = f"there is no power here: write `{number}`"
        fix = rewrite(number, link.at, of=sign.at, words=words, safe=True)
    elif times is not None and 2 <= times <= _LARGEST:
        end = base + len(text[base : sign.at[0]].rstrip())
        product, bases = " * ".join(["@0"] * times), [(base, end)] * times
        fix = rewrite(product, link.at, *bases, of=sign.at, words=_NO_POWER, safe=True)
    return Refusal("SPC0104", f"`{sign.text}` has no meaning in a size", within=sign.at, fix=fix)


def _small(side: Expression) -> int | None:
    """A whole number that stands there, below 64."""
    value = side.value if isinstance(side, Literal) else None
    return value if isinstance(value, int) and value < 64 else None


def decimal(part: Literal, text: str) -> Refusal:
    """The refusal of a number that is not whole; of a factor it is known what to write.

    Args:
        part: The number.
        text: The formula.
    """
    start, end = part.at
    written = text[start:end]
    return Refusal(
        "SPC0104",
        f"`{written}` is not a whole number",
        within=part.at,
        fix=_as_fraction(Fraction(written), start, end, text) or advise(_NO_DECIMAL),
    )


def _as_fraction(value: Fraction, start: int, end: int, text: str) -> Fix | None:
    """`a / 2` for `a * 0.5` and `0.5 * a`, `a * 3 / 2` for `a * 1.5`."""
    over, under = value.numerator, value.denominator
    if not over or under > _FINEST or _DIVIDED.search(text[:start]):
        return None
    if under == 1:
        return write(f"{over}")
    if sign := _BEFORE.search(text[:start]):
        made = f"/ {under}" if over == 1 else f"* {over} / {under}"
        return rewrite(made, (sign.start(), end), of=(start, end), words=_NO_DECIMAL)
    if factor := _BEHIND.match(text, end):
        made = f"@0 / {under}" if over == 1 else f"{over} * @0 / {under}"
        part = start, factor.end()
        return rewrite(made, part, factor.span(1), of=(start, end), words=_NO_DECIMAL)
    return None


def rounded(call: Invocation) -> Fix | None:
    """`a // b` for `int(a / b)`, and `a // 2` for `int(a * 0.5)`."""
    words, inner = "`a // b` rounds down", call.arguments[0].value if call.arguments else None
    if call.function.text == "round" or len(call.arguments) != 1 or not isinstance(inner, Binary):
        return advise(words)
    left, right = (inner.at[0], inner.operator.at[0]), (inner.operator.at[1], inner.at[1])
    if inner.operator.text == "/":
        return rewrite("@0//@1", call.at, left, right, of=call.function.at, words=words)
    for factor, other, place in (inner.right, inner.left, left), (inner.left, inner.right, right):
        value = factor.value if isinstance(factor, Literal) else None
        over, under = Fraction(str(value)).as_integer_ratio() if isinstance(value, float) else (0, 0)
        if inner.operator.text == "*" and over and 1 < under <= _FINEST:
            times = "" if over == 1 else f" * {over}"
            piece = other.at if isinstance(other, Name) else place
            made = f"@0{times} // {under}"
            return rewrite(made, call.at, piece, of=call.function.at, words=words)
    return advise(words)
