"""Kernels of the composites whose results add up to 1."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.composites.softmaxes import Softmax
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.kernels.reduction import ones
from spec_compiler.plan.recorder import Operand, Recorder


def _softmax(
    recorder: Recorder, kind: Softmax, operands: Sequence[Operand], of: TensorType
) -> Operand:
    """Each row less its largest entry, raised, and divided by its sum: a product with ones."""
    (x,) = operands
    out = recorder.into(of, x, rows=True)
    *lead, columns = concrete(of)
    rows = prod(lead)
    source = recorder.reshaped(x, (rows, columns))
    flat = recorder.reshaped(out, (rows, columns))
    least = recorder.new((rows, 1), out.dtype)
    recorder.do(_largest, source, least)
    recorder.do(np.subtract, source, least, flat)
    recorder.do(np.exp, flat, flat)
    recorder.do(np.dot, flat, ones(columns, of.dtype), least)
    recorder.do(np.divide, flat, least, flat)
    return out


def _largest(x: Array, out: Array) -> None:
    np.maximum.reduce(x, 1, None, out, True)


def _fits(kind: Softmax, takes: Sequence[TensorType], of: TensorType) -> bool:
    last = (len(of.shape) - 1,)
    return of.dtype in {"float32", "float64"} and kind.axes == last and 0 not in of.shape


SOFTMAXES: dict[type, Any] = {Softmax: (_softmax, _fits)}
