"""Kernels of the composites that bring rows to one scale: means are products with ones."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.composites.normalizations import (
    LayerNormalization,
    RootMeanSquareNormalization,
)
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.kernels.kernel import Kernels, along_rows
from spec_compiler.plan.recorder import Operand, Recorder


def _layer_normalization(
    recorder: Recorder, kind: LayerNormalization, operands: Sequence[Operand], of: TensorType
) -> Operand:
    source, out, flat, number = _rows(recorder, operands[0], of)
    _mean(recorder, source, number)
    recorder.do(np.subtract, source, number, flat)
    _scale(recorder, flat, number, kind.epsilon)
    recorder.do(np.multiply, flat, number, flat)
    return out


def _root_mean_square(
    recorder: Recorder,
    kind: RootMeanSquareNormalization,
    operands: Sequence[Operand],
    of: TensorType,
) -> Operand:
    source, out, flat, number = _rows(recorder, operands[0], of)
    _scale(recorder, source, number, kind.epsilon)
    recorder.do(np.multiply, source, number, flat)
    return out


def _rows(
    recorder: Recorder, x: Operand, of: TensorType
) -> tuple[Operand, Operand, Operand, Array]:
    """The operand and the result as rows, the result, and memory for a number for each row."""
    out = recorder.into(of, x, rows=True)
    *lead, columns = concrete(of)
    shape = (prod(lead), columns)
    number = recorder.new((shape[0], 1), out.dtype)
    return recorder.reshaped(x, shape), out, recorder.reshaped(out, shape), number


def _mean(recorder: Recorder, rows: Operand, out: Array) -> None:
    columns = rows.shape[1]
    recorder.do(np.dot, rows, np.ones((columns, 1), out.dtype), out)
    recorder.do(np.multiply, out, np.asarray(1 / columns, out.dtype), out)


def _scale(recorder: Recorder, rows: Operand, out: Array, epsilon: float) -> None:
    """`1 / sqrt(mean(x * x) + epsilon)` of each row."""
    squares = recorder.new(rows.shape, out.dtype)
    recorder.do(np.multiply, rows, rows, squares)
    _mean(recorder, squares, out)
    recorder.do(np.add, out, np.asarray(epsilon, out.dtype), out)
    recorder.do(np.sqrt, out, out)
    recorder.do(np.divide, np.asarray(1, out.dtype), out, out)


def _centered(kind: LayerNormalization, takes: Sequence[TensorType], of: TensorType) -> bool:
    return kind.centered and along_rows(kind, takes, of)


NORMALIZATIONS: Kernels = {
    LayerNormalization: (_layer_normalization, _centered),
    RootMeanSquareNormalization: (_root_mean_square, along_rows),
}
