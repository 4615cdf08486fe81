"""Arithmetic over params and dims, as it may stand wherever a number is expected.

Integers, decimals, names, `+ - * // % /`, `min(a, …)`, `max(a, …)` and parentheses. In a size `/`
is exact division; in a number that is not a size it is true division. Relations (`seq % 4 == 0`)
stand in `constraints` only. Every refusal knows its columns within the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias, cast

from spec_compiler.fixes import Fix, write
from spec_compiler.formula.dialect import ARITHMETIC, COMPARISONS, LIKE_SIGNS, Dialect, pieces
from spec_compiler.formula.operations import Exact, combined, quotient, within_reach
from spec_compiler.formula.parser import parse, parse_comparison
from spec_compiler.formula.syntax import Binary, Expression, Invocation, Literal, Name, Unary
from spec_compiler.formula.tokens import Columns, Token
from spec_compiler.ir import facts
from spec_compiler.ir.dims import Dim, Size, SizeError, as_symbol, grouped, quoted
from spec_compiler.refusals import Refusal
from spec_compiler.spelling import nearest, suggestion

_OTHERS = {"<>": "!=", "=<": "<=", "=>": ">=", "===": "==", "!==": "!="}


def _behind_dots(text: str, column: int) -> Fix | None:
    # only where a sign has no meaning
    from spec_compiler.formula.templates import name_behind_dots

    return name_behind_dots(text, column)


SIZE = Dialect(
    name="a size",
    pieces=pieces((*ARITHMETIC, *COMPARISONS, *_OTHERS, "**", "^", "(", ")", ",")),
    operators=ARITHMETIC,
    value="a number or a name",
    end="the end of the expression",
    unreadable="SPC0104",
    too_long="SPC0105",
    too_large="SPC0105",
    longest=1000,
    instead={
        **LIKE_SIGNS,
        "=": write("==", words="equality is `==`"),
        **{sign: write(own) for sign, own in _OTHERS.items()},
    },
    advice=_behind_dots,
)


class Untold(NamedTuple):
    """What a dim of a whole file means where the file is a block and no input is of that size."""

    owner: str

    def refusal(self, name: str, within: Columns) -> Refusal:
        """Why `name` cannot stand in a text."""
        return Refusal(
            "SPC0205",
            f"`{name}` is the size of no input of `{self.owner}`: nothing tells it here",
            within=within,
            help=f"declare an input of that size, or make `{name}` a param",
        )


class Undeclared(NamedTuple):
    """What a name means that an input's shape has and nothing declares."""

    known: Collection[str]
    """The names that are declared."""

    def refusal(self, name: str, within: Columns) -> Refusal:
        """What is wrong with `name`, in the words of its first place."""
        from spec_compiler.formula.words import word_for_size  # only where a name is not known

        message = f"`{name}` is neither a param nor a dim"
        if fix := word_for_size(name):
            return Refusal("SPC0205", message, within=within, fix=fix)
        return Refusal(
            "SPC0205",
            message,
            within=within,
            **suggestion(
                nearest(name, self.known),
                f"declare it: `dims: {{{name}: {{}}}}` if the data decides it, "
                f"else `params: {{{name}: 8}}`",
                self.known,
            ),
        )


class BesideIt(NamedTuple):
    """What a dim means in the bounds of another."""

    def refusal(self, name: str, within: Columns) -> Refusal:
        """Why `name` cannot stand in a text."""
        return Refusal(
            "SPC0205",
            f"`{name}` is a dim, and bounds are made of numbers and params",
            within=within,
            help=f"state the relation under `constraints`: `… <= {name}`",
        )


NoMeaning: TypeAlias = Untold | Undeclared | BesideIt
"""What a name can be that means nothing where it stands: each says why."""


class SizeRelation(NamedTuple):
    """Two sizes and what the author says holds between them."""

    left: Size
    relation: facts.Relation
    right: Size


def number(text: str, names: Mapping[str, object]) -> Exact:
    """The value of a number that is not a size; `/` is true division."""
    return _Evaluation(text, names, exact=False).value(_parsed(text, names))


def size(text: str, names: Mapping[str, object]) -> Size:
    """The value of a size: an integer or a polynomial over dims; `/` must divide.

    Raises:
        Refusal: the text is not an expression, a name is unknown, or a division is not exact.
    """
    return _Evaluation(text, names, exact=True).size(_parsed(text, names))


def relation(text: str, names: Mapping[str, object]) -> SizeRelation:
    """A constraint: two sizes and a relation between them."""
    try:
        compared = parse_comparison(text, SIZE)
    except Refusal as refusal:
        # only where it is none
        from spec_compiler.formula.chained import relations_in

        several = relations_in(text, SIZE)
        if several is None:
            raise
        if not several.also:
            raise refusal.mended(several._replace(whole=True)) from None
        message = "a constraint is one relation"
        raise refusal.but(message=message, fix=several._replace(whole=True)) from None
    sizes = _Evaluation(text, names, exact=True)
    left, right = sizes.size(compared.left), sizes.size(compared.right)
    return SizeRelation(left, cast("facts.Relation", compared.operator.text), right)


def names_in(text: str) -> list[str]:
    """The names that stand in a text, whether or not it can be read."""
    return list(dict.fromkeys(re.findall(r"[A-Za-z_]\w*", text)))


@lru_cache(maxsize=1024)
def _read(text: str) -> Expression:
    # the same few sizes stand in many layers
    return parse(text, SIZE)


def _parsed(text: str, names: Collection[str]) -> Expression:
    try:
        return _read(text)
    except Refusal as refusal:
        # only where a text is none of arithmetic
        from spec_compiler.formula.templates import explained

        raise explained(refusal, text, names) from None


class _Evaluation(NamedTuple):
    """Walks what was read.

    Attributes:
        text: As it was written.
        names: What names mean.
        exact: Whether every part is a whole number or a size.
    """

    text: str
    names: Mapping[str, object]
    exact: bool

    def size(self, part: Expression) -> Size:
        """The value of what is exact."""
        value = self.value(part)
        if isinstance(value, float):  # cannot happen: decimals were refused
            raise TypeError(self.text)
        return value

    def value(self, part: Expression) -> Exact:
        if isinstance(part, Name):
            return self.named(part)
        if isinstance(part, Literal):
            return self.literal(part)
        if isinstance(part, Binary):
            links = part.chain
            value = self.value(links[0].left)
            for link in links:
                if link.operator.text in {"**", "^"}:
                    # only where there is a power
                    from spec_compiler.formula.rounding import power

                    raise power(link, self.text)
                value = self.combined(link.operator, value, self.value(link.right))
            return value
        if isinstance(part, Unary):
            value = self.value(part.operand)
            return -value if part.operator == "-" else value
        if isinstance(part, Invocation):
            return self.chosen(part)
        raise TypeError(part)  # cannot happen: its signs have no meaning in a size

    def literal(self, part: Literal) -> Exact:
        value = part.value
        if self.exact and not isinstance(value, int):
            # only where a decimal stands in a size
            from spec_compiler.formula.rounding import decimal

            raise decimal(part, self.text)
        return cast("float", value)

    def named(self, part: Name) -> Exact:
        name = part.text
        value = self.names.get(name)
        if value is None:
            raise Undeclared(self.names).refusal(name, part.at)
        if isinstance(value, NoMeaning):
            raise value.refusal(name, part.at)
        if isinstance(value, bool) or not isinstance(value, int | float | Dim):
            message = f"the param `{name}` is {value!r}, not a number"
            raise Refusal("SPC0104", message, within=part.at, read=name)
        if self.exact and isinstance(value, float):
            message = f"the param `{name}` is {value}, not a whole number"
            raise Refusal("SPC0104", message, within=part.at, read=name)
        return value

    def chosen(self, part: Invocation) -> Exact:
        """`min(a, …)` or `max(a, …)`."""
        function, given = part.function, part.arguments
        if function.text not in {"min", "max"}:
            # only where a function is none of a size
            from spec_compiler.formula import rounding as meant_by

            raise Refusal(
                "SPC0104",
                f"there is no function `{function.text}` in a size",
                within=function.at,
                fix=meant_by.call_meant(part),
            )
        if not given:
            message = f"`{function.text}` takes numbers, one or more"
            raise Refusal("SPC0104", message, within=part.at)
        # in one order, so that what means the same has one form
        first, *others = sorted((self.value(argument.value) for argument in given), key=str)
        for other in others:
            first = self.combined(function, first, other)
        return first

    def combined(self, sign: Token, left: Exact, right: Exact) -> Exact:
        try:
            if self.exact and sign.text == "/":
                value = _exact(cast("Size", left), cast("Size", right))
            else:
                value = combined(sign.text, left, right)
        except SizeError as error:
            found = error.but(message=f"`{self.text}`: {error.message}", within=sign.at)
            if sign.text == "/" and isinstance(left, int) and isinstance(right, int):
                found = found.but(fix=Fix("write", "//", safe=False))
            raise found from None
        return within_reach(value, "SPC0105", sign.at)


def _exact(left: Size, right: Size) -> Size:
    found = quotient(left, right)
    if found is None:
        said = f"add `{grouped(left)} % {grouped(right)} == 0` to `constraints`"
        if as_symbol(left) is None or not isinstance(right, int):
            said = f"write `//` and {said}"
        raise SizeError(
            f"whether {quoted(left)} is divisible by {quoted(right)} is known only from the data; "
            f"{said}"
        )
    return found
