"""Sizes in the text of a Python function: each named one is read off an operand's shape."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from spec_compiler.ir.dims import Atom, Dim, Opaque, Shape, Size, Symbol, symbols
from spec_compiler.ir.graph import Value


def identifier(name: str, taken: Collection[str] = ()) -> str:
    """A name that Python has no other use for, the nearest to a stranger's."""
    base = re.sub(r"[^A-Za-z0-9_]", "_", name)
    if not base or base[0].isdigit() or keyword.iskeyword(base):
        base = f"_{base}"
    found, count = base, 0
    while found in taken:
        count += 1
        found = f"{base}_{count}"
    return found


@dataclass(slots=True)
class Sizes:
    """Writes sizes, and remembers which named ones it was asked for.

    Attributes:
        taken: Names that are used otherwise.
        names: What the function calls each.
    """

    taken: set[str] = field(default_factory=set[str])
    names: dict[Symbol, str] = field(default_factory=dict[Symbol, str])

    def text(self, size: Size) -> str:
        """A size as an expression."""
        if isinstance(size, int):
            return str(size)
        parts: list[str] = []
        for monomial, factor in size.terms:
            body = [self._atom(atom) for atom in monomial]
            if abs(factor) != 1 or not body:
                body.insert(0, str(abs(factor)))
            text = " * ".join(body)
            sign = "-" if factor < 0 else "+"
            parts.append(f" {sign} {text}" if parts else text if factor > 0 else f"-{text}")
        return "".join(parts)

    def shape(self, shape: Shape) -> str:
        """A shape as a tuple."""
        inside = ", ".join(map(self.text, shape))
        return f"({inside},)" if len(shape) == 1 else f"({inside})"

    def _atom(self, atom: Atom) -> str:
        if isinstance(atom, Opaque):
            left, right = self.text(atom.left), self.text(atom.right)
            if atom.operator in {"min", "max"}:
                return f"{atom.operator}({left}, {right})"
            return f"({_grouped(left)} {atom.operator} {_grouped(right)})"
        if atom not in self.names:
            self.names[atom] = identifier("n" if atom.anonymous else atom.name, self.taken)
            self.taken.add(self.names[atom])
        return self.names[atom]

    def readings(self, operands: Mapping[Value, str]) -> tuple[dict[Symbol, str], list[Symbol]]:
        """How a function reads each named size off its operands, and those that it cannot."""
        found: dict[Symbol, str] = {}
        for symbol in self.names:
            texts = (
                text
                for value, name in operands.items()
                for axis, size in enumerate(value.shape)
                if (text := _solved(size, symbol, f"ops.shape({name})[{axis}]"))
            )
            text = min(texts, key=len, default="")
            if text:
                found[symbol] = text
        return found, [symbol for symbol in self.names if symbol not in found]


def _solved(size: Size, symbol: Symbol, read: str) -> str:
    """A named size from an axis that is a multiple of it, and a number."""
    if not isinstance(size, Dim) or set(symbols(size)) != {symbol}:
        return ""
    terms = dict(size.terms)
    factor, rest = terms.pop((symbol,), 0), terms.pop((), 0)
    if factor <= 0 or terms:
        return ""
    text = read if not rest else f"({read} {'-' if rest > 0 else '+'} {abs(rest)})"
    return text if factor == 1 else f"{text} // {factor}"


def _grouped(text: str) -> str:
    return text if re.fullmatch(r"\w+|\(.*\)", text) else f"({text})"


def tells(x: Value) -> set[Symbol]:
    """The named sizes that a tensor's shape tells."""
    inside = [symbol for size in x.shape if isinstance(size, Dim) for symbol in symbols(size)]
    return {symbol for symbol in inside if any(_solved(size, symbol, "_") for size in x.shape)}
