"""Kernels of the error function, and of what is smooth through it: a polynomial in an exponential.

`erf(x / sqrt(2))` is `tanh(x * p(x * x))` for a `p` that grows, so both ends level off by
themselves; half of it and a half is `1 / (1 + exp(-2 x p(x * x)))`. In float32 both are within
1.4e-7 of the exact value, the first within 7e-7 of its size. Other dtypes are computed as they are
meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, prod, sqrt

from spec_compiler.ir.arrays import np
from spec_compiler.ir.composites.smooth import Gelu
from spec_compiler.ir.primitives.elementwise import UNARY
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.kernels.kernel import Kernels
from spec_compiler.plan.kernels.tiles import tiles
from spec_compiler.plan.recorder import Operand, Recorder

POLYNOMIAL = (
    0.797884941,
    0.0363330841,
    -3.25948604e-05,
    -5.53062673e-05,
    3.96476253e-06,
    -1.32265228e-07,
    1.75623827e-09,
)
"""The coefficients of `p`, the lowest power first: least squares, made minimax by weights."""


def _gelu(recorder: Recorder, _: Gelu, operands: Sequence[Operand], of: TensorType) -> Operand:
    """`x / (1 + 2 ** (x * q(x * x)))`."""
    out = recorder.into(of, operands[0], rows=True)
    x, result, one = _row(recorder, operands[0]), _row(recorder, out), np.asarray(1, "f")
    powers = [-2 / log(2) * number for number in POLYNOMIAL]
    for part, to, (square, share) in tiles(recorder, x, result, spare=2):
        _grown(recorder, powers, part, square, share)
        recorder.do(np.exp2, share, share)
        recorder.do(np.add, share, one, share)
        recorder.do(np.divide, part, share, to)
    return out


def _erf(recorder: Recorder, _: object, operands: Sequence[Operand], of: TensorType) -> Operand:
    """`tanh(x * q(x * x))`."""
    out = recorder.into(of, operands[0], rows=True)
    x, result = _row(recorder, operands[0]), _row(recorder, out)
    powers = [number * sqrt(2) * 2**power for power, number in enumerate(POLYNOMIAL)]
    for part, to, (square, share) in tiles(recorder, x, result, spare=2):
        _grown(recorder, powers, part, square, share)
        recorder.do(np.tanh, share, to)
    return out


def _grown(
    recorder: Recorder, powers: Sequence[float], x: Operand, square: Operand, out: Operand
) -> None:
    """`x * q(x * x)` by Horner's rule."""
    *lower, highest = (np.asarray(number, "f") for number in powers)
    recorder.do(np.multiply, x, x, square)
    recorder.do(np.multiply, square, highest, out)
    for number in reversed(lower[1:]):
        recorder.do(np.add, out, number, out)
        recorder.do(np.multiply, out, square, out)
    recorder.do(np.add, out, lower[0], out)
    recorder.do(np.multiply, out, x, out)


def _row(recorder: Recorder, x: Operand) -> Operand:
    return recorder.reshaped(x, (prod(x.shape),))


def _fits(kind: object, takes: Sequence[TensorType], of: TensorType) -> bool:
    exact = not (isinstance(kind, Gelu) and kind.approximate)
    return exact and of.dtype == "float32" and 0 not in concrete(of)


SMOOTH: Kernels = {Gelu: (_gelu, _fits), UNARY["erf"]: (_erf, _fits)}
