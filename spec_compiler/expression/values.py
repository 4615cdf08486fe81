"""Values in the place of names: an expression that means the same where the names are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from spec_compiler.expression.language import EXPRESSION
from spec_compiler.formula.tokens import tokens


def with_values(text: str, values: Mapping[str, bool | int | float | str]) -> str:
    """The expression with values in the place of their names; it means the same without them."""
    written, reached = "", 0
    for token, after in pairwise(tokens(text, EXPRESSION)):
        # what is called is a function, and what stands before `=` a keyword
        if token.kind == "name" and token.text in values and after.text not in {"(", "="}:
            item = values[token.text]
            shown = str(item)
            if isinstance(item, str):
                shown = f"'{item}'" if '"' in item else f'"{item}"'
            elif shown.startswith("-"):
                shown = f"({item})"  # a power comes before a sign
            start, end = token.at
            written += text[reached:start] + shown
            reached = end
    return written + text[reached:]
