"""A size as a number to compute with: only lengths of axes are read, the rest is arithmetic."""

from __future__ import annotations

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Atom, Dim, Size, Symbol
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import FLOATS, DType

_OPERATIONS = {"//": "floor_divide", "%": "remainder", "min": "minimum", "max": "maximum"}


def size_value(b: Builder, size: Size, dtype: DType) -> Value:
    """A value of rank 0.

    Named sizes are read one by one and not as an axis of the whole size: that could be negative,
    or longer than memory. Floating results are computed in float64, where `seq ** 9` has a place.
    """
    within: DType = "float64" if dtype in FLOATS else "int64"
    return b.cast(_polynomial(b, size, within), dtype)


def _polynomial(b: Builder, size: Size, dtype: DType) -> Value:
    if isinstance(size, int):
        return b.constant(size, dtype)
    total: Value | None = None
    for monomial, factor in size.terms:
        term = b.constant(factor, dtype)
        for index, atom in enumerate(monomial):
            read = _atom(b, atom, dtype)
            term = read if index == 0 and factor == 1 else b.multiply(term, read)
        total = term if total is None else b.add(total, term)
    return b.constant(0, dtype) if total is None else total


def _atom(b: Builder, atom: Atom, dtype: DType) -> Value:
    if isinstance(atom, Symbol):
        axis = b.broadcast_to(b.constant(0, "bool"), (Dim((((atom,), 1),)),))
        return b.cast(b.size(axis, (0,)), dtype)
    left, right = _polynomial(b, atom.left, dtype), _polynomial(b, atom.right, dtype)
    return b.binary(_OPERATIONS[atom.operator], left, right)
