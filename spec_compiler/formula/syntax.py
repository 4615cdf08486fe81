"""What a formula is once it is read: parts, each with its columns in the text, `at`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from spec_compiler.formula.tokens import Columns, Token


class Literal(NamedTuple):
    """A number, a text, `True`, `False` or `None`."""

    at: Columns
    value: float | str | None


class Name(NamedTuple):
    """An input, an argument, a param or a dim."""

    at: Columns
    text: str


class Items(NamedTuple):
    """A list in brackets, or in parentheses with a comma."""

    at: Columns
    items: tuple[Expression, ...]


class Unary(NamedTuple):
    """`-x` or `not x`."""

    at: Columns
    operator: str
    operand: Expression


class Binary(NamedTuple):
    """Two operands and the operator between them."""

    at: Columns
    operator: Token
    left: Expression
    right: Expression

    @property
    def chain(self) -> list[Binary]:
        """`a + b - c …` from the left: long chains must not nest calls."""
        links: list[Binary] = [self]
        while isinstance(links[-1].left, Binary):
            links.append(links[-1].left)
        return links[::-1]


class Argument(NamedTuple):
    """What a function is given: `x`, or `axis=1`."""

    at: Columns
    keyword: str
    value: Expression


class Invocation(NamedTuple):
    """A function with its arguments."""

    at: Columns
    function: Token
    arguments: tuple[Argument, ...]


class Slice(NamedTuple):
    """`first:stop:step` in an index; each may be absent."""

    at: Columns
    first: Expression | None
    stop: Expression | None
    step: Expression | None


class Rest(NamedTuple):
    """`...` in an index: all axes that are not named."""

    at: Columns


class Index(NamedTuple):
    """`x[…]`."""

    at: Columns
    target: Expression
    entries: tuple[Expression | Slice | Rest, ...]


Expression: TypeAlias = Literal | Name | Items | Unary | Binary | Invocation | Index


def parts(tree: Expression) -> Iterator[Expression]:
    """Every part of an expression, from the left."""
    ahead: list[Expression | None] = [tree]
    while ahead:
        node = ahead.pop()
        if node is None:
            continue
        yield node
        inside: list[Expression | None] = []
        if isinstance(node, Items):
            inside = [*node.items]
        elif isinstance(node, Unary):
            inside = [node.operand]
        elif isinstance(node, Binary):
            inside = [node.left, node.right]
        elif isinstance(node, Invocation):
            inside = [item.value for item in node.arguments]
        elif isinstance(node, Index):
            inside = [node.target]
            for entry in node.entries:
                if isinstance(entry, Slice):
                    inside += [entry.first, entry.stop, entry.step]
                elif not isinstance(entry, Rest):
                    inside.append(entry)
        ahead += reversed(inside)
