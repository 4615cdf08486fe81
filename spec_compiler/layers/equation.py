"""Einsum equations of an input and a kernel: `abc,cd->abd`, `...x,xy->...y`, `bc...,cd->bd...`.

The parser knows the columns of every label in the text as it was written, so that a refusal points
at the label that is wrong. Blanks have no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, NoReturn, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from spec_compiler.diagnostics import Refusal
from spec_compiler.notation.fields import refuse
from spec_compiler.notation.scope import described

Columns: TypeAlias = tuple[int, int]
End: TypeAlias = Literal["", "left", "right"]

_TOKEN = re.compile(r"\.\.\.|->|\S")
_LABEL = re.compile(r"[a-zA-Z]")
_FORM = "an equation looks like `abc,cd->abd`: input, kernel, arrow, output"
_FIRST_ELIDED = 0x100
"""Elided axes get labels from here on, where no author can write one."""


class Token(NamedTuple):
    """A label, an ellipsis, a comma or an arrow, and where it stands."""

    text: str
    start: int

    @property
    def columns(self) -> Columns:
        """Its first column and the one after its last."""
        return self.start, self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Term:
    """The labels of one tensor of an equation.

    Attributes:
        role: `input`, `kernel` or `output`.
        labels: One letter for each axis that is named.
        starts: The column of each label.
        ellipsis: At which end further axes stand, if there are any.
    """

    role: str
    labels: str
    starts: tuple[int, ...]
    ellipsis: End = ""

    def columns(self, label: str) -> Columns:
        """Where a label stands in the equation's text."""
        start = self.starts[self.labels.index(label)]
        return start, start + 1

    def axes(self, elided: str) -> str:
        """A label for every axis."""
        return self.labels + elided if self.ellipsis == "right" else elided + self.labels

    def __str__(self) -> str:
        left, right = ("..." if self.ellipsis == end else "" for end in ("left", "right"))
        return f"{left}{self.labels}{right}"


@dataclass(frozen=True, slots=True)
class Equation:
    """What an EinsumDense computes; `parse` makes only those that have a meaning."""

    text: str
    input: Term
    kernel: Term
    output: Term

    def columns(self, label: str) -> Columns:
        """The first place where a label stands."""
        terms = (self.input, self.kernel, self.output)
        return next(term for term in terms if label in term.labels).columns(label)

    def elided(self, rank: int) -> str:
        """Labels for the axes that the ellipsis stands for in an input of this rank.

        Raises:
            Refusal: the input has too few or too many axes.
        """
        named = len(self.input.labels)
        axes = _count(named, "axis", "axes")
        extra = rank - named
        if extra < 0 or (extra and not self.input.ellipsis):
            least = " or more" if self.input.ellipsis else ""
            raise Refusal(
                "SPC0331",
                f"`{self.input}` names {axes}, and the input has rank {rank}",
                argument=("from",),
                annotation=f"needs rank {named}{least}",
                related=((("equation",), f"`{self.input}` is the input, the batch included"),),
                help=f"name {_count(rank, 'axis', 'axes')}"
                + ("" if extra < 0 else ", or write `...` for the others"),
            )
        return "".join(chr(_FIRST_ELIDED + axis) for axis in range(extra))


def parse(text: str) -> Equation:
    """The equation that a text is.

    Raises:
        Refusal: it is none; `within` has the columns to blame.
    """
    tokens = [Token(found.group(), found.start()) for found in _TOKEN.finditer(text)]
    _check_characters(tokens)
    operands, result = _split_arrow(tokens)
    left, kernel = _split_comma(operands, result)
    equation = Equation(
        text, _term("input", left), _term("kernel", kernel), _term("output", result)
    )
    _check_ellipsis(equation, tokens)
    _check_labels(equation)
    return equation


def _refuse(code: str, message: str, within: Columns | None = None, **facts: Any) -> NoReturn:
    raise Refusal(code, message, within=within, **facts)


def _check_characters(tokens: list[Token]) -> None:
    for token in tokens:
        if not (_LABEL.fullmatch(token.text) or token.text in {"...", "->", ","}):
            dots = token.text in {".", "…"}
            _refuse(
                "SPC0322",
                f"`{token.text}` has no meaning in an einsum equation",
                token.columns,
                help="an ellipsis is three dots: `...`"
                if dots
                else f"labels are the letters a-z and A-Z; {_FORM}",
            )


def _split_arrow(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    arrows = [i for i, token in enumerate(tokens) if token.text == "->"]
    if not arrows:
        _refuse("SPC0320", "the einsum equation has no `->`", help=_FORM)
    if len(arrows) > 1:
        _refuse(
            "SPC0320",
            "the einsum equation has a second `->`",
            tokens[arrows[1]].columns,
            help=_FORM,
        )
    return tokens[: arrows[0]], tokens[arrows[0] + 1 :]


def _split_comma(operands: list[Token], result: list[Token]) -> tuple[list[Token], list[Token]]:
    commas = [i for i, token in enumerate(operands) if token.text == ","]
    extra = [operands[i] for i in commas[1:]] + [token for token in result if token.text == ","]
    if not commas or extra:
        found = "too many commas" if extra else "one operand"
        _refuse(
            "SPC0321",
            f"an einsum equation has two operands, the input and the kernel; this has {found}",
            extra[0].columns if extra else None,
            help=_FORM,
        )
    return operands[: commas[0]], operands[commas[0] + 1 :]


def _term(role: str, tokens: list[Token]) -> Term:
    letters = [token for token in tokens if token.text != "..."]
    dots = [i for i, token in enumerate(tokens) if token.text == "..."]
    if not letters:
        _refuse("SPC0321", f"the {role} of the einsum equation has no labels", help=_FORM)
    if dots and role == "kernel":
        _refuse(
            "SPC0329",
            "the kernel cannot have an ellipsis: each of its axes needs a label",
            tokens[dots[0]].columns,
            help="leave `...` out of the kernel; it stands for axes of the input",
        )
    if len(dots) > 1:
        _refuse(
            "SPC0328",
            f"the {role} has two ellipses, and how the axes are shared between them is open",
            tokens[dots[1]].columns,
            help="keep one ellipsis and name the other axes",
        )
    if dots and dots[0] not in {0, len(tokens) - 1}:
        _refuse(
            "SPC0328",
            f"the ellipsis stands in the middle of the {role}",
            tokens[dots[0]].columns,
            help="put it first or last, or name the axes",
        )
    end: End = "" if not dots else "right" if dots[0] else "left"
    labels = "".join(token.text for token in letters)
    return Term(role, labels, tuple(token.start for token in letters), end)


def _check_ellipsis(equation: Equation, tokens: list[Token]) -> None:
    before, after = equation.input.ellipsis, equation.output.ellipsis
    if before != after:
        last = [token for token in tokens if token.text == "..."][-1]
        if before and after:
            message = f"the ellipsis stands {before} in the input and {after} in the output"
            help = f"put it {before} in the output, or name the axes that move"
        else:
            has, lacks = ("input", "output") if before else ("output", "input")
            message = f"the {has} has an ellipsis and the {lacks} has none"
            help = f"write `...` in the {lacks} too, at the same end"
        _refuse("SPC0327", message, last.columns, help=help)
    if before == "right" and len(equation.input.labels) == 1:
        label = equation.input.labels
        _refuse(
            "SPC0330",
            f"an ellipsis at the right needs two labels before it: `{label}` alone is the batch",
            equation.input.columns(label),
            help=f"write `...{label}` to multiply the last axis, or name the batch",
        )


def _check_labels(equation: Equation) -> None:
    for term in (equation.input, equation.kernel, equation.output):
        for label, start in _repeated(term):
            _refuse(
                "SPC0324" if term is equation.output else "SPC0323",
                f"einsum label `{label}` stands twice in the {term.role} `{term}`",
                (start, start + 1),
                help="give each axis a label of its own",
            )
    known = equation.input.labels + equation.kernel.labels
    for label in equation.output.labels:
        if label not in known:
            _refuse(
                "SPC0325",
                f"einsum label `{label}` stands only in the output",
                equation.output.columns(label),
                help=f"put `{label}` into the kernel, which makes the new axes",
            )
    used = equation.input.labels + equation.output.labels
    for label in equation.kernel.labels:
        if label not in used:
            _refuse(
                "SPC0326",
                f"einsum label `{label}` stands only in the kernel, which would be summed over it",
                equation.kernel.columns(label),
                help=f"put `{label}` into the output, or leave it out",
            )


def _repeated(term: Term) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for label, start in zip(term.labels, term.starts, strict=True):
        if label in seen:
            yield label, start
        seen.add(label)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _parsed(written: object) -> Equation:
    if isinstance(written, Equation):
        return written
    if not isinstance(written, str):
        raise refuse(f"must be text such as `abc,cd->abd`, not {described(written)}")
    return parse(written)


EquationField: TypeAlias = Annotated[
    Equation,
    PlainValidator(_parsed),
    PlainSerializer(lambda equation: equation.text),
    WithJsonSchema({"type": "string"}),
]
"""An einsum equation as text."""
