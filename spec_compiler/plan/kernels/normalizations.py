"""Kernels of the composites that bring entries to one scale."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from spec_compiler.ir.arrays import np
from spec_compiler.ir.composites.normalizations import LayerNormalization
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.kernels.reduction import ones
from spec_compiler.plan.recorder import Operand, Recorder


def _layer_normalization(
    recorder: Recorder, kind: LayerNormalization, operands: Sequence[Operand], of: TensorType
) -> Operand:
    """Row by row: means are products with ones."""
    (x,) = operands
    out = recorder.into(of, x, rows=True)
    *lead, columns = concrete(of)
    rows = prod(lead)
    source = recorder.reshaped(x, (rows, columns))
    flat = recorder.reshaped(out, (rows, columns))
    number = recorder.new((rows, 1), out.dtype)
    share, epsilon = (np.asarray(n, out.dtype) for n in (1 / columns, kind.epsilon))
    one = np.asarray(1, out.dtype)
    recorder.do(np.dot, source, ones(columns, of.dtype), number)
    recorder.do(np.multiply, number, share, number)
    recorder.do(np.subtract, source, number, flat)
    squares = recorder.new((rows, columns), out.dtype)
    recorder.do(np.multiply, flat, flat, squares)
    recorder.do(np.dot, squares, ones(columns, of.dtype), number)
    recorder.do(np.multiply, number, share, number)
    recorder.do(np.add, number, epsilon, number)
    recorder.do(np.sqrt, number, number)
    recorder.do(np.divide, one, number, number)
    recorder.do(np.multiply, flat, number, flat)
    return out


def _fits(kind: LayerNormalization, takes: Sequence[TensorType], of: TensorType) -> bool:
    last = (len(of.shape) - 1,)
    floating = of.dtype in {"float32", "float64"}
    return floating and kind.centered and kind.axes == last and 0 not in of.shape


NORMALIZATIONS: dict[type, Any] = {LayerNormalization: (_layer_normalization, _fits)}
