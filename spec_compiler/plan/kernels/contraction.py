"""Sums of products: a matrix product of views, written where the result is to be."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.contraction import AxisNumbers, Contract
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.kernels.kernel import Kernels, floating
from spec_compiler.plan.layout import Order, order_of, viewed
from spec_compiler.plan.recorder import Late, Operand, Recorder


def _contract(
    recorder: Recorder, kind: Contract, operands: Sequence[Operand], of: TensorType
) -> Operand:
    """`[*lead, rows, inner]` times `[*lead, inner, columns]`, each a view where it can be one."""
    x, y = operands
    (x_sum, y_sum), (x_lead, y_lead) = kind.contracted, kind.batch
    rows, columns = kind.free(0, len(x.shape)), kind.free(1, len(y.shape))
    lead, together = len(x_lead), len(rows)
    out = recorder.result(of, _order(recorder, x, lead, of))
    flat = _viewed(recorder, out, lead, together)
    if flat is None and together and not lead and not isinstance(out, Late):
        # rows lie apart: a product for each entry of the outer ones of their axes
        places = [axis for axis in order_of(out.strides) if axis < together]
        turned = out.transpose(*places, *range(together, out.ndim))
        lead, together = together - 1, 1
        flat = _viewed(recorder, turned, lead, together)
        rows = tuple(rows[place] for place in places)
    if flat is None:
        rows, lead = kind.free(0, len(x.shape)), len(x_lead)
        together = len(rows)
        out = recorder.into(of, rows=True)
        flat = recorder.reshaped(out, _taken(concrete(of), lead, together))
    left = _matrix(recorder, x, (*x_lead, *rows, *x_sum), lead, together)
    right = _matrix(recorder, y, (*y_lead, *y_sum, *columns), len(y_lead), len(y_sum))
    if len(right.shape) > 2 and right.shape[-1] == 1:
        recorder.do(_sums, left, right, flat)
    elif len(left.shape) > 2 or not _is_plain(flat) or _is_number(left) or _is_number(right):
        recorder.do(np.matmul, left, right, flat)
    elif isinstance(left, Late):
        recorder.do(np.dot, left, right, flat)
    else:
        recorder.do(left.dot, right, flat, has=left)
    return out


def _sums(x: Array, y: Array, out: Array) -> None:
    """Products with one column each: BLAS would begin anew for every one, and reads no faster."""
    np.einsum("...ab,...b->...a", x, y[..., 0], out=out[..., 0])


def _order(recorder: Recorder, x: Operand, lead: int, of: TensorType) -> Order | None:
    """How the result should lie: as its reader wants it, or as the operand does."""
    if recorder.order is not None or lead or len(x.shape) != 2 or len(of.shape) != 2:
        return recorder.order
    turned = not isinstance(x, Late) and 1 not in x.shape and order_of(x.strides) == (1, 0)
    return (1, 0) if turned else None


def _viewed(recorder: Recorder, out: Operand, lead: int, rows: int) -> Operand | None:
    """A result as matrices, where that is a view that products can write to."""
    shape = _taken(out.shape, lead, rows)
    if isinstance(out, Late):
        return recorder.reshaped(out, shape) if out.rows or out.shape == shape else None
    found = viewed(out, shape)
    return found if found is not None and _is_matrix(found) else None


def _taken(shape: tuple[int, ...], lead: int, rows: int) -> tuple[int, ...]:
    """Axes of rows as one, and all after them."""
    return (*shape[:lead], prod(shape[lead : lead + rows]), prod(shape[lead + rows :]))


def _matrix(recorder: Recorder, x: Operand, axes: AxisNumbers, lead: int, rows: int) -> Operand:
    """Axes in another order, then taken together; copied where products need it."""
    turned = x
    if axes != tuple(range(len(axes))):
        of = TensorType(x.dtype.name, tuple(x.shape[axis] for axis in axes))
        turned = recorder.view(lambda array: array.transpose(axes), x, of)
    found = recorder.reshaped(turned, _taken(turned.shape, lead, rows))
    if isinstance(found, Late) or _is_matrix(found):
        return found
    return recorder.copied(found)


def _is_matrix(x: Array) -> bool:
    """Whether products take it as it is: along one of its last axes entries are side by side."""
    return x.itemsize in x.strides[-2:] or x.size == 0


def _is_number(x: Operand) -> bool:
    """Whether `dot` would scale by a number: BLAS takes 0 times NaN for 0 there."""
    return tuple(x.shape) == (1, 1)


def _is_plain(x: Operand) -> bool:
    return x.rows if isinstance(x, Late) else x.flags.c_contiguous


CONTRACTION: Kernels = {Contract: (_contract, floating)}
