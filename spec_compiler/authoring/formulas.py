"""The words of formulas, which may be broken."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from spec_compiler.expression.language import EXPRESSION

KINDS = ("function", "variable", "parameter", "number", "string", "operator", "keyword", "property")
"""What a word may be: a parameter is a param or a dim, a property the name of an argument."""
ARITHMETIC = frozenset({"size", "batch size", "whole", "param"})
"""Kinds of texts that are arithmetic with sizes; see `Form`."""
TENSORS = frozenset({"expression", "transform"})
"""Kinds of texts that are formulas of tensors."""
_VALUES = frozenset({"True", "true", "False", "false", "None", "null", "pi", "inf"})


def words_of_formula(text: str, known: Collection[str] = ()) -> Iterator[tuple[int, int, str]]:
    """The words of a formula: where each begins and ends, and what it is, of `KINDS`.

    Args:
        text: The formula.
        known: The names of params and dims.
    """
    pieces = list(EXPRESSION.pieces.finditer(text))
    for at, piece in enumerate(pieces):
        word, kind = piece[0], piece.lastgroup
        after = pieces[at + 1][0] if at + 1 < len(pieces) else ""
        before = pieces[at - 1][0] if at else ""
        if kind == "number":
            yield *piece.span(), "number"
        elif kind == "text":
            yield *piece.span(), "string"
        elif kind == "sign" and word not in "()[],:":
            yield *piece.span(), "operator"
        elif kind == "name":
            named = after == "=" and before in {"(", ","}
            told = (
                "keyword" if word in EXPRESSION.reserved or word in _VALUES
                else "function" if after == "("
                else "property" if named
                else "parameter" if word in known
                else "variable"
            )  # fmt: skip
            yield *piece.span(), told
