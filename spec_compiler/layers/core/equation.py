"""Einsum equations of an input and a kernel: `abc,cd->abd`, `...x,xy->...y`, `bc...,cd->bd...`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from spec_compiler.declaring.fields import refuse
from spec_compiler.declaring.scope import described
from spec_compiler.fixes import Fix, advise, in_quotes, rewrite, write
from spec_compiler.formula import einsum
from spec_compiler.formula.einsum import FORM, Term
from spec_compiler.formula.tokens import Columns
from spec_compiler.records import record
from spec_compiler.refusals import Refusal


@record
class Equation:
    """What an EinsumDense computes; `parse` makes only those that have a meaning."""

    text: str
    input: Term
    kernel: Term
    output: Term

    @property
    def terms(self) -> tuple[tuple[str, Term], ...]:
        """Each term and its role."""
        return ("input", self.input), ("kernel", self.kernel), ("output", self.output)

    def columns(self, label: str) -> Columns:
        """The first place where a label stands."""
        return next(term for _, term in self.terms if label in term.labels).columns(label)

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
                fix=self._with_ellipsis(rank),
                annotation=f"needs rank {named}{least}",
                related=((("equation",), f"`{self.input}` is the input, the batch included"),),
            )
        return einsum.elided(extra)

    def _with_ellipsis(self, rank: int) -> Fix | None:
        """An ellipsis for the batch and the axes behind it that have no label, if there are any."""
        words = f"name {_count(rank, 'axis', 'axes')}"
        if rank < len(self.input.labels):
            return advise(words)
        words = f"{words}, or write `...` for the others"
        before, after = str(self.input), str(self.output)
        if before[:1] != after[:1] or len(before) < 2 or before[0] in str(self.kernel):
            return advise(words)
        text = f"...{before[1:]},{self.kernel}->...{after[1:]}"
        return write(in_quotes(text), words=words, safe=False).on("equation")


@lru_cache
def parse(text: str) -> Equation:
    """The equation that a text is.

    Raises:
        Refusal: it is none; `within` has the columns to blame.
    """
    operands, results = einsum.parse(text)
    if len(operands) != 2 or len(results) > 1:
        extra = [term.comma for term in (*operands[1:], *results) if term.comma]
        found = "too many commas" if extra else "one operand"
        raise Refusal(
            "SPC0321",
            f"an einsum equation has two operands, the input and the kernel; this has {found}",
            within=extra[0].at if extra else None,
            fix=advise(FORM) if extra else _with_kernel(text, *operands, *results),
        )
    equation = Equation(text, *operands, *results)
    for role, term in equation.terms:
        _check_term(role, term, text)
    _check_ellipsis(equation)
    _check_labels(equation)
    return equation


def _with_kernel(text: str, before: Term, after: Term) -> Fix | None:
    """The equation with a kernel: what the input alone has, then what the output alone has."""
    one, other = before.labels, after.labels
    kernel = [label for label in one if label not in other]
    kernel += [label for label in other if label not in one]
    if not kernel:
        return advise(FORM)
    instead = f"{before},{''.join(kernel)}->{after}"
    return write(in_quotes(instead), words=FORM, safe=False)._replace(whole=True)


def _ellipsis_first(text: str) -> Fix | None:
    """The equation without the label of the batch, which the ellipsis holds, too."""
    found = re.fullmatch(r"(\w)(\.\.\.[^,]*,[^>]*->)\1(\.\.\..*)", text.replace(" ", ""))
    if found is None or found[1] in f"{found[2]}{found[3]}":
        return None
    return write(in_quotes(f"{found[2]}{found[3]}"), safe=False)._replace(whole=True)


def _check_term(role: str, term: Term, text: str) -> None:
    if not term.labels:
        raise Refusal("SPC0321", f"the {role} of the einsum equation has no labels", help=FORM)
    if term.ellipses and role == "kernel":
        raise Refusal(
            "SPC0329",
            "the kernel cannot have an ellipsis: each of its axes needs a label",
            within=term.ellipses[0].at,
            fix=write(
                "", words="leave `...` out of the kernel; it stands for axes of the input"
            )._replace(safe=False),
        )
    if len(term.ellipses) > 1:
        raise Refusal(
            "SPC0328",
            f"the {role} has two ellipses, and how the axes are shared between them is open",
            within=term.ellipses[1].at,
            help="keep one ellipsis and name the other axes",
        )
    if term.ellipsis == "middle":
        raise Refusal(
            "SPC0328",
            f"the ellipsis stands in the middle of the {role}",
            within=term.ellipses[0].at,
            help="put it first or last, or name the axes",
            fix=_ellipsis_first(text),
        )


def _check_ellipsis(equation: Equation) -> None:
    before, after = equation.input.ellipsis, equation.output.ellipsis
    if before != after:
        if before and after:
            message = f"the ellipsis stands {before} in the input and {after} in the output"
            help = f"put it {before} in the output, or name the axes that move"
        else:
            has, lacks = ("input", "output") if before else ("output", "input")
            message = f"the {has} has an ellipsis and the {lacks} has none"
            help = f"write `...` in the {lacks} too, at the same end"
        last = [*equation.input.ellipses, *equation.output.ellipses][-1]
        fix = advise(help)
        if before and not after:
            labels = f"{equation.output}"
            text = f"...{labels}" if before == "left" else f"{labels}..."
            start = _output_at(equation)
            part = start, start + len(labels)
            fix = rewrite(text, part, of=last.at, words=help) if start else fix
        raise Refusal("SPC0327", message, within=last.at, fix=fix)
    if before == "right" and len(equation.input.labels) == 1:
        label = equation.input.labels
        raise Refusal(
            "SPC0330",
            f"an ellipsis at the right needs two labels before it: `{label}` alone is the batch",
            within=equation.input.columns(label),
            fix=_with_batch(equation, label),
        )


def _with_batch(equation: Equation, label: str) -> Fix:
    """The equation with a label for the batch before the others."""
    words = f"write `...{label}` to multiply the last axis, or name the batch"
    free = next(one for one in "bnzBNZ" if one not in equation.text)
    text = f"{free}{equation.input},{equation.kernel}->{free}{equation.output}"
    return write(in_quotes(text), words=words, safe=False)._replace(whole=True)


def _check_labels(equation: Equation) -> None:
    for role, term in equation.terms:
        if term.repeated:
            raise Refusal(
                "SPC0324" if role == "output" else "SPC0323",
                f"einsum label `{term.repeated.text}` stands twice in the {role} `{term}`",
                within=term.repeated.at,
                help="give each axis a label of its own",
            )
    known = equation.input.labels + equation.kernel.labels
    known_elsewhere = equation.input.labels + equation.output.labels
    for label in equation.output.labels:
        if label not in known:
            raise Refusal(
                "SPC0325",
                f"einsum label `{label}` stands only in the output",
                within=equation.output.columns(label),
                fix=_in_place(
                    label,
                    [one for one in equation.kernel.labels if one not in known_elsewhere],
                    f"put `{label}` into the kernel, which makes the new axes",
                ),
            )
    used = equation.input.labels + equation.output.labels
    for label in equation.kernel.labels:
        if label not in used:
            raise Refusal(
                "SPC0326",
                f"einsum label `{label}` stands only in the kernel, which would be summed over it",
                within=equation.kernel.columns(label),
                fix=rewrite(
                    f"{equation.output}{label}",
                    (start, start + len(str(equation.output))),
                    of=equation.kernel.columns(label),
                    words=f"put `{label}` into the output, or leave it out",
                )
                if equation.output.ellipsis in {"", "left"} and (start := _output_at(equation))
                else advise(f"put `{label}` into the output, or leave it out"),
            )


def _in_place(label: str, unused: list[str], words: str) -> Fix | None:
    """The label of the kernel that is nowhere else, if there is one, for one that it lacks."""
    return write(unused[0], words=words, safe=False) if len(unused) == 1 else advise(words)


def _output_at(equation: Equation) -> int:
    """The column of the output, where it is written without blanks; else 0."""
    start = len(equation.text.rstrip()) - len(f"{equation.output}")
    return start if equation.text[start:].rstrip() == f"{equation.output}" else 0


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _parsed(written: object) -> Equation:
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
