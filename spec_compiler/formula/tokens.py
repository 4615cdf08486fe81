"""The pieces of a formula, and where each of them stands."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from spec_compiler.fixes import advise
from spec_compiler.formula.dialect import BLANKS, Dialect
from spec_compiler.refusals import Refusal

_IN_BRACES = re.compile(r"\{ *([A-Za-z_]\w*) *\}")
Columns: TypeAlias = tuple[int, int]
"""Of a piece of a text: its first column, from 0, and the one after its last."""


class Token(NamedTuple):
    """A piece of the text; its kind is `number`, `name`, `text`, `sign` or `end`."""

    kind: str | None
    text: str
    at: Columns

    @property
    def spelling(self) -> str:
        """It as everything that means the same is spelled: `2.50` and `25e-1` are `2.5`."""
        if self.kind == "number":
            return str(int(self.text) if self.text.isdigit() else float(self.text))
        return f'"{self.text[1:-1]}"' if self.kind == "text" else self.text


def tokens(text: str, dialect: Dialect, *, bounded: bool = True) -> list[Token]:
    """All pieces, and one more for the end.

    Args:
        text: A formula.
        dialect: What may stand in it.
        bounded: Whether it may be too long; one that is no author's may not.

    Raises:
        Refusal: the text is too long, or a character has no meaning.
    """
    if bounded and len(text) > dialect.longest:
        raise Refusal(
            dialect.too_long,
            f"an expression is at most {dialect.longest} characters long, and this has {len(text)}",
            help=dialect.shorter,
        )
    found = [Token(it.lastgroup, it[0], it.span()) for it in dialect.pieces.finditer(text)]
    for token in found:
        if token.kind == "unknown":
            raise _unknown(token, dialect, text)
    end = len(text.rstrip(BLANKS))
    found.append(Token("end", "", (end, end + 1)))
    return found


def _unknown(token: Token, dialect: Dialect, text: str) -> Refusal:
    """The refusal of a character; one that looks like another, or like nothing, has a number."""
    sign = token.text
    around = dialect.advice(text, token.at[0]) if dialect.advice is not None else None
    shown, fix = f"`{sign}`", around or dialect.meant(sign)
    braces = _IN_BRACES.match(text, token.at[1])
    if fix is not None and around is None and sign == "$" and braces:
        fix = fix._replace(text=braces[1], part=(0, len(braces[0]) + 1))
    if fix is not None and around is None and text[token.at[1] :][:1] == sign:  # `&&`
        fix = fix._replace(part=(0, 2))
    if not sign.isascii() or not sign.isprintable():
        number = f"U+{ord(sign):04X}"
        shown = f"`{sign}` ({number})" if sign.isprintable() and sign != " " else number
        fix = fix or advise("names and numbers have the letters a to z, the digits 0 to 9 and `_`")
    return Refusal(
        dialect.unreadable,
        f"{shown} has no meaning in {dialect.name}",
        within=token.at,
        fix=fix,
    )
