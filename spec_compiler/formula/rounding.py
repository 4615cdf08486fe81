"""Functions, decimals and powers in a size, as programs have them, and what says the same."""

from __future__ import annotations

import re
from fractions import Fraction

from spec_compiler.fixes import Fix, advise, in_quotes, rewrite, write
from spec_compiler.formula.syntax import Binary, Expression, Invocation, Literal, Name, Unary, parts
from spec_compiler.formula.tokens import Columns
from spec_compiler.refusals import Refusal

_NO_POWER = "there is no power here: write a product, or the number"
_DOWN = "`a // b` rounds down"
_EXACT = "divide by one: `a / 2` must be exact, `a // 2` rounds down"
_BEFORE = re.compile(r"\s*\*\s*$")
_BEHIND = re.compile(r"\s*\*\s*([A-Za-z_]\w*|\([^()]*\))")
_DIVIDED = re.compile(r"(/|%|\^|\*\*)\s*$")
_PLAIN = re.compile(r"[\w(][\w ()+*/%.-]*")
"""A formula that needs no quotes in braces."""
_LARGEST = 64
"""Decimals are fractions of at most so many parts."""
_HIGHEST = 4
"""The highest power of a size that is written as a product."""


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


def decimal(part: Literal, text: str) -> Refusal:
    """The refusal of a number that is not whole; of a factor it is known what to write.

    Args:
        part: The number.
        text: The formula.
    """
    written = text[slice(*part.at)]
    fix = _as_fraction(Fraction(written), part.at, text) or advise(_EXACT)
    return Refusal("SPC0104", f"`{written}` is not a whole number", within=part.at, fix=fix)


def _as_fraction(value: Fraction, at: Columns, text: str) -> Fix | None:
    """`2` for `2.0`, `a / 2` for `a * 0.5` and `0.5 * a`, `a * 3 / 4` for `a * 0.75`."""
    under = value.denominator
    if under == 1:
        return write(value.numerator)
    if not value or under > _LARGEST or _DIVIDED.search(text[: at[0]]):
        return None
    part, made = at, ""
    if sign := _BEFORE.search(text[: at[0]]):
        part, made = (sign.start(), at[1]), f"{_times('', value)} / {under}"
    elif factor := _BEHIND.match(text, at[1]):
        part, made = (at[0], factor.end()), f"{_times(factor[1], value)} / {under}"
    return (
        _formula(text, part, made, "write `@`, which must be exact", safe=False) if made else None
    )


def _formula(text: str, part: Columns, made: str, words: str, *, safe: bool) -> Fix:
    """All of a formula with another text for a part of it; `words` say it, with `@` for it."""
    new = text[: part[0]] + made + text[part[1] :]
    shown = new if _PLAIN.fullmatch(new) else in_quotes(new)
    return write(shown, words=words.replace("@", new), safe=safe)._replace(whole=True)


def _down(call: Invocation, inner: Expression) -> Fix | None:
    if isinstance(inner, Name):
        words = "sizes are whole numbers"
        return rewrite("@0", call.at, inner.at, of=call.function.at, words=words, safe=True)
    if not isinstance(inner, Binary):
        return None
    if inner.operator.text == "/":
        # below 0 these round up, and `//` down
        falls = any("-" in _signs(part) for part in parts(inner))
        return _divided(call, inner, safe=call.function.text == "floor" or not falls)
    sides = (inner.left, inner.right), (inner.right, inner.left)
    for one, other in sides if inner.operator.text == "*" else ():
        if isinstance(one, Name) and isinstance(other, Literal):
            value = Fraction(str(other.value))
            if 1 < value.denominator <= _LARGEST:
                text = f"{_times('@0', value)} // {value.denominator}"
                exact = not value.denominator & (value.denominator - 1)
                return rewrite(text, call.at, one.at, of=call.function.at, words=_DOWN, safe=exact)
    return None


def _signs(part: Expression) -> str:
    if isinstance(part, Binary):
        return part.operator.text
    return part.operator if isinstance(part, Unary) else ""


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
    times = f" * {value.numerator}" if value.numerator != 1 else ""
    return f"{name}{times}"


def power(link: Binary, text: str) -> Refusal:
    """The refusal of a power; of small ones it is known what to write.

    Args:
        link: The base, the sign and the exponent.
        text: The formula.
    """
    sign, times, value = link.operator, _small(link.right), _small(link.left)
    product = None
    if value is not None and times is not None and value**times < 2**31:
        product = f"{value**times}"
    elif times is not None and 2 <= times <= _HIGHEST:
        product = " * ".join([text[link.at[0] : sign.at[0]].strip()] * times)
        product = product if link.at == (0, len(text)) else f"({product})"
    words = "there is no power here: write `@`"
    fix = _formula(text, link.at, product, words, safe=True) if product else advise(_NO_POWER)
    return Refusal("SPC0104", f"`{sign.text}` has no meaning in a size", within=sign.at, fix=fix)


def _small(side: Expression) -> int | None:
    """A whole number that stands there, below 64."""
    value = side.value if isinstance(side, Literal) else None
    return value if isinstance(value, int) and value < 64 else None
