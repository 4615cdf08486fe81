"""Einsum equations as they are written: `abc,cd->abd`, `...x,xy->...y`. Blanks have no meaning.

Every label knows its column, so that a refusal points at the one that is wrong.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from spec_compiler.fixes import Fix, advise, in_quotes, write
from spec_compiler.formula.tokens import Columns, Token
from spec_compiler.records import record
from spec_compiler.refusals import Refusal

End: TypeAlias = Literal["", "left", "middle", "right"]

FORM = "an equation looks like `abc,cd->abd`: input, kernel, arrow, output"
_PIECES = re.compile(r"(?P<label>[a-zA-Z])|(?P<sign>\.\.\.|->|,)|(?P<unknown>\S)")
_FIRST_ELIDED = 0x100
"""Elided axes get labels from here on, where no author can write one."""


@record
class Term:
    """The labels of one tensor of an equation.

    Attributes:
        pieces: Its labels and ellipses.
        comma: What parts it from the next one on its side of the arrow.
    """

    pieces: tuple[Token, ...]
    comma: Token | None = None

    @property
    def labels(self) -> str:
        """One letter for each axis that is named."""
        return "".join(piece.text for piece in self.pieces if piece.kind == "label")

    @property
    def ellipses(self) -> list[Token]:
        """What stands for axes without a name."""
        return [piece for piece in self.pieces if piece.text == "..."]

    @property
    def ellipsis(self) -> End:
        """Where further axes stand, if there are any."""
        if not self.ellipses:
            return ""
        if self.pieces[0].text == "...":
            return "left"
        return "right" if self.pieces[-1].text == "..." else "middle"

    @property
    def repeated(self) -> Token | None:
        """The first label that has stood before."""
        seen: set[str] = set()
        for piece in self.pieces:
            if piece.kind == "label" and piece.text in seen:
                return piece
            seen.add(piece.text)
        return None

    def columns(self, label: str) -> Columns:
        """Where a label stands in the equation's text."""
        return next(piece.at for piece in self.pieces if piece.text == label)

    def axes(self, elided: str) -> str:
        """A label for every axis."""
        return str(self).replace("...", elided)

    def __str__(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def elided(count: int) -> str:
    """Labels for the axes that an ellipsis stands for."""
    return "".join(chr(_FIRST_ELIDED + axis) for axis in range(count))


def parse(text: str) -> tuple[list[Term], list[Term]]:
    """The terms before the arrow and behind it; at least one each, which may be empty.

    Raises:
        Refusal: the text is no equation; `within` has the columns to blame.
    """
    found = [Token(it.lastgroup, it[0], it.span()) for it in _PIECES.finditer(text)]
    for token in found:
        if token.kind == "unknown":
            raise _unknown(token, text)
    arrows = [i for i, token in enumerate(found) if token.text == "->"]
    if not arrows:
        fix = _with_output(text.strip(), _terms(found))
        raise Refusal("SPC0320", "the einsum equation has no `->`", fix=fix)
    if len(arrows) > 1:
        raise Refusal(
            "SPC0320",
            "the einsum equation has a second `->`",
            within=found[arrows[1]].at,
            help=FORM,
        )
    return _terms(found[: arrows[0]]), _terms(found[arrows[0] + 1 :])


def _with_output(text: str, operands: list[Term]) -> Fix | None:
    """The equation with an output: what the input alone has, then what the kernel alone has."""
    if len(operands) != 2 or any(term.ellipses for term in operands):
        return advise(FORM)
    one, other = (term.labels for term in operands)
    both = [label for label in one if label not in other], [x for x in other if x not in one]
    output = "".join(both[0] + both[1])
    return write(in_quotes(f"{text}->{output}"), words=FORM, safe=False)._replace(whole=True)


def _terms(tokens: list[Token]) -> list[Term]:
    commas = [i for i, token in enumerate(tokens) if token.text == ","]
    starts = [0, *(i + 1 for i in commas)]
    parted = [Term(tuple(tokens[i:j]), tokens[j]) for i, j in zip(starts, commas, strict=False)]
    return [*parted, Term(tuple(tokens[starts[-1] :]))]


def _unknown(token: Token, text: str) -> Refusal:
    dots = token.text in {".", "…"}
    help = f"labels are the letters a-z and A-Z; {FORM}"
    fix = None
    if token.text.isalnum():
        free = next(letter for letter in "cdefghijklmnopqrstuvwxyz" if letter not in text)
        instead = in_quotes(text.strip().replace(token.text, free))
        fix = write(instead, words=help, safe=False)._replace(whole=True)
    return Refusal(
        "SPC0322",
        f"`{token.text}` has no meaning in an einsum equation",
        within=token.at,
        fix=fix,
        help="an ellipsis is three dots: `...`" if dots else help,
    )
