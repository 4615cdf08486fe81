"""The pieces of an expression, and where each of them stands."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

from spec_compiler.diagnostics import Refusal

LONGEST = 4000

Kind: TypeAlias = Literal["number", "name", "text", "sign", "end"]

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>\"[^\"\n]*\"|'[^'\n]*')"
    r"|(?P<sign>\.\.\.|\*\*|//|==|!=|<=|>=|[-+*/%@<>=()\[\],:])"
)
_BLANKS = " \t\r\n"
_KINDS: dict[str, Kind] = {"number": "number", "name": "name", "text": "text", "sign": "sign"}
_INSTEAD = {
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`",
    "~": "write `not`",
    "^": "a power is `**`",
    ".": "there are no attributes: write `shape(x)`, `mean(x, axis=1)`",
    "{": "write a list in `[…]`",
    ";": "an expression is one value; write a mapping of several for several outputs",
    '"': "close the quotes",
    "'": "close the quotes",
}


class Token(NamedTuple):
    """A piece of the text, from column `start` up to `end`."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def spelling(self) -> str:
        """It as everything that means the same is spelled: `2.50` and `25e-1` are `2.5`."""
        if self.kind == "number":
            return str(int(self.text) if self.text.isdigit() else float(self.text))
        return f'"{self.text[1:-1]}"' if self.kind == "text" else self.text


def tokens(text: str, longest: int | None = LONGEST) -> list[Token]:
    """All pieces, and one more for the end.

    Args:
        text: An expression.
        longest: The most characters that it may have; None for one that is no author's.

    Raises:
        Refusal: the text is too long, or a character has no meaning.
    """
    if longest is not None and len(text) > longest:
        raise Refusal(
            "SPC0121",
            f"an expression is at most {longest} characters long, and this has {len(text)}",
            help="split it into several Lambda layers",
        )
    found: list[Token] = []
    position = 0
    while position < len(text):
        if text[position] in _BLANKS:
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unknown(text[position], position)
        found.append(Token(_KINDS[match.lastgroup or ""], match[0], position, match.end()))
        position = match.end()
    end = len(text.rstrip(_BLANKS))
    return [*found, Token("end", "", end, end + 1)]


def _unknown(sign: str, position: int) -> Refusal:
    """The refusal of a character; one that looks like another, or like nothing, has a number."""
    shown, help = f"`{sign}`", _INSTEAD.get(sign, "")
    if not sign.isascii() or not sign.isprintable():
        number = f"U+{ord(sign):04X}"
        shown = f"`{sign}` ({number})" if sign.isprintable() and sign != " " else number
        help = "names and numbers have the letters a to z, the digits 0 to 9 and `_`"
    return Refusal(
        "SPC0120",
        f"{shown} has no meaning in an expression",
        within=(position, position + 1),
        help=help,
    )
