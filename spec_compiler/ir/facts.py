"""What is known about sizes: three answers to whether two are equal, and the questions left open.

What cannot be decided before the data is there is recorded as a `Check`; all checks are functions
of the inputs' sizes alone, so they are answered before a run begins.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from spec_compiler.ir.dim_operations import bounds, evaluate, floor_divide, remainder, rewrite
from spec_compiler.ir.dims import (
    Atom,
    Dim,
    Opaque,
    Size,
    SizeError,
    Symbol,
    as_symbol,
    symbol,
    symbols,
)
from spec_compiler.refusals import ItemPath

Relation: TypeAlias = Literal["==", "!=", "<", "<=", ">", ">=", "== or 1"]

RELATIONS: dict[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "== or 1": lambda a, b: a == b or 1 in (a, b),
}


class Check(NamedTuple):
    """A relation between sizes that only the data can settle.

    Attributes:
        left: One side.
        relation: What must hold between the sides.
        right: The other side.
        why: Who needs it, as a message (`Add: axis 1 of both inputs`).
        layer: The layer that needs it, or `` for the file itself.
        at: The path of what asks, inside the layer or the file.
        within: The characters (start, end) of it that ask.
    """

    left: Size
    relation: Relation
    right: Size
    why: str
    layer: str
    at: ItemPath = ()
    within: tuple[int, int] | None = None

    def holds(self, sizes: dict[str, int]) -> bool:
        """Whether the relation holds for these named sizes."""
        return RELATIONS[self.relation](evaluate(self.left, sizes), evaluate(self.right, sizes))


@dataclass(slots=True, eq=False, repr=False)
class Facts:
    """Relations that the author states in `constraints`: rewriting rules, bounds, and as they are.

    That `h` is a multiple of 4 is the rule that `h` is `4*(h // 4)`, which changes nothing more
    when it is put in again.
    """

    equations: dict[Atom, Size] = field(default_factory=dict[Atom, Size])
    least: dict[Size, int] = field(default_factory=dict[Size, int])
    """Differences known to be at least a number."""
    ends: dict[Dim, int] = field(default_factory=dict[Dim, int])
    """Sums without a number and common factors, known to be at least a number."""
    nothing: set[Dim] = field(default_factory=set[Dim])
    """Differences known to be 0, without common factors."""
    something: set[Dim] = field(default_factory=set[Dim])
    """Differences known not to be 0, without common factors."""
    multiples: dict[Dim, tuple[Symbol, int]] = field(
        default_factory=dict[Dim, "tuple[Symbol, int]"]
    )
    """What sizes are known to be multiples of, each with the name that has the rule."""

    stated: list[tuple[Size, str, Size]] = field(default_factory=list[tuple[Size, str, Size]])
    """All that was stated, in order."""

    def state(self, left: Size, relation: str, right: Size) -> None:
        """Take a relation as true from here on, as far as its numbers are not too large."""
        self.stated.append((left, relation, right))
        with suppress(SizeError):
            self._state(left, relation, right)

    def _state(self, left: Size, relation: str, right: Size) -> None:
        difference = left - right
        if isinstance(difference, Dim) and relation in {"==", "!="}:
            (self.nothing if relation == "==" else self.something).add(_primitive(difference))
        if relation == "==":
            for form in (difference, self.simplify(difference)):
                if isinstance(form, Dim):
                    self._divide(form)
            known = self.simplify(difference)
            if isinstance(known, Dim):
                self._solve(known)
        elif relation in {">=", ">"}:
            self._bound(difference, int(relation == ">"))
        elif relation in {"<=", "<"}:
            self._bound(right - left, int(relation == "<"))

    def state_multiple(self, name: Symbol) -> None:
        """Take as true what a named size says of itself."""
        if name.multiple > 1:
            plain = symbol(name.name, name.low, name.high, name.kind)
            self.state(remainder(plain, name.multiple), "==", 0)

    def simplify(self, size: Size) -> Size:
        """`size` with what is known put in, as far as its numbers stay those of a machine."""
        for _ in range(len(self.equations)):
            try:
                rewritten = rewrite(size, self.equations.get)
            except SizeError:
                break
            if rewritten == size:
                break
            size = rewritten
        return size

    def equal(self, left: Size, right: Size) -> bool | None:
        """True, False, or None when only the data can tell."""
        if left == right:
            return True
        if isinstance(left, int) and isinstance(right, int):
            return False
        stated, difference = left - right, self.simplify(left - right)
        if isinstance(difference, int):
            return difference == 0
        for form in (stated, difference):
            if isinstance(form, Dim) and _primitive(form) in self.nothing:
                return True
            if isinstance(form, Dim) and _primitive(form) in self.something:
                return False
        if self.at_least(difference, 1) or self.at_least(-difference, 1):
            return False
        constant = sum(factor for monomial, factor in difference.terms if not monomial)
        common = math.gcd(*(factor for monomial, factor in difference.terms if monomial))
        return False if constant % common else None

    def at_least(self, size: Size, least: int) -> bool:
        """Whether `size >= least` is certain."""
        simple = self.simplify(size)
        forms = (size,) if simple == size else (size, simple)
        for form in forms:
            low, _ = bounds(form)
            if low is not None and low >= least:
                return True
            if isinstance(form, Dim) and least <= 0 and _primitive(form) in self.nothing:
                return True
        for difference, known in self.least.items():
            for form, own in zip(forms, (difference, self.simplify(difference)), strict=False):
                rest, _ = bounds(form - own)
                if rest is not None and rest + known >= least:
                    return True
        return False

    def compare(self, left: Size, relation: str, right: Size) -> bool | None:
        """Whether a relation holds, does not hold, or cannot be decided yet."""
        if relation == "==":
            return self.equal(left, right)
        if relation == "!=":
            same = self.equal(left, right)
            return None if same is None else not same
        if relation in {"<", "<="}:
            left, relation, right = right, relation.replace("<", ">"), left
        least = int(relation == ">")
        if self.at_least(left - right, least):
            return True
        return False if self.at_least(right - left, 1 - least) else None

    def _divide(self, difference: Dim) -> None:
        """Take from `h % 4 == 0` that `h` is `4*(h // 4)`; two divisors are their common multiple.

        From `(h + w) % 4 == 0`, that `h` is `4*((h + w) // 4) - w`. A rule of this kind stands only
        for a name that no other rule stands for: it would be lost.
        """
        said = said_multiple(difference)
        if said is None:
            return
        left, divisor = said
        name, known = self.multiples.get(left) or (self._free(left), 1)
        if name is None:
            return
        common = math.lcm(divisor, known)
        self.multiples[left] = name, common
        factor = next(factor for monomial, factor in left.terms if monomial == (name,))
        rest = left - Dim((((name,), factor),))
        rule: dict[Atom, Size] = {name: (floor_divide(left, common) * common - rest) * factor}
        self.equations |= rule
        if rest == 0:  # so small a rule has a place in those of sums: they change nothing more
            for other in [name for of, (name, _) in self.multiples.items() if not as_symbol(of)]:
                self.equations[other] = rewrite(self.equations[other], rule.get)

    def _free(self, size: Dim) -> Symbol | None:
        """A name that can have the rule of a size: what stands in it has no other.

        Rules in the place of names in rules could grow without end.
        """
        single = as_symbol(size)
        if single is not None:
            return None if single in self.equations else single
        alone = {name for left, (name, _) in self.multiples.items() if as_symbol(left)}
        ruled = (Dim((((atom,), 1),)) - rule for atom, rule in self.equations.items())
        tied = {name for rule in ruled for name in symbols(rule)} - alone
        if not tied.isdisjoint(symbols(size)):
            return None
        for monomial, factor in size.terms:
            if len(monomial) == 1 and abs(factor) == 1 and monomial[0] not in self.equations:
                name, rest = monomial[0], size - Dim(((monomial, factor),))
                if isinstance(name, Symbol) and not _mentions(rest, name):
                    return name
        return None

    def _solve(self, difference: Dim) -> None:
        """Turn `difference == 0` into a rule for one atom that stands alone with factor ±1."""
        alone = [
            (monomial[0], factor) for monomial, factor in difference.terms if len(monomial) == 1
        ]
        candidates = [(atom, factor) for atom, factor in alone if abs(factor) == 1]
        # an opaque term is the better one to replace: `seq % 4 == 0` says something about `seq % 4`
        candidates.sort(key=lambda item: isinstance(item[0], Symbol))
        for atom, factor in candidates:
            rest = difference - Dim((((atom,), factor),))
            if not _mentions(rest, atom):
                self.equations[atom] = -rest if factor > 0 else rest
                return

    def _bound(self, difference: Size, least: int) -> None:
        if not isinstance(difference, Dim):
            return
        self.least[difference] = max(least, self.least.get(difference, least))
        size, least = _least_of(difference, least)
        self.ends[size] = least = max(least, self.ends.get(size, least))
        _, most = bounds(size)
        if -size in self.ends:
            most = min(-self.ends[-size], most) if most is not None else -self.ends[-size]
        if least == most:
            self._state(size, "==", least)


def said_multiple(difference: Dim) -> tuple[Dim, int] | None:
    """The size, and what it is a multiple of, where `difference == 0` says just that."""
    match difference.terms:
        case (((Opaque(operator="%", left=Dim() as left, right=int(divisor)),), _),):
            return (_without_factor(left, divisor), divisor) if divisor >= 1 else None
        case _:
            return None


def _without_factor(size: Dim, divisor: int) -> Dim:
    """What is a multiple of the divisor if `size` is: of `2*s`, a multiple of 3, it is `s`."""
    common = math.gcd(*(factor for _, factor in size.terms))
    if math.gcd(common, divisor) > 1:
        return size
    return Dim(tuple((monomial, factor // common) for monomial, factor in size.terms))


def _primitive(difference: Dim) -> Dim:
    """The same without a common factor and with a first term that is positive."""
    common = math.gcd(*(factor for _, factor in difference.terms))
    common = -common if difference.terms[0][1] < 0 else common
    return Dim(tuple((monomial, factor // common) for monomial, factor in difference.terms))


def _least_of(difference: Dim, least: int) -> tuple[Dim, int]:
    """A sum without a number and common factors, and what it is at least: of `2*a - 5 >= 0`, 3."""
    factors = [factor for monomial, factor in difference.terms if monomial]
    least -= sum(factor for monomial, factor in difference.terms if not monomial)
    common = math.gcd(*factors)
    terms = ((monomial, factor // common) for monomial, factor in difference.terms if monomial)
    return Dim(tuple(terms)), -(-least // common)


def _mentions(size: Size, atom: Atom) -> bool:
    if isinstance(size, int):
        return False
    for monomial, _ in size.terms:
        for other in monomial:
            if other == atom:
                return True
            if isinstance(other, Opaque) and (
                _mentions(other.left, atom) or _mentions(other.right, atom)
            ):
                return True
    return False
