"""Several relations in one text: `a > 0 && b > 0`, `1 <= a <= b`."""

from __future__ import annotations

import re

from spec_compiler.fixes import Fix, behind, write
from spec_compiler.formula.dialect import Dialect
from spec_compiler.formula.parser import parse_comparison
from spec_compiler.refusals import Refusal

_RELATION = re.compile(r"[<>=!]=|[<>]")


def relations_in(text: str, dialect: Dialect) -> Fix | None:
    """The relations that stand in one text, each as a constraint of its own, or None."""
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
