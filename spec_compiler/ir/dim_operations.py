"""What is asked of sizes: division, the smaller and the larger, bounds, and numbers for names.

A result is exact where the normal form can tell, and an `Opaque` term with bounds where not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from spec_compiler.ir import intervals
from spec_compiler.ir.dims import (
    Atom,
    Dim,
    Monomial,
    Opaque,
    Size,
    SizeError,
    Symbol,
    in_range,
    sum_of,
    symbol,
    symbols,
    terms_of,
)
from spec_compiler.ir.intervals import Interval


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
    return in_range(total)


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
