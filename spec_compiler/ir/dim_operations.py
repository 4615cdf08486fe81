"""What is asked of sizes: division, the smaller and the larger, bounds, and numbers for names.

A result is exact where the normal form can tell, and an `Opaque` term with bounds where not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from spec_compiler.ir import intervals
from spec_compiler.ir.dims import (
    MOST_TERMS,
    TOO_LONG,
    Atom,
    Dim,
    Monomial,
    Opaque,
    Size,
    SizeError,
    Symbol,
    in_range,
    length,
    sum_of,
    symbol,
    symbols,
    terms_of,
)
from spec_compiler.ir.divisors import (
    known_multiple,
    number_in,
    only_quotient,
    reduced,
    shortened,
    whole_part,
)
from spec_compiler.ir.intervals import Interval

_MOST_ROUNDINGS = 4
"""How deep quotients of quotients are looked into."""


def floor_divide(left: Size, right: Size) -> Size:
    """`left // right` in a form that is the same for equal quotients of sums by numbers.

    What divides stands before the quotient, `(2*n + m + 5) // 2` is `n + (m + 1) // 2 + 2`, and a
    quotient of a quotient is one: `(n // 2 + 1) // 3` is `(n + 2) // 6`.
    """
    if right == 0:
        raise SizeError("division by zero")
    if isinstance(left, int) and isinstance(right, int):
        return left // right
    quotient = _quotient(left, right)
    if quotient is not None:
        return quotient
    if not isinstance(right, int):
        _, left, right = reduced(left, right)
        return _opaque("//", left, right)
    if right < 0:
        return floor_divide(-left, -right)
    whole, rest = whole_part(left, right)
    if isinstance(rest, int):
        return whole + rest // right
    rest, right = shortened(rest, right)
    inner = only_quotient(rest)
    if inner is not None and isinstance(inner.right, int) and inner.right > 0:
        added = number_in(rest) * inner.right
        return whole + floor_divide(inner.left + added, inner.right * right)
    return whole + _opaque("//", rest, right)


def remainder(left: Size, right: Size) -> Size:
    """`left % right`, a number where every term divides, or all but a number by a number."""
    if right == 0:
        raise SizeError("division by zero")
    if isinstance(left, int) and isinstance(right, int):
        return left % right
    if _quotient(left, right) is not None:
        return 0
    number = number_in(left)
    if isinstance(right, int) and known_multiple(left - number) % right == 0:
        return number % right
    common, left, right = reduced(left, right)
    return _opaque("%", left, right) * common


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


def bounds(size: Size) -> Interval:
    """The least and the greatest value that `size` can have, or near; None where there is no limit.

    Never narrower than the truth. Term by term `n*n - n` has a wide range; with `n` counted from
    its least value it is `2 + 3*m + m*m`, which is not negative. Neither is `n - 4*(n // 4)`: a
    quotient that is rounded down is at most the exact one.
    """
    if isinstance(size, int):
        return size, size
    if size.bounds is None:  # asked again and again of what quotients of quotients share
        size.bounds = _bounds(size)
    return size.bounds


def _bounds(size: Dim) -> Interval:
    found = _by_terms(size)
    if len(size.terms) > 1 and any(_quotient_within(monomial) for monomial, _ in size.terms):
        try:
            low, other = _least_by_quotients(size), _least_by_quotients(-size)
        except SizeError:
            return found
        return intervals.narrower(found, (low, None if other is None else -other))
    return found


def doubtful_divisor(size: Size) -> Size | None:
    """What a size is divided by that may be 0, if there is such."""
    for monomial, _ in terms_of(size):
        for atom in monomial:
            if isinstance(atom, Symbol):
                continue
            low, high = bounds(atom.right)
            may_be_zero = (low is None or low <= 0) and (high is None or high >= 0)
            if atom.operator in {"//", "%"} and may_be_zero:
                return atom.right
            inner = doubtful_divisor(atom.left) or doubtful_divisor(atom.right)
            if inner is not None:
                return inner
    return None


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
    """`size` with every atom for which `replace` gives a size replaced by it; itself if none."""
    total: Size = 0
    same = True
    for monomial, factor in terms_of(size):
        term: Size = factor
        for atom in monomial:
            replaced = _replaced(atom, replace)
            same = same and replaced is None
            term = term * (Dim((((atom,), 1),)) if replaced is None else replaced)
        total = total + term
    return in_range(size if same else total)


_OPERATIONS: dict[str, Callable[[Size, Size], Size]] = {
    "//": floor_divide,
    "%": remainder,
    "min": minimum,
    "max": maximum,
}


def _interval(size: Size) -> Interval:
    """The sum of the ranges of the terms."""
    total: Interval = (0, 0)
    for monomial, factor in terms_of(size):
        interval: Interval = (factor, factor)
        for atom in monomial:
            interval = intervals.multiplied(interval, _atom_bounds(atom))
        total = intervals.added(total, interval)
    return total


def _by_terms(size: Size) -> Interval:
    """The range of the sum, term by term; of products also counted from the least values."""
    found = _interval(size)
    products = [monomial for monomial, _ in terms_of(size) if len(monomial) > 1]
    longest = sum(2 ** len(monomial) for monomial in products)
    if not products or len(terms_of(size)) == 1 or longest > MOST_TERMS:
        return found
    try:
        return intervals.narrower(found, _interval(rewrite(size, _from_its_least)))
    except SizeError:
        return found


def _quotient_within(monomial: Monomial) -> Opaque | None:
    """A factor that is divided by a positive number and rounded down."""
    for atom in monomial:
        if isinstance(atom, Opaque) and atom.operator == "//" and isinstance(atom.right, int):
            return atom if atom.right > 0 else None
    return None


def _least_by_quotients(size: Size) -> intervals.Bound:
    """The least value of a size, with fractions in the place of what is rounded down.

    `a // d` lies between `(a - d + 1) / d` and `a / d`; all is counted in parts of the product of
    the divisors.
    """
    parts = 1
    for _ in range(_MOST_ROUNDINGS):
        terms = [(at, factor, _quotient_within(at)) for at, factor in terms_of(size)]
        divisors = {atom.right for _, _, atom in terms if atom is not None}
        if not divisors:
            break
        common = math.lcm(*(divisor for divisor in divisors if isinstance(divisor, int)))
        parts *= common
        size = 0
        for monomial, factor, atom in terms:
            if atom is None or not isinstance(atom.right, int):
                size = size + sum_of(((monomial, factor * common),))
                continue
            others = list(monomial)
            others.remove(atom)
            rest = sum_of(((tuple(others), factor * (common // atom.right)),))
            low, high = bounds(rest)
            if low is not None and low >= 0:
                size = size + rest * (atom.left - (atom.right - 1))
            elif high is not None and high <= 0:
                size = size + rest * atom.left
            else:
                return None
        in_range(size)
    low, _ = _by_terms(size)
    return None if low is None else -(-low // parts)


def _from_its_least(atom: Atom) -> Size | None:
    """A named size as its least value and a rest that may be 0."""
    if not isinstance(atom, Symbol) or not atom.low:
        return None
    rest = None if atom.high is None else atom.high - atom.low
    return symbol(atom.name, 0, rest, atom.kind) + atom.low


def _replaced(atom: Atom, replace: Callable[[Atom], Size | None]) -> Size | None:
    replaced = replace(atom)
    if replaced is not None or isinstance(atom, Symbol):
        return replaced
    left, right = rewrite(atom.left, replace), rewrite(atom.right, replace)
    same = left is atom.left and right is atom.right
    return None if same else _OPERATIONS[atom.operator](left, right)


def _quotient(left: Size, right: Size) -> Size | None:
    """`left / right` where every term of `left` is a multiple of the single-term `right`."""
    divisor = terms_of(right)
    if left == right:
        return 1
    if len(divisor) != 1:
        return None
    atoms, factor = divisor[0]
    if any(not _positive(atom) for atom in atoms):
        return None
    result: list[tuple[Monomial, int]] = []
    for monomial, number in terms_of(left):
        rest = list(monomial)
        for atom in atoms:
            if atom not in rest:
                return None
            rest.remove(atom)
        if number % factor:
            return None
        result.append((tuple(rest), number // factor))
    return sum_of(tuple(result))


def _positive(atom: Atom) -> bool:
    low, _ = _atom_bounds(atom)
    return low is not None and low > 0


def _opaque(operator: str, left: Size, right: Size) -> Dim:
    if length(left) + length(right) > MOST_TERMS:
        raise SizeError(TOO_LONG)
    return Dim((((Opaque(operator, left, right),), 1),))


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
