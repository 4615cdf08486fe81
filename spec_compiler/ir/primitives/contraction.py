"""Sums of products: the matrix product of reordered operands, and rows taken by index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import ClassVar, TypeAlias

from spec_compiler.ir.arrays import Array, dense, is_sparse, np
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.primitives.primitive import Primitive, same_dtype
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import held_bytes
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.refusals import Refusal

AxisNumbers: TypeAlias = "tuple[int, ...]"


@dataclass(frozen=True, slots=True)
class Contract(Primitive):
    """Sums of products over the contracted axes.

    The result has the batch axes, then the free axes of the left operand, then of the right one.
    """

    name: ClassVar[str] = "contract"
    flops: ClassVar[int] = 2
    reads_sparse: ClassVar[bool] = True

    contracted: tuple[AxisNumbers, AxisNumbers]
    batch: tuple[AxisNumbers, AxisNumbers]

    def free(self, operand: int, rank: int) -> AxisNumbers:
        """The axes of an operand of some rank that are neither contracted nor of the batch."""
        return _others(self.contracted[operand] + self.batch[operand], rank)

    def infer(self, prover: Prover, x: TensorType, y: TensorType) -> TensorType:
        """Axes in pairs are equal."""
        same_dtype("contract", x, y)
        for pairs in (self.contracted, self.batch):
            for left, right in zip(*pairs, strict=True):
                prover.require_equal(
                    x.shape[left],
                    y.shape[right],
                    f"axis {left} of the input and axis {right} of the other",
                )
        shape = (
            *(x.shape[axis] for axis in self.batch[0]),
            *(x.shape[axis] for axis in self.free(0, x.rank)),
            *(y.shape[axis] for axis in self.free(1, y.rank)),
        )
        return TensorType(x.dtype, shape)

    def evaluate(self, x: Array, y: Array, *, of: TensorType) -> Array:
        """One (batched) matrix product of `[batch, rows, inner]` and `[batch, inner, columns]`."""
        contracted, batch = self.contracted, self.batch
        if x.ndim == 2 and y.ndim == 2 and contracted == ((1,), (0,)) and not batch[0]:
            return _matmul(x, dense(y))
        x, y = dense(x), dense(y)  # scipy.sparse has no axes to move
        x_free, y_free = self.free(0, x.ndim), self.free(1, y.ndim)
        lead = tuple(x.shape[axis] for axis in batch[0])
        inner = prod(x.shape[axis] for axis in contracted[0])
        rows = prod(x.shape[axis] for axis in x_free)
        columns = prod(y.shape[axis] for axis in y_free)
        left = x.transpose(*batch[0], *x_free, *contracted[0]).reshape(*lead, rows, inner)
        right = y.transpose(*batch[1], *contracted[1], *y_free).reshape(*lead, inner, columns)
        return _matmul(left, right).reshape(concrete(of))

    def counted(self, result: TensorType, *operands: TensorType) -> Shape:
        """The products in every sum."""
        return (*(operands[0].shape[axis] for axis in self.contracted[0]), *result.shape)

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """Operands are copied where their axes are not in order; float16 is widened."""
        x, y = operands
        order = (*self.batch[1], *self.contracted[1], *self.free(1, y.rank))
        copied = held_bytes(x) + (0 if order == tuple(range(y.rank)) else held_bytes(y))
        widened = 2 * sum(map(held_bytes, (x, y, result))) if x.dtype == "float16" else 0
        return copied + widened


@lru_cache
def _others(axes: AxisNumbers, rank: int) -> AxisNumbers:
    """The axes of a tensor that are not among some."""
    return tuple(axis for axis in range(rank) if axis not in axes)


def _matmul(x: Array, y: Array) -> Array:
    if x.dtype == np.float16:  # NumPy sums these in float32, too, but many times slower
        return np.asarray(x.astype(np.float32) @ y.astype(np.float32)).astype(np.float16)
    if is_sparse(x) and not np.isfinite(y).all():  # 0 times infinity is NaN, and it skips zeros
        x = dense(x)
    return np.asarray(x @ y)  # also takes a scipy.sparse `x` as it is


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


class Take(Primitive):
    """The rows of a table that whole numbers name; the axes of the indices come first."""

    __slots__ = ()
    name: ClassVar[str] = "take"
    rounds: ClassVar[bool] = False

    def infer(self, prover: Prover, table: TensorType, indices: TensorType) -> TensorType:
        """A row for each index."""
        if not indices.is_integer:
            raise Refusal("SPC0403", f"an index must be a whole number, not `{indices.dtype}`")
        return TensorType(table.dtype, (*indices.shape, *table.shape[1:]))

    def evaluate(self, table: Array, indices: Array, *, of: TensorType) -> Array:
        """A copy.

        Raises:
            OutOfRange: an index names no row.
        """
        outside = (indices < 0) | (indices >= len(table))
        if outside.any():
            first = np.unravel_index(int(np.argmax(outside)), outside.shape)
            position = tuple(int(i) for i in first)
            others = int(outside.sum()) - 1
            raise OutOfRange(int(indices[position]), position, len(table), others)
        return table[indices]

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """Truth values of each index, and the indices as NumPy wants them."""
        return 11 * prod(concrete(operands[1]))


CONTRACTION: tuple[type[Primitive], ...] = (Contract, Take)
