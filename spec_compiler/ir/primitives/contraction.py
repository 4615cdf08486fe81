"""Sums of products: the matrix product of reordered operands, and rows taken by index."""

from __future__ import annotations

from math import prod
from typing import TypeAlias

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.arrays import Array, dense, np
from spec_compiler.ir.primitives.primitive import Primitive, Results, same_dtype
from spec_compiler.ir.primitives.structure import concrete
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.types import TensorType

Axes: TypeAlias = "tuple[int, ...]"


def _free(rank: int, contracted: Axes, batch: Axes) -> Axes:
    return tuple(axis for axis in range(rank) if axis not in contracted and axis not in batch)


def _contract(
    prover: Prover,
    x: TensorType,
    y: TensorType,
    contracted: tuple[Axes, Axes],
    batch: tuple[Axes, Axes],
) -> tuple[TensorType]:
    same_dtype("contract", x, y)
    for pairs in (contracted, batch):
        for left, right in zip(*pairs, strict=True):
            prover.require_equal(
                x.shape[left],
                y.shape[right],
                f"axis {left} of the input and axis {right} of the other",
            )
    shape = (
        *(x.shape[axis] for axis in batch[0]),
        *(x.shape[axis] for axis in _free(x.rank, contracted[0], batch[0])),
        *(y.shape[axis] for axis in _free(y.rank, contracted[1], batch[1])),
    )
    return (TensorType(x.dtype, shape),)


def _multiply(
    x: Array,
    y: Array,
    results: Results,
    contracted: tuple[Axes, Axes],
    batch: tuple[Axes, Axes],
) -> Array:
    """One (batched) matrix product of `[batch, rows, inner]` and `[batch, inner, columns]`."""
    if x.ndim == 2 and y.ndim == 2 and contracted == ((1,), (0,)) and not batch[0]:
        return _matmul(x, y)
    x = dense(x)  # scipy.sparse has no axes to move
    x_free, y_free = _free(x.ndim, contracted[0], batch[0]), _free(y.ndim, contracted[1], batch[1])
    lead = tuple(x.shape[axis] for axis in batch[0])
    inner = prod(x.shape[axis] for axis in contracted[0])
    rows, columns = prod(x.shape[axis] for axis in x_free), prod(y.shape[axis] for axis in y_free)
    left = x.transpose(*batch[0], *x_free, *contracted[0]).reshape(*lead, rows, inner)
    right = y.transpose(*batch[1], *contracted[1], *y_free).reshape(*lead, inner, columns)
    return _matmul(left, right).reshape(concrete(results))


def _matmul(x: Array, y: Array) -> Array:
    if x.dtype == np.float16:  # NumPy sums these in float32, too, but many times slower
        return np.asarray(x.astype(np.float32) @ y.astype(np.float32)).astype(np.float16)
    return np.asarray(x @ y)  # also takes a scipy.sparse `x` as it is


def _take(prover: Prover, table: TensorType, indices: TensorType) -> tuple[TensorType]:
    if not indices.is_integer:
        raise Refusal("SPC0403", f"an index must be a whole number, not `{indices.dtype}`")
    return (TensorType(table.dtype, (*indices.shape, *table.shape[1:])),)


class OutOfRange(Refusal):
    """An index that no row of a table has.

    Attributes:
        position: Where the first one stands among the indices.
    """

    def __init__(self, index: int, position: tuple[int, ...], rows: int, others: int) -> None:
        more = f" (and {others} more)" if others else ""
        super().__init__(
            "SPC0502",
            f"index {index} at position {list(position)} is outside 0 to {rows - 1}{more}",
            help="mend the data, or give the table more rows",
        )
        self.position = position
        self._facts = (index, rows, others)

    def counted_from(self, row: int) -> OutOfRange:
        """The same in data whose first `row` rows came before."""
        index, rows, others = self._facts
        first, *rest = self.position or (0,)
        return OutOfRange(index, (first + row, *rest), rows, others)


def _take_rows(table: Array, indices: Array, results: Results) -> Array:
    outside = (indices < 0) | (indices >= len(table))
    if outside.any():
        position = tuple(int(i) for i in np.unravel_index(int(np.argmax(outside)), outside.shape))
        raise OutOfRange(int(indices[position]), position, len(table), int(outside.sum()) - 1)
    return table[indices]


CONTRACTION: tuple[Primitive, ...] = (
    Primitive("contract", _contract, _multiply, 2),
    Primitive("take", _take, _take_rows),
)
