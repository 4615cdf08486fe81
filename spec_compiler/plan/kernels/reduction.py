"""One number of many: NumPy's reductions, and sums along rows as products with ones."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.reduction import REDUCE, Reduce
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.kernels.kernel import FLOATING, Kernels
from spec_compiler.plan.recorder import Late, Operand, Recorder

_FUNCTIONS = {
    "reduce_sum": "add",
    "reduce_prod": "multiply",
    "reduce_max": "maximum",
    "reduce_min": "minimum",
    "reduce_any": "logical_or",
    "reduce_all": "logical_and",
}

_ORDERLESS = frozenset({"reduce_max", "reduce_min", "reduce_any", "reduce_all"})
_SHORT = 32
"""Entries of a row up to which rows had better be turned into columns first."""
_MANY = 64
"""Rows from which on that pays."""
_LONG = 2**14
"""Entries up to which a product adds as exactly as NumPy, which halves again and again."""
_SMALL = 2**10
"""Entries up to which it does not matter."""


def _reduce(
    recorder: Recorder, kind: Reduce, operands: Sequence[Operand], of: TensorType
) -> Operand:
    (x,) = operands
    out = recorder.result(of)
    flat = not isinstance(out, Late) or out.rows
    if kind.name == "reduce_sum" and flat and _is_product(kind, x):
        _multiplied(recorder, x, kind.axes, out)
        return out
    function = getattr(np, _FUNCTIONS[kind.name])
    if kind.name in _ORDERLESS and flat and kind.axes == (len(x.shape) - 1,):
        of_rows(recorder, function, x, out)
        return out
    axes, dtype, keepdims = kind.axes, out.dtype, kind.keepdims

    def reduce(x: Array, out: Array) -> None:
        function.reduce(x, axes, dtype, out, keepdims)

    recorder.do(reduce, x, out)
    return out


def of_rows(recorder: Recorder, function: Any, x: Operand, out: Operand) -> None:
    """Record what a function of two numbers makes of each row, in whatever order.

    NumPy begins anew for each row, so short ones are turned first: they are columns then.

    Args:
        recorder: Takes the calls.
        function: NumPy's.
        x: The rows, along its last axis.
        out: Takes a number for each, row-major.
    """
    rows, columns = prod(x.shape[:-1]), x.shape[-1]
    flat, to = recorder.reshaped(x, (rows, columns)), recorder.reshaped(out, (rows,))
    short = columns <= _SHORT and rows >= _MANY
    along, read = (0, recorder.new((columns, rows), x.dtype)) if short else (-1, flat)

    def reduce(x: Array, out: Array) -> None:
        function.reduce(x, along, None, out)

    if short:
        recorder.do(_turn, read, flat)
    recorder.do(reduce, read, to)


def _turn(out: Array, x: Array) -> None:
    np.copyto(out, x.T)


def _is_product(kind: Reduce, x: Operand) -> bool:
    """Whether a sum is worth a product: of axes side by side, not so long that digits are lost."""
    together = kind.axes == tuple(range(kind.axes[0], kind.axes[-1] + 1))
    entries = prod(x.shape[axis] for axis in kind.axes)
    return together and x.dtype.name in FLOATING and entries <= _LONG and prod(x.shape) >= _SMALL


def _multiplied(recorder: Recorder, x: Operand, axes: Sequence[int], out: Operand) -> None:
    """Sums as a product with ones, which BLAS is faster at."""
    lead, rest = prod(x.shape[: axes[0]]), prod(x.shape[axes[-1] + 1 :])
    entries = prod(x.shape[axis] for axis in axes)
    if rest == 1:
        rows = recorder.reshaped(x, (lead, entries))
        recorder.do(np.dot, rows, np.ones((entries, 1), x.dtype), recorder.reshaped(out, (lead, 1)))
        return
    parts = recorder.reshaped(x, (lead, entries, rest))
    flat = recorder.reshaped(out, (lead, 1, rest))
    recorder.do(np.matmul, np.ones((1, entries), x.dtype), parts, flat)


def _fits(kind: Reduce, takes: Sequence[TensorType], of: TensorType) -> bool:
    return bool(kind.axes) and of.dtype not in {"float16", "bfloat16"}


REDUCTION: Kernels = dict.fromkeys(REDUCE.values(), (_reduce, _fits))
