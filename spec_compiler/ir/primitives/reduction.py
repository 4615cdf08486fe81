"""Operations along an axis."""

from __future__ import annotations

from collections.abc import Callable

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.primitive import Primitive, Prover
from spec_compiler.ir.types import TensorType


def _reduce(
    prover: Prover, x: TensorType, axes: tuple[int, ...], keepdims: bool
) -> tuple[TensorType]:
    if keepdims:
        shape = tuple(1 if axis in axes else size for axis, size in enumerate(x.shape))
    else:
        shape = tuple(size for axis, size in enumerate(x.shape) if axis not in axes)
    return (TensorType(x.dtype, shape),)


def _along(prover: Prover, x: TensorType, axis: int) -> tuple[TensorType]:
    return (x,)


def _reduction(name: str, function: Callable[..., Array], flops: int = 1) -> Primitive:
    def evaluate(
        x: Array, results: tuple[TensorType, ...], axes: tuple[int, ...], keepdims: bool
    ) -> Array:
        return np.asarray(function(x, axis=axes, keepdims=keepdims))

    return Primitive(name, _reduce, evaluate, flops)


def _sum(x: Array, axis: tuple[int, ...], keepdims: bool) -> Array:
    # NumPy widens small integers, and float16 loses digits when it is summed as it is
    wide = np.float32 if x.dtype == np.float16 else x.dtype
    return np.sum(x, axis=axis, keepdims=keepdims, dtype=wide).astype(x.dtype)


REDUCTION: tuple[Primitive, ...] = (
    _reduction("reduce_sum", _sum),
    _reduction("reduce_max", lambda x, axis, keepdims: np.max(x, axis=axis, keepdims=keepdims)),
    _reduction("reduce_min", lambda x, axis, keepdims: np.min(x, axis=axis, keepdims=keepdims)),
    _reduction("reduce_any", lambda x, axis, keepdims: np.any(x, axis=axis, keepdims=keepdims)),
    _reduction("reduce_all", lambda x, axis, keepdims: np.all(x, axis=axis, keepdims=keepdims)),
    Primitive(
        "cumulative_sum",
        _along,
        lambda x, results, axis: np.cumsum(x, axis=axis, dtype=x.dtype),
        1,
    ),
    Primitive("sort", _along, lambda x, results, axis: np.sort(x, axis=axis), 1),
)
