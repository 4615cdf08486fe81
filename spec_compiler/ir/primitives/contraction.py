"""Sums of products: the matrix product of reordered operands."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import ClassVar, TypeAlias

from spec_compiler.ir.arrays import Array, dense, is_sparse, np
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.primitives.primitive import Primitive, same_dtype
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import held_bytes
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.records import record

AxisNumbers: TypeAlias = "tuple[int, ...]"


@record
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
        if x.ndim == 2 and y.ndim == 2 and contracted == ((1,), (0,)) and not any(batch):
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


CONTRACTION: tuple[type[Primitive], ...] = (Contract,)
