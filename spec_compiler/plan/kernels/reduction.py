"""One number of many: NumPy's reductions, and sums along rows as products with ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.reduction import REDUCE, Reduce
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.recorder import Operand, Recorder

_FUNCTIONS = {
    "reduce_sum": "add",
    "reduce_prod": "multiply",
    "reduce_max": "maximum",
    "reduce_min": "minimum",
    "reduce_any": "logical_or",
    "reduce_all": "logical_and",
}


def _reduce(
    recorder: Recorder, kind: Reduce, operands: Sequence[Operand], of: TensorType
) -> Operand:
    (x,) = operands
    out = recorder.result(of)
    function = getattr(np, _FUNCTIONS[kind.name]).reduce
    axes, dtype, keepdims = kind.axes, out.dtype, kind.keepdims
    recorder.do(lambda x, out: function(x, axes, dtype, out, keepdims), x, out)
    return out


def _fits(kind: Reduce, takes: Sequence[TensorType], of: TensorType) -> bool:
    return bool(kind.axes) and of.dtype not in {"float16", "bfloat16"}


@lru_cache(64)
def ones(length: int, dtype: str) -> Array:
    """A column of ones."""
    return np.ones((length, 1), dtype)


REDUCTION: dict[type, Any] = dict.fromkeys(REDUCE.values(), (_reduce, _fits))
