"""What unquoted text means: YAML 1.2's core schema, with the spellings that mislead refused."""

from __future__ import annotations

import math
import re

from spec_compiler.fixes import advise, write
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import Scalar

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", "")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **{f"{sign}{word}": math.inf for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **{f"-{word}": -math.inf for word in (".inf", ".Inf", ".INF")},
}
_BEGINS_NUMBER = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_UNDERSCORES = re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]+)?")
_INTEGER_BOUND = 2**63
_MOST_DIGITS = 32
"""More characters than an integer within the bound needs; longer ones are not even converted."""


class BadScalar(Refusal):
    """A number that is refused. `guess` is what the author most probably meant, to go on with."""

    def __init__(
        self,
        code: str,
        message: str,
        help: str,
        guess: Scalar,
        plain: str = "",
        *,
        sure: bool = True,
    ) -> None:
        fix = write(plain, words=help, safe=sure) if plain else advise(help)
        super().__init__(code, message, fix=fix)
        self.guess = guess


def resolve(text: str) -> Scalar:
    """The value of unquoted text.

    Raises:
        BadScalar: for `010`, `1_000`, and numbers out of range.
    """
    if text[:1] not in _BEGINS_NUMBER:
        return _WORDS.get(text, text)
    if _INTEGER.fullmatch(text):
        return _bounded(text, 10)
    if _FLOAT.fullmatch(text):
        if _LEADING_ZERO.fullmatch(text):
            raise _leading_zero(text)
        return _finite(text)
    if _BASED.fullmatch(text):
        return _bounded(text, 8 if text[1] == "o" else 16)
    if "_" in text and _UNDERSCORES.fullmatch(text):
        bare = text.replace("_", "")
        raise BadScalar(
            "SPC0021",
            f"`{_short(text)}` is not a number: digits cannot be parted by `_`",
            f"write `{_short(bare)}`, or quote it if it is text",
            guess=int(bare) if bare.isdigit() and len(bare) < _MOST_DIGITS else 1.0,
            plain=bare,
        )
    return _WORDS.get(text, text)


def _leading_zero(text: str) -> BadScalar:
    digits = text.lstrip("+-").lstrip("0") or "0"
    plain = ("-" if text[0] == "-" else "") + digits
    return BadScalar(
        "SPC0020",
        f"`{_short(text)}` is not a number: an integer cannot begin with 0",
        f"write `{_short(plain)}`, `0o{_short(digits)}` for octal, or quote it if it is text",
        guess=int(plain) if len(plain) < _MOST_DIGITS else 1,
        plain=plain,
        sure=False,
    )


def _bounded(text: str, base: int) -> int:
    significant = text.lstrip("+-0xo")
    value = int(text, base) if len(significant) < _MOST_DIGITS else _INTEGER_BOUND
    if -_INTEGER_BOUND < value < _INTEGER_BOUND:
        return value
    raise BadScalar(
        "SPC0022",
        f"the integer `{_short(text)}` is out of range",
        "integers lie between -2**63 and 2**63; write a float such as `1e20` for a larger number",
        guess=1,
    )


def _finite(text: str) -> float:
    value = float(text)
    if math.isfinite(value):
        return value
    raise BadScalar(
        "SPC0022",
        f"the number `{_short(text)}` is out of range",
        "the largest float is about `1.8e308`; write `.inf` for infinity",
        guess=1.0,
    )


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
