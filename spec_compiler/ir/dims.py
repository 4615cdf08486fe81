"""Sizes of axes: integers, or polynomials over named sizes whose normal form decides equality.

A `Dim` is a sum of terms, each an integer times a product of atoms; an atom is a `Symbol` (a named
size with bounds) or an `Opaque` term (`//`, `%`, `min`, `max`). A size without symbols is a plain
`int`, so a shape is a tuple of `int | Dim` and ordinary operators work on both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field
from functools import cached_property
from typing import Literal, TypeAlias

from spec_compiler.records import record
from spec_compiler.refusals import Refusal

LARGEST = 2**63 - 1
MOST_TERMS = 500
"""How long the product of two sums may get: `(a + b)*(c + d)` has four terms. So many names may
stand in an opaque term, whose text would double with each that holds the one before twice."""
_MOST_PRODUCTS = 10_000
"""Products of terms in one multiplication, before equal ones are collected."""
TOO_LONG = "a size whose formula is too long to reason about"


class SizeError(Refusal):
    """A size has no meaning: it does not divide, divides by zero, or is too large."""

    def __init__(self, message: str) -> None:
        super().__init__("SPC0307", message)


SymbolKind: TypeAlias = Literal["named", "anonymous", "batch", "sought"]


@record
class Symbol:
    """A size that only the data knows.

    Attributes:
        name: By which it is told apart from the others of its kind.
        low: The least that it can be.
        high: The most; None: no limit.
        kind: `named` by the author; `anonymous` where there stands `null`, called by the place of
            it: `axis 1 of `x``; the `batch`; or `sought`, while an equation is solved for it.
        multiple: What it is known to be a multiple of; no part of what tells it apart.
    """

    name: str
    low: int = 1
    high: int | None = None
    kind: SymbolKind = "named"
    multiple: int = field(default=1, compare=False)

    def __str__(self) -> str:
        input_, _, axis = self.name.rpartition(".")
        return f"axis {axis} of `{input_}`" if self.anonymous else self.name

    @property
    def anonymous(self) -> bool:
        """Whether the author wrote `null` instead of a name."""
        return self.kind == "anonymous"

    @property
    def refused(self) -> bool:
        """Whether its declaration was refused, or is missing: every number may divide it then."""
        return self.multiple == 0

    def asked(self, size: int) -> str:
        """What a number must be in its place: `at least 4`; empty where it may stand there."""
        if size < self.low:
            return f"at least {self.low}"
        if self.high is not None and size > self.high:
            return f"at most {self.high}"
        return f"a multiple of {self.multiple}" if size % self.multiple else ""


@record
class Opaque:
    """A term that the normal form does not look into: `//`, `%`, `min` or `max` of two sizes."""

    operator: str
    left: Size
    right: Size

    def __str__(self) -> str:
        if self.operator in {"min", "max"}:
            return f"{self.operator}({self.left}, {self.right})"
        return f"{grouped(self.left)} {self.operator} {grouped(self.right)}"


Atom: TypeAlias = "Symbol | Opaque"
Monomial: TypeAlias = "tuple[Atom, ...]"
"""A product of atoms, sorted; an atom stands as often as its power. The empty product is 1."""


class Dim:
    """A size that depends on named sizes, in normal form. Immutable; equal when the forms are."""

    __slots__ = ("__dict__", "bounds", "terms")

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        self.terms = terms
        self.bounds: tuple[int | None, int | None] | None = None  # once they were asked for

    @cached_property
    def _hash(self) -> int:
        return hash(self.terms)

    @cached_property
    def length(self) -> int:
        """How many names stand in it, also inside opaque terms."""
        return sum(
            1 if isinstance(atom, Symbol) else length(atom.left) + length(atom.right)
            for monomial, _ in self.terms
            for atom in monomial
        )

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dim) and self.terms == other.terms

    def __add__(self, other: Size) -> Size:
        return sum_of((*self.terms, *terms_of(other)))

    def __sub__(self, other: Size) -> Size:
        return self + -other

    def __rsub__(self, other: int) -> Size:
        return -self + other

    def __neg__(self) -> Dim:
        return Dim(tuple((monomial, -factor) for monomial, factor in self.terms))

    def __mul__(self, other: Size) -> Size:
        shorter, longer = sorted((self.terms, terms_of(other)), key=len)
        grows = len(shorter) > 1
        if grows and len(shorter) * len(longer) > _MOST_PRODUCTS:
            raise SizeError(TOO_LONG)
        result = sum_of(
            (tuple(sorted((*a, *b), key=_key)), m * n) for a, m in shorter for b, n in longer
        )
        if grows and len(terms_of(result)) > MOST_TERMS:
            raise SizeError(TOO_LONG)
        return result

    __radd__ = __add__
    __rmul__ = __mul__

    def __str__(self) -> str:
        return self._text

    @cached_property
    def _text(self) -> str:
        parts: list[str] = []
        match self.terms:
            case (((atom,), 1),):
                return str(atom)
            case _:
                pass
        for monomial, factor in self.terms:
            body = "*".join(map(_factor_text, monomial))
            size = abs(factor)
            text = str(size) if not body else body if size == 1 else f"{size}*{body}"
            sign = "-" if factor < 0 else "+"
            parts.append(f" {sign} {text}" if parts else text if factor > 0 else f"-{text}")
        return "".join(parts)

    def __repr__(self) -> str:
        return f"Dim({self})"


Size: TypeAlias = int | Dim
Shape: TypeAlias = tuple[Size, ...]


def symbol(
    name: str,
    low: int = 1,
    high: int | None = None,
    kind: SymbolKind = "named",
    multiple: int = 1,
) -> Dim:
    """The size called `name`, between `low` and `high` (None: no limit)."""
    return Dim((((Symbol(name, low, high, kind, multiple),), 1),))


BATCH_NAME = "batch"
"""What authors call the size of the batch."""
BATCH = symbol(BATCH_NAME, kind="batch")
"""The size of the batch."""


def holds_batch(size: Size) -> bool:
    """Whether a size depends on that of the batch."""
    return not isinstance(size, int) and any(item.kind == "batch" for item in symbols(size))


def as_symbol(size: Size) -> Symbol | None:
    """The symbol that `size` is, when it is nothing else."""
    if isinstance(size, Dim) and len(size.terms) == 1:
        monomial, factor = size.terms[0]
        if factor == 1 and len(monomial) == 1 and isinstance(monomial[0], Symbol):
            return monomial[0]
    return None


def product(sizes: Shape) -> Size:
    """The number of elements of a shape."""
    total: Size = 1
    for size in sizes:
        total = total * size
    return in_range(total)


def symbols(size: Size) -> Iterator[Symbol]:
    """Every symbol in `size`, also inside opaque terms; one may come more than once."""
    if isinstance(size, int):
        return
    for monomial, _ in size.terms:
        for atom in monomial:
            if isinstance(atom, Symbol):
                yield atom
            else:
                yield from symbols(atom.left)
                yield from symbols(atom.right)


def is_refused(size: Size) -> bool:
    """Whether a size is made of one that was refused: no bound of it is known then."""
    return any(item.refused for item in symbols(size))


def length(size: Size) -> int:
    """How many names stand in a size."""
    return 0 if isinstance(size, int) else size.length


def terms_of(size: Size) -> tuple[tuple[Monomial, int], ...]:
    """The terms of a size; a number is a multiple of the empty product."""
    return (((), size),) if isinstance(size, int) else size.terms


def _key(atom: Atom) -> tuple[int, str]:
    """Anonymous sizes come first, terms that are not looked into last."""
    if isinstance(atom, Opaque):
        return 2, str(atom)
    return int(not atom.anonymous), atom.name


def sum_of(terms: tuple[tuple[Monomial, int], ...] | Iterator[tuple[Monomial, int]]) -> Size:
    """Collect equal monomials; larger products first, the constant last."""
    collected: dict[Monomial, int] = {}
    for monomial, factor in terms:
        collected[monomial] = collected.get(monomial, 0) + factor
    kept = [(monomial, factor) for monomial, factor in collected.items() if factor]
    if not kept:
        return 0
    if len(kept) == 1 and not kept[0][0]:
        return kept[0][1]
    kept.sort(key=lambda term: (-len(term[0]), [_key(atom) for atom in term[0]]))
    return Dim(tuple(kept))


def in_range(size: Size) -> Size:
    """`size`, unless one of its numbers is too large for a machine."""
    for _, factor in terms_of(size):
        if abs(factor) > LARGEST:
            raise SizeError("a number beyond 2^63")
    return size


def quoted(size: Size) -> str:
    """A size in a sentence: a formula in backquotes, so that it reads as one word."""
    text = str(size)
    return text if isinstance(size, int) or "`" in text else f"`{text}`"


def short_text(size: Size) -> str:
    """A size among the others of a shape, where a `null` is called `?`."""
    return _ALONE.sub("?", str(size))


CALLED = re.compile(r"axis (\d+) of `([^`]*)`")
"""What an unknown size is called in a text: its axis, and the input that has it."""
_ALONE = re.compile(rf"\({CALLED.pattern}\)|{CALLED.pattern}")


def _factor_text(atom: Atom) -> str:
    words = atom.operator in {"//", "%"} if isinstance(atom, Opaque) else atom.anonymous
    return f"({atom})" if words else str(atom)


def grouped(size: Size) -> str:
    """A size as an operand of `//` and the like."""
    text, single = str(size), as_symbol(size)
    plain = isinstance(size, int) or (single is not None and not single.anonymous)
    return text if plain else f"({text})"
