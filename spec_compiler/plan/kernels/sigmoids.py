"""Kernels of the composites that level off."""

from __future__ import annotations

from collections.abc import Sequence

from spec_compiler.ir.arrays import np
from spec_compiler.ir.composites.sigmoids import Sigmoid
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.kernels.exponentials import exponential
from spec_compiler.plan.kernels.kernel import Kernels, floating
from spec_compiler.plan.recorder import Operand, Recorder


def _sigmoid(
    recorder: Recorder, _: Sigmoid, operands: Sequence[Operand], of: TensorType
) -> Operand:
    """`1 / (1 + exp(-x))`: where the exponential is infinite, it is 0."""
    (x,) = operands
    out, one = recorder.into(of, x), np.asarray(1, of.dtype)
    exponential(recorder, x, out, sign=-1)
    recorder.do(np.add, out, one, out)
    recorder.do(np.divide, one, out, out)
    return out


SIGMOIDS: Kernels = {Sigmoid: (_sigmoid, floating)}
