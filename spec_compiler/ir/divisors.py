"""What divides a size, as its factors say, and what its author says of the names in it."""

from __future__ import annotations

import math

from spec_compiler.ir.dims import Atom, Monomial, Opaque, Size, Symbol, sum_of, terms_of


def reduced(left: Size, right: Size) -> tuple[int, Size, Size]:
    """The greatest number that divides both, and what is left of them: `4*n // 8` is `n // 2`."""
    factors = [factor for _, factor in (*terms_of(left), *terms_of(right))]
    common = math.gcd(*factors)
    if common == 1:
        return 1, left, right
    smaller, divisor = (
        sum_of(tuple((monomial, factor // common) for monomial, factor in terms_of(size)))
        for size in (left, right)
    )
    return common, smaller, divisor


def whole_part(left: Size, right: int) -> tuple[Size, Size]:
    """`left / right` as a size and what is still to be divided, whose number is not negative."""
    whole: list[tuple[Monomial, int]] = []
    rest: list[tuple[Monomial, int]] = []
    for monomial, factor in terms_of(left):
        split = not monomial or factor % right == 0
        quotient, remaining = divmod(factor, right) if split else (0, factor)
        whole.append((monomial, quotient))
        rest.append((monomial, remaining))
    return sum_of(tuple(whole)), sum_of(tuple(rest))


def shortened(left: Size, right: int) -> tuple[Size, int]:
    """The same quotient without a common factor: of whole sizes `(2*n + 1) // 4` is `n // 2`."""
    common = math.gcd(right, *(factor for monomial, factor in terms_of(left) if monomial))
    terms = ((monomial, factor // common) for monomial, factor in terms_of(left))
    return sum_of(tuple(terms)), right // common


def only_quotient(size: Size) -> Opaque | None:
    """The quotient that a size is, but for a number."""
    named = [(monomial, factor) for monomial, factor in terms_of(size) if monomial]
    match named:
        case [((Opaque(operator="//") as atom,), 1)]:
            return atom
        case _:
            return None


def number_in(size: Size) -> int:
    """The term that has no named size."""
    return sum(factor for monomial, factor in terms_of(size) if not monomial)


def known_multiple(size: Size) -> int:
    """What a size is a multiple of, as its factors and the authors of named sizes say."""
    return math.gcd(
        *(factor * math.prod(map(_multiple_of_atom, of)) for of, factor in terms_of(size))
    )


def _multiple_of_atom(atom: Atom) -> int:
    if isinstance(atom, Symbol):
        return atom.multiple
    if atom.operator != "//" or not isinstance(atom.right, int):
        return 1
    quotient, rest = divmod(known_multiple(atom.left), atom.right)
    return 1 if rest else abs(quotient)
