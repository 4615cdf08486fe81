"""From text to nodes, by precedence; depth is bounded, so that no text can exhaust the stack."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NoReturn

from spec_compiler.diagnostics import Refusal
from spec_compiler.expression.syntax import (
    Argument,
    Binary,
    Call,
    Expression,
    Index,
    Items,
    Literal,
    Name,
    Rest,
    Slice,
    Unary,
)
from spec_compiler.expression.tokens import Token, tokens
from spec_compiler.ir.dims import LARGEST

DEEPEST = 50

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_PRECEDENCE = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(COMPARISONS, 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/", "//", "%", "@"), 6),
}
_NOT, _COMPARISON, _SIGNED = 3, 4, 7
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("True", "true"), True),
    **dict.fromkeys(("False", "false"), False),
    **dict.fromkeys(("None", "null")),
}
_RESERVED = {"and", "or", "not", "if", "else", "lambda", "for", "in", "is", "import"}
_INSTEAD = {
    "if": "write `where(condition, a, b)`",
    "else": "write `where(condition, a, b)`",
    "lambda": "write only what comes after the colon",
    "is": "compare with `==`",
    "=": "equality is `==`; `=` stands only between a keyword and its value",
    ":": "a colon stands only in an index, as in `x[:, 1:]`",
}


def parse(text: str) -> Expression:
    """The expression that a text is.

    Raises:
        Refusal: it is none; `within` has the columns to blame.
    """
    return _Parser(tokens(text)).whole()


def names_in(text: str) -> dict[str, tuple[int, int]]:
    """Every name in a text that is an expression, and where it stands first.

    Names of functions and keywords are among them.
    """
    found: dict[str, tuple[int, int]] = {}
    for token in tokens(text):
        if token.kind == "name":
            found.setdefault(token.text, (token.start, token.end))
    return found


def is_name(text: str) -> bool:
    """Whether a text is one name that an expression can use."""
    try:
        return isinstance(parse(text), Name)
    except Refusal:
        return False


@dataclass(slots=True)
class _Parser:
    tokens: list[Token]
    position: int = 0
    nesting: int = 0

    @property
    def ahead(self) -> Token:
        return self.tokens[self.position]

    @property
    def behind(self) -> int:
        """The column after what was read last."""
        return self.tokens[self.position - 1].end

    def whole(self) -> Expression:
        found = self.expression()
        if self.ahead.kind != "end":
            raise self.refused("an operator or the end")
        return found

    def expression(self, least: int = 1) -> Expression:
        """What stands here, with operators that bind at least as strongly as `least`."""
        start = self.ahead.start
        self.nesting += 1
        if self.nesting > DEEPEST:
            _too_deep(start)
        left = self.negation() if least <= _NOT and self.ahead.text == "not" else self.signed()
        while _PRECEDENCE.get(self.ahead.text, 0) >= least and self.ahead.kind != "text":
            operator = self.next()
            strength = _PRECEDENCE[operator.text]
            right = self.expression(strength + 1)
            if strength == _COMPARISON and self.ahead.text in COMPARISONS:
                raise Refusal(
                    "SPC0129",
                    "comparisons cannot be chained",
                    within=(self.ahead.start, self.ahead.end),
                    help="write `a < b and b < c`",
                )
            depth = max(left.depth, right.depth + 1)
            left = Binary(start, self.behind, _bounded(depth, start), operator.text, left, right)
        self.nesting -= 1
        return left

    def negation(self) -> Expression:
        start, times = self.ahead.start, 0
        while self.accept("not"):
            times += 1
        operand = self.expression(_NOT)
        # `not not x` is still an operation on booleans, so that a number in it is refused
        for _ in range(2 - times % 2):
            operand = Unary(start, self.behind, _bounded(operand.depth + 1, start), "not", operand)
        return operand

    def signed(self) -> Expression:
        start, minus, signs = self.ahead.start, 0, 0
        while self.ahead.text in {"-", "+"} and self.ahead.kind == "sign":
            minus += self.next().text == "-"
            signs += 1
        operand = self.power()
        if not signs:
            return operand
        depth = _bounded(operand.depth + 1, start)
        return Unary(start, self.behind, depth, "-" if minus % 2 else "+", operand)

    def power(self) -> Expression:
        start = self.ahead.start
        base = self.postfix()
        if not self.accept("**"):
            return base
        self.nesting += 1
        if self.nesting > DEEPEST:
            _too_deep(start)
        exponent = self.signed()
        self.nesting -= 1
        depth = _bounded(max(base.depth, exponent.depth) + 1, start)
        return Binary(start, self.behind, depth, "**", base, exponent)

    def postfix(self) -> Expression:
        start = self.ahead.start
        found = self.atom()
        while self.accept("["):
            entries = [self.entry()]
            while self.accept(","):
                if self.ahead.text == "]":
                    break
                entries.append(self.entry())
            self.expect("]")
            depth = _bounded(1 + max(found.depth, *(item.depth for item in entries)), start)
            found = Index(start, self.behind, depth, found, tuple(entries))
        return found

    def entry(self) -> Expression | Slice | Rest:
        start = self.ahead.start
        if self.accept("..."):
            return Rest(start, self.behind, 1)
        first = None if self.ahead.text == ":" else self.expression()
        if not self.accept(":"):
            if first is None:  # a colon was seen
                raise self.refused("an index")
            return first
        stop = None if self.ahead.text in {":", ",", "]"} else self.expression()
        step = None
        if self.accept(":") and self.ahead.text not in {",", "]"}:
            step = self.expression()
        depth = 1 + max((part.depth for part in (first, stop, step) if part), default=0)
        return Slice(start, self.behind, depth, first, stop, step)

    def atom(self) -> Expression:
        token = self.ahead
        if token.kind == "number":
            self.next()
            return Literal(token.start, token.end, 1, _number(token))
        if token.kind == "text":
            self.next()
            return Literal(token.start, token.end, 1, token.text[1:-1])
        if token.kind == "name" and token.text not in _RESERVED:
            self.next()
            return self.named(token)
        if self.accept("("):
            found = self.expression()
            self.expect(")")
            return found
        if self.accept("["):
            items = self.items("]")
            self.expect("]")
            depth = 1 + max((item.depth for item in items), default=0)
            return Items(token.start, self.behind, _bounded(depth, token.start), tuple(items))
        raise self.refused("a value")

    def items(self, closing: str) -> list[Expression]:
        found: list[Expression] = []
        while self.ahead.text != closing:
            found.append(self.expression())
            if not self.accept(","):
                break
        return found

    def named(self, token: Token) -> Expression:
        if self.accept("("):
            arguments = self.arguments()
            self.expect(")")
            depth = 1 + max((item.value.depth for item in arguments), default=0)
            depth = _bounded(depth, token.start)
            return Call(token.start, self.behind, depth, token.text, tuple(arguments))
        if token.text in _WORDS:
            return Literal(token.start, token.end, 1, _WORDS[token.text])
        return Name(token.start, token.end, 1, token.text)

    def arguments(self) -> list[Argument]:
        found: list[Argument] = []
        while self.ahead.text != ")":
            token, keyword = self.ahead, ""
            if token.kind == "name" and self.tokens[self.position + 1].text == "=":
                keyword = token.text
                self.position += 2
            elif found and found[-1].keyword:
                raise self.refused("a keyword such as `axis=`")
            found.append(Argument(keyword, self.expression(), token.start))
            if not self.accept(","):
                break
        return found

    def next(self) -> Token:
        self.position += 1
        return self.tokens[self.position - 1]

    def accept(self, text: str) -> bool:
        if self.ahead.text == text:
            self.position += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.refused(f"`{text}`")

    def refused(self, wanted: str) -> Refusal:
        token = self.ahead
        found = "the end" if token.kind == "end" else f"`{token.text}`"
        return Refusal(
            "SPC0120",
            f"expected {wanted}, found {found}",
            within=(token.start, token.end),
            help=_INSTEAD.get(token.text, ""),
        )


def _bounded(depth: int, start: int) -> int:
    if depth > DEEPEST:
        _too_deep(start)
    return depth


def _too_deep(start: int) -> NoReturn:
    raise Refusal(
        "SPC0121",
        f"an expression nests at most {DEEPEST} levels deep",
        within=(start, start + 1),
        help="split it into several Lambda layers",
    )


def _number(token: Token) -> float:
    text = token.text
    within = (token.start, token.end)
    if text.isdigit():
        if len(text) > 19 or int(text) > LARGEST:
            raise Refusal("SPC0122", "a number beyond 2^63", within=within)
        return int(text)
    value = float(text)
    if not math.isfinite(value):
        raise Refusal("SPC0122", f"`{text}` is beyond the largest float64", within=within)
    return value
