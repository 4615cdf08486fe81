"""Sizes of axes: integers, or polynomials over named sizes whose normal form decides equality.

A `Dim` is a sum of terms, each an integer times a product of atoms; an atom is a `Symbol` (a named
size with bounds) or an `Opaque` term (`//`, `%`, `min`, `max`). A size without symbols is a plain
`int`, so a shape is a tuple of `int | Dim` and ordinary operators work on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir import intervals
from spec_compiler.ir.intervals import Interval

LARGEST = 2**63 - 1
MOST_TERMS = 10_000
"""Products of terms in one multiplication: `(a + b)*(c + d)` has four."""


class SizeError(Refusal):
    """A size has no meaning: it does not divide, divides by zero, or is too large."""

    def __init__(self, message: str) -> None:
        super().__init__("SPC0307", message)


SymbolKind: TypeAlias = Literal["named", "anonymous", "batch", "sought"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A size that only the data knows.

    Attributes:
        name: By which it is told apart from the others of its kind.
        low: The least that it can be.
        high: The most; None: no limit.
        kind: `named` by the author; `anonymous` where there stands `null`, and printed as `?`;
            the `batch`; or `sought`, while an equation is solved for it.
    """

    name: str
    low: int = 1
    high: int | None = None
    kind: SymbolKind = "named"

    def __str__(self) -> str:
        return "?" if self.anonymous else self.name

    @property
    def anonymous(self) -> bool:
        """Whether the author wrote `null` instead of a name."""
        return self.kind == "anonymous"


@dataclass(frozen=True, slots=True)
class Opaque:
    """A term that the normal form does not look into: `//`, `%`, `min` or `max` of two sizes."""

    operator: str
    left: Size
    right: Size

    def __str__(self) -> str:
        if self.operator in {"min", "max"}:
            return f"{self.operator}({self.left}, {self.right})"
        return f"{_grouped(self.left)} {self.operator} {_grouped(self.right)}"


Atom: TypeAlias = "Symbol | Opaque"
Monomial: TypeAlias = "tuple[Atom, ...]"
"""A product of atoms, sorted; an atom stands as often as its power. The empty product is 1."""


class Dim:
    """A size that depends on named sizes, in normal form. Immutable; equal when the forms are."""

    __slots__ = ("__dict__", "terms")

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        self.terms = terms

    @cached_property
    def _hash(self) -> int:
        return hash(self.terms)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dim) and self.terms == other.terms

    def __add__(self, other: Size) -> Size:
        return _sum((*self.terms, *_terms(other)))

    def __sub__(self, other: Size) -> Size:
        return self + -other

    def __rsub__(self, other: int) -> Size:
        return -self + other

    def __neg__(self) -> Dim:
        return Dim(tuple((monomial, -factor) for monomial, factor in self.terms))

    def __mul__(self, other: Size) -> Size:
        if len(self.terms) * len(_terms(other)) > MOST_TERMS:
            raise SizeError("the formula has too many terms")
        return _sum(
            (tuple(sorted((*a, *b), key=_key)), m * n)
            for a, m in self.terms
            for b, n in _terms(other)
        )

    __radd__ = __add__
    __rmul__ = __mul__

    def __str__(self) -> str:
        parts: list[str] = []
        for monomial, factor in self.terms:
            body = "*".join(_factor_text(atom) for atom in monomial)
            size = abs(factor)
            text = str(size) if not body else body if size == 1 else f"{size}*{body}"
            sign = "-" if factor < 0 else "+"
            parts.append(f" {sign} {text}" if parts else text if factor > 0 else f"-{text}")
        return "".join(parts)

    def __repr__(self) -> str:
        return f"Dim({self})"


Size: TypeAlias = int | Dim
Shape: TypeAlias = tuple[Size, ...]


def symbol(name: str, low: int = 1, high: int | None = None, kind: SymbolKind = "named") -> Dim:
    """The size called `name`, between `low` and `high` (None: no limit)."""
    return Dim((((Symbol(name, low, high, kind),), 1),))


BATCH_NAME = "batch"
"""What authors call the size of the batch."""
BATCH = symbol(BATCH_NAME, kind="batch")
"""The size of the batch."""


def as_symbol(size: Size) -> Symbol | None:
    """The symbol that `size` is, when it is nothing else."""
    if isinstance(size, Dim) and len(size.terms) == 1:
        monomial, factor = size.terms[0]
        if factor == 1 and len(monomial) == 1 and isinstance(monomial[0], Symbol):
            return monomial[0]
    return None


def floor_divide(left: Size, right: Size) -> Size:
    """`left // right`, exact where every term divides."""
    if right == 0:
        raise SizeError("division by zero")
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    quotient = _quotient(left, right)
    return quotient if quotient is not None else _opaque("//", left, right)


def remainder(left: Size, right: Size) -> Size:
    """`left % right`, 0 where every term divides."""
    if right == 0:
        raise SizeError("division by zero")
    if isinstance(left, int) and isinstance(right, int):
        return left % right
    return 0 if _quotient(left, right) is not None else _opaque("%", left, right)


def minimum(left: Size, right: Size) -> Size:
    """The smaller of two sizes, decided by their bounds where these suffice."""
    low, high = bounds(left - right)
    if high is not None and high <= 0:
        return left
    if low is not None and low >= 0:
        return right
    return _opaque("min", *sorted((left, right), key=str))


def maximum(left: Size, right: Size) -> Size:
    """The larger of two sizes, decided by their bounds where these suffice."""
    smaller = minimum(left, right)
    if smaller == left:
        return right
    if smaller == right:
        return left
    return _opaque("max", *sorted((left, right), key=str))


def product(sizes: Shape) -> Size:
    """The number of elements of a shape."""
    total: Size = 1
    for size in sizes:
        total = total * size
    return _bounded(total)


def bounds(size: Size) -> Interval:
    """The least and the greatest value that `size` can have, or near; None where there is no limit.

    Never narrower than the truth. Term by term `n*n - n` has a wide range; with `n` counted from
    its least value it is `2 + 3*m + m*m`, which is not negative.
    """
    if isinstance(size, int):
        return size, size
    found = _interval(size)
    if len(size.terms) > 1 and any(len(monomial) > 1 for monomial, _ in size.terms):
        try:
            return intervals.narrower(found, _interval(rewrite(size, _from_its_least)))
        except SizeError:
            return found
    return found


def evaluate(size: Size, values: Mapping[str, int]) -> int:
    """The number that `size` is when the named sizes have these `values`.

    Raises:
        KeyError: a named size has no value.
        SizeError: a division by zero, or a number beyond 2^63.
    """
    result = substituted(size, values)
    if not isinstance(result, int):
        raise KeyError(next(symbols(result)).name)
    return result


def substituted(size: Size, values: Mapping[str, int]) -> Size:
    """`size` with numbers for the named sizes that have `values`."""
    return rewrite(size, lambda atom: values.get(atom.name) if isinstance(atom, Symbol) else None)


def rewrite(size: Size, replace: Callable[[Atom], Size | None]) -> Size:
    """`size` with every atom for which `replace` gives a size replaced by it."""
    if isinstance(size, int):
        return size
    total: Size = 0
    for monomial, factor in size.terms:
        term: Size = factor
        for atom in monomial:
            term = term * _rewrite_atom(atom, replace)
        total = total + term
    return _bounded(total)


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


_OPERATIONS: dict[str, Callable[[Size, Size], Size]] = {
    "//": floor_divide,
    "%": remainder,
    "min": minimum,
    "max": maximum,
}


def _interval(size: Size) -> Interval:
    """The sum of the ranges of the terms."""
    total: Interval = (0, 0)
    for monomial, factor in _terms(size):
        interval: Interval = (factor, factor)
        for atom in monomial:
            interval = intervals.multiplied(interval, _atom_bounds(atom))
        total = intervals.added(total, interval)
    return total


def _from_its_least(atom: Atom) -> Size | None:
    """A named size as its least value and a rest that may be 0."""
    if not isinstance(atom, Symbol) or not atom.low:
        return None
    rest = None if atom.high is None else atom.high - atom.low
    return symbol(atom.name, 0, rest, atom.kind) + atom.low


def _rewrite_atom(atom: Atom, replace: Callable[[Atom], Size | None]) -> Size:
    replaced = replace(atom)
    if replaced is not None:
        return replaced
    if isinstance(atom, Symbol):
        return Dim((((atom,), 1),))
    left, right = rewrite(atom.left, replace), rewrite(atom.right, replace)
    return _OPERATIONS[atom.operator](left, right)


def _terms(size: Size) -> tuple[tuple[Monomial, int], ...]:
    return (((), size),) if isinstance(size, int) else size.terms


def _key(atom: Atom) -> tuple[int, str]:
    """Anonymous sizes come first, terms that are not looked into last."""
    if isinstance(atom, Opaque):
        return 2, str(atom)
    return int(not atom.anonymous), atom.name


def _sum(terms: tuple[tuple[Monomial, int], ...] | Iterator[tuple[Monomial, int]]) -> Size:
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


def _bounded(size: Size) -> Size:
    for _, factor in _terms(size):
        if abs(factor) > LARGEST:
            raise SizeError("a number beyond 2^63")
    return size


def _quotient(left: Size, right: Size) -> Size | None:
    """`left / right` where every term of `left` is a multiple of the single-term `right`."""
    divisor = _terms(right)
    if left == right:
        return 1
    if len(divisor) != 1:
        return None
    atoms, factor = divisor[0]
    if any(not _positive(atom) for atom in atoms):
        return None
    result: list[tuple[Monomial, int]] = []
    for monomial, number in _terms(left):
        rest = list(monomial)
        for atom in atoms:
            if atom not in rest:
                return None
            rest.remove(atom)
        if number % factor:
            return None
        result.append((tuple(rest), number // factor))
    return _sum(tuple(result))


def _positive(atom: Atom) -> bool:
    low, _ = _atom_bounds(atom)
    return low is not None and low > 0


def _opaque(operator: str, left: Size, right: Size) -> Dim:
    return Dim((((Opaque(operator, left, right),), 1),))


def _factor_text(atom: Atom) -> str:
    text = str(atom)
    return f"({text})" if isinstance(atom, Opaque) and atom.operator in {"//", "%"} else text


def _grouped(size: Size) -> str:
    text = str(size)
    return text if isinstance(size, int) or as_symbol(size) else f"({text})"


def _atom_bounds(atom: Atom) -> Interval:
    if isinstance(atom, Symbol):
        return atom.low, atom.high
    return _RANGES[atom.operator](bounds(atom.left), bounds(atom.right))


_RANGES: dict[str, Callable[[Interval, Interval], Interval]] = {
    "//": intervals.divided,
    "%": intervals.remaining,
    "min": intervals.smaller,
    "max": intervals.larger,
}
