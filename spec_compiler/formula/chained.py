"""Several relations in one text: `a > 0 && b > 0`, `1 <= a <= b`."""

from __future__ import annotations

import re

from spec_compiler.fixes import Fix, behind, write
from spec_compiler.formula.dialect import Dialect
from spec_compiler.formula.parser import parse_comparison
from spec_compiler.refusals import Refusal

_RELATION = re.compile(r"[<>=!]=|[<>]")


_DIVIDES = re.compile(r"\s*([A-Za-z_]\w*)\s*(?:\||divides)\s*([A-Za-z_]\w*)\s*")
_DIVISIBLE = re.compile(
    r"\s*([A-Za-z_]\w*) (?:is )?(?:a )?(?:divisible by|multiple of|divisible_by|multiple_of) "
    r"(\w+)\s*"
)
_REMAINDER = re.compile(r"\s*([A-Za-z_]\w*) *(?:%|mod) *(\w+)\s*(?:(?:is|=) *0\s*)?")


def _divisible(text: str) -> Fix | None:
    """`width % heads == 0` for what says it in words, or leaves the end out."""
    divides, said = _DIVIDES.fullmatch(text), _DIVISIBLE.fullmatch(text)
    rest = _REMAINDER.fullmatch(text)
    found = said or divides or rest
    if found is None:
        return None
    whole, part = (found[2], found[1]) if found is divides else (found[1], found[2])
    said_so = found is not rest or "0" in text[found.end(2) :]
    return write(f"{whole} % {part} == 0", safe=said_so and "|" not in text)


def relations_in(text: str, dialect: Dialect) -> Fix | None:
    """The relations that stand in one text, each as a constraint of its own, or None."""
    if only := _divisible(text):
        return only
    parts = [part.strip(" ()") for part in re.split(r"&&|\band\b|[;,]", text)]
    found: list[str] = []
    for part in parts:
        signs = list(_RELATION.finditer(part))
        starts = [0, *(sign.end() for sign in signs)]
        ends = [*(sign.start() for sign in signs), len(part)]
        sides = [part[start:end].strip() for start, end in zip(starts, ends, strict=True)]
        found += [f"{a} {s[0]} {b}" for a, s, b in zip(sides, signs, sides[1:], strict=False)]
        if not signs:
            return None
    try:
        for each in found:
            parse_comparison(each, dialect)
    except Refusal:
        return None
    if len(found) < 2:
        return None
    shown = ", ".join(f"`{each}`" for each in found)
    others = (behind(f'"{each}"' if "," in each else each, "").on() for each in reversed(found[1:]))
    return write(found[0], words=f"write each as an item of its own: {shown}").and_(*others)
