"""Operations along an axis."""

from __future__ import annotations

from typing import Protocol, TypeAlias

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.primitives.primitive import Primitive, Results
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.types import ANY, TRUTH, DType, TensorType

Axes: TypeAlias = tuple[int, ...]


def _reduce(prover: Prover, x: TensorType, axes: Axes, keepdims: bool) -> tuple[TensorType]:
    if keepdims:
        shape = tuple(1 if axis in axes else size for axis, size in enumerate(x.shape))
    else:
        shape = tuple(size for axis, size in enumerate(x.shape) if axis not in axes)
    return (TensorType(x.dtype, shape),)


def _along(prover: Prover, x: TensorType, axis: int) -> tuple[TensorType]:
    return (x,)


class _Reducer(Protocol):
    def __call__(self, x: Array, axes: Axes, keepdims: bool) -> Array: ...


def _reduction(name: str, reducer: _Reducer, takes: frozenset[DType] = ANY) -> Primitive:
    def evaluate(x: Array, results: Results, axes: Axes, keepdims: bool) -> Array:
        return np.asarray(reducer(x, axes, keepdims))

    return Primitive(name, _reduce, evaluate, 1, takes)


def _sum(x: Array, axes: Axes, keepdims: bool) -> Array:
    # NumPy widens small integers, and float16 loses digits when it is summed as it is
    wide = np.float32 if x.dtype == np.float16 else x.dtype
    return np.sum(x, axis=axes, keepdims=keepdims, dtype=wide).astype(x.dtype)


def _prod(x: Array, axes: Axes, keepdims: bool) -> Array:
    wide = np.float32 if x.dtype == np.float16 else x.dtype
    return np.prod(x, axis=axes, keepdims=keepdims, dtype=wide).astype(x.dtype)


def _max(x: Array, axes: Axes, keepdims: bool) -> Array:
    return np.max(x, axis=axes, keepdims=keepdims)


def _min(x: Array, axes: Axes, keepdims: bool) -> Array:
    return np.min(x, axis=axes, keepdims=keepdims)


def _any(x: Array, axes: Axes, keepdims: bool) -> Array:
    return np.logical_or.reduce(x, axis=axes, keepdims=keepdims)


def _all(x: Array, axes: Axes, keepdims: bool) -> Array:
    return np.logical_and.reduce(x, axis=axes, keepdims=keepdims)


def _position(prover: Prover, x: TensorType, axis: int) -> tuple[TensorType]:
    return (TensorType("int32", (*x.shape[:axis], *x.shape[axis + 1 :])),)


def _first_largest(x: Array, results: Results, axis: int) -> Array:
    return np.argmax(x, axis=axis).astype(np.int32)


def _first_least(x: Array, results: Results, axis: int) -> Array:
    return np.argmin(x, axis=axis).astype(np.int32)


def _running_sum(x: Array, results: Results, axis: int) -> Array:
    return np.cumsum(x, axis=axis, dtype=x.dtype)


def _sorted(x: Array, results: Results, axis: int) -> Array:
    return np.sort(x, axis=axis)


REDUCTION: tuple[Primitive, ...] = (
    _reduction("reduce_sum", _sum),
    _reduction("reduce_prod", _prod),
    _reduction("reduce_max", _max),
    _reduction("reduce_min", _min),
    _reduction("reduce_any", _any, TRUTH),
    _reduction("reduce_all", _all, TRUTH),
    Primitive("argmax", _position, _first_largest, 1),
    Primitive("argmin", _position, _first_least, 1),
    Primitive("cumulative_sum", _along, _running_sum, 1),
    Primitive("sort", _along, _sorted, 1),
)
