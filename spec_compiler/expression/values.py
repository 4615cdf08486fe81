"""Other words in the place of names: an expression that means the same where they are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from spec_compiler.expression.language import EXPRESSION
from spec_compiler.formula.tokens import tokens


def with_values(text: str, values: Mapping[str, bool | int | float | str]) -> str:
    """The expression with values in the place of their names; it means the same without them."""
    return with_words(text, {name: _shown(item) for name, item in values.items()})


def with_words(text: str, words: Mapping[str, str]) -> str:
    """The expression with other words in the place of names."""
    written, reached = "", 0
    for token, after in pairwise(tokens(text, EXPRESSION)):
        # what is called is a function, and what stands before `=` a keyword
        if token.kind == "name" and token.text in words and after.text not in {"(", "="}:
            start, end = token.at
            written += text[reached:start] + words[token.text]
            reached = end
    return written + text[reached:]


def _shown(item: bool | int | float | str) -> str:
    if isinstance(item, str):
        return f"'{item}'" if '"' in item else f'"{item}"'
    return f"({item})" if str(item).startswith("-") else str(item)  # a power comes before a sign
