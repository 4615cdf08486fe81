"""What an expression is once it is read: nodes that know their columns in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression.

    Attributes:
        start: Its first column in the text, from 0.
        end: The column after its last.
        depth: How many levels are inside it; a chain such as `a + b + c` is one level.
    """

    start: int
    end: int
    depth: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, a text, `True`, `False` or `None`."""

    value: float | str | None


@dataclass(frozen=True, slots=True)
class Name(Node):
    """An input, an argument, a param or a dim."""

    text: str


@dataclass(frozen=True, slots=True)
class Items(Node):
    """A list in brackets."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """`-x` or `not x`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Two operands and the operator between them."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Argument:
    """What a function is given: `x`, or `axis=1`."""

    keyword: str
    value: Expression
    start: int


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the table with its arguments."""

    function: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """`start:stop:step` in an index; each may be absent."""

    first: Expression | None
    stop: Expression | None
    step: Expression | None


@dataclass(frozen=True, slots=True)
class Rest(Node):
    """`...` in an index: all axes that are not named."""


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`x[…]`."""

    target: Expression
    entries: tuple[Expression | Slice | Rest, ...]


Expression: TypeAlias = Literal | Name | Items | Unary | Binary | Call | Index
