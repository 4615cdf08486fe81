"""Operations that move, join and make elements without computing with them."""

from __future__ import annotations

from math import prod
from typing import Any, cast

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Shape, Size, floor_divide, product
from spec_compiler.ir.primitives.primitive import Primitive, Results, same_dtype
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import DType, TensorType


def concrete(results: Results) -> tuple[int, ...]:
    """The first result's shape, whose sizes the evaluator has filled in."""
    return cast("tuple[int, ...]", results[0].shape)


def _reshape(prover: Prover, x: TensorType, shape: Shape) -> tuple[TensorType]:
    same = 0
    while same < min(x.rank, len(shape)) and x.shape[same] == shape[same]:
        same += 1
    left, right = product(x.shape[same:]), product(shape[same:])
    prover.require_equal(left, right, "reshape: the number of elements")
    return (TensorType(x.dtype, shape),)


def _reshaped(x: Array, results: Results, shape: Shape) -> Array:
    return x.reshape(concrete(results))


def _transpose(prover: Prover, x: TensorType, axes: tuple[int, ...]) -> tuple[TensorType]:
    return (TensorType(x.dtype, tuple(x.shape[axis] for axis in axes)),)


def _transposed(x: Array, results: Results, axes: tuple[int, ...]) -> Array:
    return x.transpose(axes)


def _broadcast_to(prover: Prover, x: TensorType, shape: Shape) -> tuple[TensorType]:
    for axis in range(-x.rank, 0):
        if x.shape[axis] != 1:
            prover.require_equal(x.shape[axis], shape[axis], f"broadcast: axis {axis}")
    return (TensorType(x.dtype, shape),)


def _broadcasted(x: Array, results: Results, shape: Shape) -> Array:
    return np.broadcast_to(x, concrete(results))


def _concatenate(prover: Prover, *xs: TensorType, axis: int) -> tuple[TensorType]:
    same_dtype("concatenate", *xs)
    first = xs[0]
    total: Size = 0
    for x in xs:
        if x.rank != first.rank:
            raise Refusal("SPC0304", f"cannot join rank {first.rank} and rank {x.rank}")
        for other in range(first.rank):
            if other != axis:
                prover.require_equal(first.shape[other], x.shape[other], f"axis {other}")
        total = total + x.shape[axis]
    shape = (*first.shape[:axis], total, *first.shape[axis + 1 :])
    return (TensorType(first.dtype, shape),)


def _concatenated(*xs: Array, results: Results, axis: int) -> Array:
    return np.concatenate(xs, axis)


def _slice(prover: Prover, x: TensorType, axis: int, start: int, stop: Size) -> tuple[TensorType]:
    return (TensorType(x.dtype, (*x.shape[:axis], stop - start, *x.shape[axis + 1 :])),)


def _sliced(x: Array, results: Results, axis: int, start: int, stop: Size) -> Array:
    length = concrete(results)[axis]
    return x[(slice(None),) * axis + (slice(start, start + length),)]


def _stride(prover: Prover, x: TensorType, axis: int, step: int) -> tuple[TensorType]:
    kept = floor_divide(x.shape[axis] + (step - 1), step)
    return (TensorType(x.dtype, (*x.shape[:axis], kept, *x.shape[axis + 1 :])),)


def _strided(x: Array, results: Results, axis: int, step: int) -> Array:
    return x[(slice(None),) * axis + (slice(None, None, step),)]


def _size(prover: Prover, x: TensorType, axes: tuple[int, ...]) -> tuple[TensorType]:
    return (TensorType("int64", ()),)


def _measured(x: Array, results: Results, axes: tuple[int, ...]) -> Array:
    return np.asarray(prod(x.shape[axis] for axis in axes), np.int64)


def _reverse(prover: Prover, x: TensorType, axis: int) -> tuple[TensorType]:
    return (x,)


def _reversed(x: Array, results: Results, axis: int) -> Array:
    return np.flip(x, axis)


def _full(prover: Prover, value: float, dtype: DType, shape: Shape) -> tuple[TensorType]:
    return (TensorType(dtype, shape),)


def _filled(results: Results, value: float, dtype: DType, shape: Shape) -> Array:
    return np.full(concrete(results), value, stored(dtype))


def _constant(prover: Prover, values: tuple[Any, ...], type: TensorType) -> tuple[TensorType]:
    return (type,)


def _written(results: Results, values: tuple[Any, ...], type: TensorType) -> Array:
    return np.array(values, stored(type.dtype)).reshape(concrete((type,)))


def _arange(prover: Prover, length: Size, dtype: DType) -> tuple[TensorType]:
    if dtype == "bool":
        raise Refusal("SPC0401", "`arange` does not count in `bool`")
    return (TensorType(dtype, (length,)),)


def _counted(results: Results, length: Size, dtype: DType) -> Array:
    return np.arange(concrete(results)[0], dtype=stored(dtype))


STRUCTURE: tuple[Primitive, ...] = (
    Primitive("reshape", _reshape, _reshaped),
    Primitive("transpose", _transpose, _transposed),
    Primitive("broadcast_to", _broadcast_to, _broadcasted),
    Primitive("concatenate", _concatenate, _concatenated),
    Primitive("slice", _slice, _sliced),
    Primitive("stride", _stride, _strided),
    Primitive("size", _size, _measured),
    Primitive("reverse", _reverse, _reversed),
    Primitive("full", _full, _filled),
    Primitive("constant", _constant, _written),
    Primitive("arange", _arange, _counted),
)
