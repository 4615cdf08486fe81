"""From text to parts, by precedence; nesting is bounded, so that no text can exhaust the stack."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass

from spec_compiler.fixes import advise, rewrite
from spec_compiler.formula.dialect import COMPARISONS, Dialect
from spec_compiler.formula.syntax import (
    Argument,
    Binary,
    Expression,
    Index,
    Invocation,
    Items,
    Literal,
    Name,
    Rest,
    Slice,
    Unary,
)
from spec_compiler.formula.tokens import Token, tokens
from spec_compiler.ir.dims import LARGEST
from spec_compiler.refusals import Refusal

DEEPEST = 50
"""How deep brackets and signs may nest."""

_NOT = 3
"""How strongly `not` binds; between `and` and comparisons."""


def parse(text: str, dialect: Dialect) -> Expression:
    """The formula that a text is.

    Raises:
        Refusal: it is none; `within` has the columns to blame.
    """
    parser = _parser(text, dialect)
    found = parser.expression()
    parser.finish()
    return found


def parse_comparison(text: str, dialect: Dialect) -> Binary:
    """Two formulas and the sign between them, in a dialect whose operators do not compare.

    Raises:
        Refusal: the text is something else; `within` has the columns to blame.
    """
    parser = _parser(text, dialect)
    left = parser.expression()
    if parser.ahead.text not in COMPARISONS:
        raise parser.refused("a relation such as `==` or `<=`")
    sign, right = parser.next(), parser.expression()
    parser.finish()
    return Binary((0, len(text)), sign, left, right)


def _parser(text: str, dialect: Dialect) -> _Parser:
    found = tokens(text, dialect)
    return _Parser(found, dialect, found[0], "\n" in text.strip())


@dataclass(slots=True, eq=False, repr=False)
class _Parser:
    tokens: list[Token]
    dialect: Dialect
    ahead: Token
    several: bool
    """Whether the text has several lines, which may be meant as statements."""
    position: int = 0
    nesting: int = 0

    @property
    def behind(self) -> int:
        """The column after what was read last."""
        return self.tokens[self.position - 1].at[1]

    def finish(self) -> None:
        """Refuse what stands behind the formula."""
        if self.ahead.kind != "end":
            raise self.refused(self.dialect.end)

    def expression(self, least: int = 1) -> Expression:
        """What stands here, with operators that bind at least as strongly as `least`."""
        start = self.ahead.at[0]
        self.nesting += 1
        if self.nesting > DEEPEST:
            raise self.too_deep(start)
        operators = self.dialect.operators
        negated = self.ahead.text == "not" and least <= _NOT and "not" in self.dialect.reserved
        left = self.negation() if negated else self.signed()
        while (strength := operators.get(self.ahead.text, 0)) >= least:
            operator = self.next()
            right = self.expression(strength + 1)
            if self.ahead.text in COMPARISONS and operator.text in COMPARISONS:
                raise self.chained(start, left, right)
            left = Binary((start, self.behind), operator, left, right)
        self.nesting -= 1
        return left

    def negation(self) -> Expression:
        start, times = self.ahead.at[0], 0
        while self.accept("not"):
            times += 1
        operand = self.expression(_NOT)
        # `not not x` is still an operation on booleans, so that a number in it is refused
        for _ in range(2 - times % 2):
            operand = Unary((start, self.behind), "not", operand)
        return operand

    def signed(self) -> Expression:
        start, minus = self.ahead.at[0], None
        while self.ahead.text in {"-", "+"}:
            minus = bool(minus) ^ (self.next().text == "-")
        operand = self.power()
        if minus is None:
            return operand
        return Unary((start, self.behind), "-" if minus else "+", operand)

    def power(self) -> Expression:
        start = self.ahead.at[0]
        base = self.atom()
        if self.ahead.text == "[":
            base = self.indexed(base, start)
        if self.ahead.text not in {"**", "^"}:
            return base
        operator = self.next()
        self.nesting += 1
        if self.nesting > DEEPEST:
            raise self.too_deep(start)
        exponent = self.signed()
        self.nesting -= 1
        return Binary((start, self.behind), operator, base, exponent)

    def indexed(self, found: Expression, start: int) -> Expression:
        indices = 0
        while self.accept("["):
            indices += 1
            if indices == DEEPEST:
                raise self.too_deep(start)
            entries = [self.entry()]
            while self.accept(","):
                if self.ahead.text == "]":
                    break
                entries.append(self.entry())
            self.expect("]")
            found = Index((start, self.behind), found, tuple(entries))
        return found

    def entry(self) -> Expression | Slice | Rest:
        start = self.ahead.at[0]
        if self.accept("..."):
            return Rest((start, self.behind))
        first = None if self.ahead.text == ":" else self.expression()
        if not self.accept(":"):
            if first is None:  # a colon was seen
                raise self.refused("an index")
            return first
        stop = None if self.ahead.text in {":", ",", "]"} else self.expression()
        step = None
        if self.accept(":") and self.ahead.text not in {",", "]"}:
            step = self.expression()
        return Slice((start, self.behind), first, stop, step)

    def atom(self) -> Expression:
        token = self.ahead
        if token.kind == "name" and token.text not in self.dialect.reserved:
            self.next()
            return self.named(token)
        if token.kind == "number":
            return Literal(self.next().at, self.number(token))
        if token.kind == "text":
            return Literal(self.next().at, token.text[1:-1])
        if self.accept("("):
            return self.grouped(token)
        if self.accept("["):
            items = self.items("]")
            self.expect("]")
            return Items((token.at[0], self.behind), tuple(items))
        raise self.refused(self.dialect.value)

    def grouped(self, opened: Token) -> Expression:
        """What stands in parentheses; with a comma it is a list, as `()` is."""
        empty = self.dialect.tuples and self.ahead.text == ")"
        found = Items(opened.at, ()) if empty else self.expression()
        if self.dialect.tuples and self.accept(","):
            found = Items(opened.at, (found, *self.items(")")))
        self.expect(")")
        return found._replace(at=(opened.at[0], self.behind)) if isinstance(found, Items) else found

    def items(self, end: str) -> list[Expression]:
        found: list[Expression] = []
        while self.ahead.text != end:
            found.append(self.expression())
            if not self.accept(","):
                break
        return found

    def named(self, token: Token) -> Expression:
        if self.ahead.text == "(":
            self.next()
            arguments = self.arguments()
            self.expect(")")
            return Invocation((token.at[0], self.behind), token, tuple(arguments))
        if token.text in self.dialect.words:
            return Literal(token.at, self.dialect.words[token.text])
        return Name(token.at, token.text)

    def arguments(self) -> list[Argument]:
        found: list[Argument] = []
        while self.ahead.text != ")":
            start, keyword = self.ahead.at[0], ""
            if self.ahead.kind == "name" and self.tokens[self.position + 1].text == "=":
                keyword = self.next().text
                self.next()
            elif found and found[-1].keyword:
                raise self.refused("a keyword such as `axis=`")
            value = self.expression()
            found.append(Argument((start, value.at[1]), keyword, value))
            if not self.accept(","):
                break
        return found

    def number(self, token: Token) -> float:
        text, code = token.text, self.dialect.too_large
        if text.isdigit():
            if len(text) > 19 or int(text) > LARGEST:
                raise Refusal(code, "a number beyond 2^63", within=token.at)
            return int(text)
        value = float(text)
        if not math.isfinite(value):
            raise Refusal(code, f"`{text}` is beyond the largest float64", within=token.at)
        return value

    def next(self) -> Token:
        token = self.ahead
        self.position += 1
        self.ahead = self.tokens[self.position]
        return token

    def accept(self, text: str) -> bool:
        if self.ahead.text == text:
            self.next()
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            raise self.refused(f"`{text}`")

    def chained(self, start: int, left: Expression, right: Expression) -> Refusal:
        """The refusal of `a < b < c`; `left` and `right` are read, and the second sign is ahead."""
        words, sign = "write `a < b and b < c`", self.next()
        fix = advise(words)
        with suppress(Refusal):
            third = self.expression(self.dialect.operators[sign.text] + 1)
            if self.ahead.text not in COMPARISONS:
                text, part = f"@0 and @1 {sign.text} @2", (start, third.at[1])
                first = left.at[0], right.at[1]
                pieces = (first, right.at, third.at)
                fix = rewrite(text, part, *pieces, of=sign.at, words=words, safe=True)
        message = "comparisons cannot be chained"
        return Refusal("SPC0129", message, within=sign.at, fix=fix)

    def refused(self, wanted: str) -> Refusal:
        # only where something is refused
        from spec_compiler.formula.meant import meant_instead

        token = self.ahead
        found = "the end" if token.kind == "end" else f"`{token.text}`"
        return Refusal(
            self.dialect.unreadable,
            f"expected {wanted}, found {found}",
            within=token.at,
            fix=meant_instead(self.tokens, self.position, wanted, self.dialect, self.several),
        )

    def too_deep(self, start: int) -> Refusal:
        return Refusal(
            self.dialect.too_long,
            f"an expression nests at most {DEEPEST} levels deep",
            within=(start, start + 1),
            help=self.dialect.shorter,
        )
