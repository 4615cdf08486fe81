"""What an expression is, and what it is written with."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypeAlias

from spec_compiler.ir.dims import Shape, Size
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, DType


class Text(NamedTuple):
    """An expression.

    Attributes:
        text: As Python has it.
        level: How loosely it holds together: 0 as a name, 1 a product, 2 a sum, 3 a comparison.
    """

    text: str
    level: int = 0


class Writer(Protocol):
    """What an expression is written with."""

    def arg(self, x: Value) -> str:
        """An operand as an argument of a call."""
        ...

    def operand(self, x: Value, level: int = 0) -> str:
        """An operand that stands by itself where an expression of a level may."""
        ...

    def size(self, size: Size) -> str:
        """A size."""
        ...

    def shape(self, shape: Shape) -> str:
        """A shape."""
        ...

    def helper(self, name: str) -> str:
        """A function that stands beside the layers, by its name."""
        ...


Write: TypeAlias = Callable[[Writer, Any, tuple[Value, ...], Value], Text]
"""From a primitive, its operands and its result to an expression."""


def number(value: float, dtype: DType) -> str:
    """A number as Python has it."""
    if dtype == "bool":
        return str(bool(value))
    if dtype not in FLOATS:
        return str(int(value))
    return repr(float(value)) if math.isfinite(value) else f'float("{value}")'
