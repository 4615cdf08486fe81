"""Sums of products: a matrix product of views, written where the result is to be."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.recorder import Late, Operand, Recorder


def _contract(
    recorder: Recorder, kind: Contract, operands: Sequence[Operand], of: TensorType
) -> Operand:
    x, y = operands
    contracted, batch = kind.contracted, kind.batch
    x_free, y_free = kind.free(0, len(x.shape)), kind.free(1, len(y.shape))
    lead = tuple(x.shape[axis] for axis in batch[0])
    inner = prod(x.shape[axis] for axis in contracted[0])
    rows, columns = prod(x.shape[a] for a in x_free), prod(y.shape[a] for a in y_free)
    left = _matrix(recorder, x, (*batch[0], *x_free, *contracted[0]), (*lead, rows, inner))
    right = _matrix(recorder, y, (*batch[1], *contracted[1], *y_free), (*lead, inner, columns))
    out = recorder.result(of)
    flat = recorder.reshaped(out, (*lead, rows, columns))
    if lead:
        recorder.do(np.matmul, left, right, flat)
    else:
        recorder.do(
            np.dot if isinstance(left, Late) else left.dot,
            *((left, right, flat) if isinstance(left, Late) else (right, flat)),
        )
    return out


def _matrix(
    recorder: Recorder, x: Operand, axes: tuple[int, ...], shape: tuple[int, ...]
) -> Operand:
    """Axes in another order, then taken together; copied where products need it."""
    turned = x
    if axes != tuple(range(len(axes))):
        of = tuple(x.shape[axis] for axis in axes)
        if isinstance(x, Late):
            turned = recorder.made(
                lambda array: array.transpose(axes), x, of=TensorType(x.dtype.name, of)
            )
        else:
            turned = x.transpose(axes)
    found = recorder.reshaped(turned, shape)
    if isinstance(found, Late) or _is_matrix(found):
        return found
    copy = recorder.new(found.shape, found.dtype)
    recorder.do(np.copyto, copy, found)
    return copy


def _is_matrix(x: Array) -> bool:
    """Whether products read it as it is: along one of its last axes entries are side by side."""
    return x.itemsize in x.strides[-2:] or x.size == 0


def _fits(kind: Contract, takes: Sequence[TensorType], of: TensorType) -> bool:
    return of.dtype in {"float32", "float64"}


CONTRACTION: dict[type, Any] = {Contract: (_contract, _fits)}
