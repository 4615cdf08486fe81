"""Arithmetic over params and dims, as it may stand wherever a number is expected.

Integers, decimals, names, `+ - * // % /`, `min(a, b)`, `max(a, b)` and parentheses. In a size `/`
is exact division; in a number that is not a size it is true division. Relations (`seq % 4 == 0`)
stand in `constraints` only. Every refusal knows its columns within the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from spec_compiler.diagnostics import Refusal, nearest, suggestion
from spec_compiler.ir import dims, facts
from spec_compiler.ir.dims import LARGEST, Dim, Size, SizeError

Number: TypeAlias = "int | float | Dim"
LONGEST = 1000
DEEPEST = 50

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>//|==|!=|<=|>=|[-+*/%(),<>]))"
)
_RELATIONS: dict[str, facts.Relation] = {
    "==": "==",
    "!=": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}


class Token(NamedTuple):
    """A piece of the text and where it stands."""

    text: str
    start: int
    end: int


class Untold(NamedTuple):
    """What a dim of a whole file means where the file is a block and no input is of that size."""

    owner: str

    def refusal(self, name: str, within: tuple[int, int]) -> Refusal:
        """Why `name` cannot stand in a text."""
        return Refusal(
            "SPC0205",
            f"`{name}` is the size of no input of `{self.owner}`: nothing tells it here",
            within=within,
            help=f"declare an input of that size, or make `{name}` a param",
        )


class Relation(NamedTuple):
    """Two sizes and what the author says holds between them."""

    left: Size
    relation: facts.Relation
    right: Size


@dataclass(slots=True)
class _Parser:
    """Precedence climbing over the tokens; evaluates as it goes."""

    text: str
    tokens: list[Token]
    names: Mapping[str, object]
    exact: bool
    position: int = 0
    depth: int = 0

    def relation(self) -> Relation:
        left = self.sum()
        sign = self.next()
        if sign is None or sign.text not in _RELATIONS:
            raise self.unexpected(sign, "a relation such as `==` or `<=`")
        right = self.sum()
        self.end()
        if isinstance(left, float) or isinstance(right, float):
            raise Refusal("SPC0104", "a constraint relates whole numbers")
        return Relation(left, _RELATIONS[sign.text], right)

    def end(self) -> None:
        if self.position < len(self.tokens):
            raise self.unexpected(self.tokens[self.position], "the end of the expression")

    def sum(self) -> Number:
        value = self.product()
        while token := self.accept("+", "-"):
            value = self.combine(token, value, self.product())
        return value

    def product(self) -> Number:
        value = self.unary()
        while token := self.accept("*", "/", "//", "%"):
            value = self.combine(token, value, self.unary())
        return value

    def unary(self) -> Number:
        minus = 0
        while token := self.accept("-", "+"):
            minus += token.text == "-"
        value = self.atom()
        return -value if minus % 2 else value

    def atom(self) -> Number:
        token = self.next()
        if token is None or token.text in {")", ","} or not re.match(r"[\w(]", token.text):
            raise self.unexpected(token, "a number or a name")
        if token.text == "(":
            return self.group()
        if token.text[0].isdigit():
            return self.literal(token)
        if token.text in {"min", "max"} and self.accept("("):
            left = self.sum()
            self.expect(",")
            right = self.sum()
            self.expect(")")
            return self.combine(token, left, right)
        return self.named(token)

    def group(self) -> Number:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refusal("SPC0105", f"parentheses nest deeper than {DEEPEST}")
        value = self.sum()
        self.expect(")")
        self.depth -= 1
        return value

    def literal(self, token: Token) -> Number:
        if token.text.isdigit():
            if len(token.text) > 19 or int(token.text) > LARGEST:
                raise Refusal("SPC0105", "a number beyond 2^63", within=(token.start, token.end))
            return int(token.text)
        if self.exact:
            raise Refusal(
                "SPC0104",
                f"`{token.text}` is not a whole number",
                within=(token.start, token.end),
            )
        return float(token.text)

    def named(self, token: Token) -> Number:
        value = self.names.get(token.text)
        if value is None:
            raise Refusal(
                "SPC0205",
                f"`{token.text}` is neither a param nor a dim",
                within=(token.start, token.end),
                **suggestion(
                    nearest(token.text, self.names),
                    f"declare it under `params` or `dims`: `{token.text}: …`",
                ),
            )
        if isinstance(value, Untold):
            raise value.refusal(token.text, (token.start, token.end))
        if isinstance(value, bool) or not isinstance(value, int | float | Dim):
            raise Refusal(
                "SPC0104",
                f"the param `{token.text}` is {value!r}, not a number",
                within=(token.start, token.end),
            )
        if self.exact and isinstance(value, float):
            raise Refusal(
                "SPC0104",
                f"the param `{token.text}` is {value}, not a whole number",
                within=(token.start, token.end),
            )
        return value

    def combine(self, token: Token, left: Number, right: Number) -> Number:
        try:
            value = _apply(token.text, left, right, self.exact)
        except (SizeError, OverflowError, ZeroDivisionError) as error:
            raise Refusal(
                "SPC0307", f"`{self.text}`: {error}", within=(token.start, token.end)
            ) from None
        if isinstance(value, int) and abs(value) > LARGEST:
            raise Refusal("SPC0105", "a number beyond 2^63", within=(token.start, token.end))
        return value

    def next(self) -> Token | None:
        if self.position == len(self.tokens):
            return None
        self.position += 1
        return self.tokens[self.position - 1]

    def accept(self, *texts: str) -> Token | None:
        if self.position < len(self.tokens) and self.tokens[self.position].text in texts:
            return self.next()
        return None

    def expect(self, text: str) -> None:
        if not self.accept(text):
            token = self.tokens[self.position] if self.position < len(self.tokens) else None
            raise self.unexpected(token, f"`{text}`")

    def unexpected(self, token: Token | None, wanted: str) -> Refusal:
        found = f"`{token.text}`" if token else "the end"
        within = (token.start, token.end) if token else (len(self.text), len(self.text) + 1)
        if token and token.text == "*" and self.text[token.start - 1 : token.start] == "*":
            return Refusal(
                "SPC0104",
                "`**` has no meaning in a size",
                within=(token.start - 1, token.end),
                help="there is no power here: write a product, or the number",
            )
        return Refusal("SPC0104", f"expected {wanted}, found {found}", within=within)


def number(text: str, names: Mapping[str, object]) -> Number:
    """The value of a number that is not a size; `/` is true division."""
    return _whole(text, names, exact=False)


def size(text: str, names: Mapping[str, object]) -> Size:
    """The value of a size: an integer or a polynomial over dims; `/` must divide.

    Raises:
        Refusal: the text is not an expression, a name is unknown, or a division is not exact.
    """
    value = _whole(text, names, exact=True)
    if isinstance(value, float):  # cannot happen: exact parsing refuses decimals
        raise TypeError(text)
    return value


def relation(text: str, names: Mapping[str, object]) -> Relation:
    """A constraint: two sizes and a relation between them."""
    return _Parser(text, _tokens(text), names, exact=True).relation()


def _whole(text: str, names: Mapping[str, object], *, exact: bool) -> Number:
    parser = _Parser(text, _tokens(text), names, exact)
    value = parser.sum()
    parser.end()
    return value


def _tokens(text: str) -> list[Token]:
    if len(text) > LONGEST:
        raise Refusal("SPC0105", f"an expression longer than {LONGEST} characters")
    tokens: list[Token] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            at = position + len(text[position:]) - len(text[position:].lstrip())
            raise Refusal("SPC0104", f"`{text[at]}` has no meaning in a size", within=(at, at + 1))
        tokens.append(
            Token(match[match.lastgroup or 0], match.start(match.lastgroup or 0), match.end())
        )
        position = match.end()
    return tokens


def _apply(sign: str, left: Number, right: Number, exact: bool) -> Number:
    if sign == "/" and not exact:
        if isinstance(left, Dim) or isinstance(right, Dim):
            raise SizeError("a size that only the data knows cannot be divided here")
        return left / right
    if isinstance(left, float) or isinstance(right, float):
        if isinstance(left, Dim) or isinstance(right, Dim):
            raise SizeError("a decimal number and a size that only the data knows do not mix")
        return _FLOAT[sign](left, right)
    if sign == "/":
        return _exact(left, right)
    return _SIZE[sign](left, right)


def _exact(left: Size, right: Size) -> Size:
    rest = dims.remainder(left, right)
    if rest == 0:
        return dims.floor_divide(left, right)
    if isinstance(rest, int):
        raise SizeError(f"{left} is not divisible by {right}; `//` rounds down")
    raise SizeError(
        f"whether {left} is divisible by {right} is known only from the data; "
        f"write `//` and add `{left} % {right} == 0` to `constraints`"
    )


_SIZE: dict[str, Callable[[Size, Size], Size]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": dims.floor_divide,
    "%": dims.remainder,
    "min": dims.minimum,
    "max": dims.maximum,
}
_FLOAT: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "//": lambda a, b: a // b,
    "%": lambda a, b: a % b,
    "min": min,
    "max": max,
}
