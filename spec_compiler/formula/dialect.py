"""What may stand in a formula, and in which words the rest is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from spec_compiler.fixes import Fix, advise, write

COMPARISONS = dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 4)
ARITHMETIC = {**dict.fromkeys(("+", "-"), 5), **dict.fromkeys(("*", "/", "//", "%"), 6)}
"""Operators and how strongly they bind: one with a larger number binds more."""

LIKE_SIGNS: Mapping[str, str | Fix] = {
    "×": write("*"),
    "·": write("*"),
    "÷": write("/"),
    "−": write("-"),
    "≤": write("<="),
    "≥": write(">="),
    "≠": write("!="),
    "²": "write a product, as `x * x`",
    "?": "what is not known has a name, which `dims` declares; in a shape it may be `null`",
    "#": "a comment begins with a blank and `#`",
    "$": write("", words="a param stands in arithmetic by its name alone"),
}
"""Signs of other writing that have no meaning here: what to write."""
BLANKS = " \t\r\n"
_NUMBER = r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
_NAME = r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)"


def pieces(signs: Iterable[str], *others: str) -> re.Pattern[str]:
    """The pattern of a token: a number, a name, a sign, or another; else `unknown`."""
    longest_first = sorted(signs, key=len, reverse=True)
    sign = f"(?P<sign>{'|'.join(map(re.escape, longest_first))})"
    return re.compile("|".join((_NUMBER, _NAME, *others, sign, rf"(?P<unknown>[^{BLANKS}])")))


class Dialect(NamedTuple):
    """A kind of formula.

    Attributes:
        name: What messages call it: `a size`.
        pieces: What its tokens are.
        operators: How strongly each operator between two values binds.
        value: What is expected where a value must stand.
        end: What is expected behind a value.
        unreadable: The code of a text that is none.
        too_long: The code of one that is too long, or nests too deep.
        too_large: The code of a number that is too large.
        longest: The most characters.
        shorter: What to write instead of what is too long.
        words: Names that are values of their own.
        reserved: Names that cannot stand for a value.
        tuples: Whether `(a, b)` is a list.
        instead: What to write instead of a sign or a name that has no meaning where it stands.
        advice: The same by the text around the sign at a column; None where it has none.
    """

    name: str
    pieces: re.Pattern[str]
    operators: Mapping[str, int]
    value: str
    end: str
    unreadable: str
    too_long: str
    too_large: str
    longest: int
    shorter: str = ""
    words: Mapping[str, bool | None] = {}
    reserved: frozenset[str] = frozenset()
    tuples: bool = False
    instead: Mapping[str, str | Fix] = {}
    advice: Callable[[str, int], Fix | None] | None = None

    def meant(self, sign: str) -> Fix | None:
        """What to write instead of a sign or a name."""
        found = self.instead.get(sign, "")
        return found if isinstance(found, Fix) else advise(found)
