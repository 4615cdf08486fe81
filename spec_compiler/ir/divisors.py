"""What divides a size, as its factors say, and what its author says of the names in it."""

from __future__ import annotations

import math

from spec_compiler.ir.dims import Atom, Size, Symbol, sum_of, terms_of


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
