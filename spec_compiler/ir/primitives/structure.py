"""Operations that move, join and make elements without computing with them."""

from __future__ import annotations

from typing import Any

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.dims import Shape, Size, product
from spec_compiler.ir.primitives.primitive import Primitive, Prover, same_dtype
from spec_compiler.ir.types import DType, TensorType


def stored(dtype: DType) -> Any:
    """The NumPy dtype that holds a dtype's values: bfloat16 is kept in float32."""
    return "float32" if dtype == "bfloat16" else dtype


def concrete(results: tuple[TensorType, ...]) -> tuple[int, ...]:
    """The first result's shape, whose sizes the evaluator has filled in."""
    return results[0].shape  # type: ignore[return-value]


def _reshape(prover: Prover, x: TensorType, shape: Shape) -> tuple[TensorType]:
    prover.require_equal(product(x.shape), product(shape), "reshape: the number of elements")
    return (TensorType(x.dtype, shape),)


def _transpose(prover: Prover, x: TensorType, axes: tuple[int, ...]) -> tuple[TensorType]:
    return (TensorType(x.dtype, tuple(x.shape[axis] for axis in axes)),)


def _broadcast_to(prover: Prover, x: TensorType, shape: Shape) -> tuple[TensorType]:
    for axis in range(-x.rank, 0):
        if x.shape[axis] != 1:
            prover.require_equal(x.shape[axis], shape[axis], f"broadcast: axis {axis}")
    return (TensorType(x.dtype, shape),)


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


def _slice(prover: Prover, x: TensorType, axis: int, start: int, stop: Size) -> tuple[TensorType]:
    return (TensorType(x.dtype, (*x.shape[:axis], stop - start, *x.shape[axis + 1 :])),)


def _take_slice(
    x: Array, results: tuple[TensorType, ...], axis: int, start: int, stop: Size
) -> Array:
    length = concrete(results)[axis]
    return x[(slice(None),) * axis + (slice(start, start + length),)]


def _reverse(prover: Prover, x: TensorType, axis: int) -> tuple[TensorType]:
    return (x,)


def _full(prover: Prover, value: float, dtype: DType, shape: Shape) -> tuple[TensorType]:
    return (TensorType(dtype, shape),)


def _constant(prover: Prover, values: tuple[Any, ...], type: TensorType) -> tuple[TensorType]:  # noqa: A002
    return (type,)


def _arange(prover: Prover, length: Size, dtype: DType) -> tuple[TensorType]:
    return (TensorType(dtype, (length,)),)


STRUCTURE: tuple[Primitive, ...] = (
    Primitive("reshape", _reshape, lambda x, results, shape: x.reshape(concrete(results))),
    Primitive("transpose", _transpose, lambda x, results, axes: x.transpose(axes)),
    Primitive(
        "broadcast_to",
        _broadcast_to,
        lambda x, results, shape: np.broadcast_to(x, concrete(results)),
    ),
    Primitive("concatenate", _concatenate, lambda *xs, results, axis: np.concatenate(xs, axis)),
    Primitive("slice", _slice, _take_slice),
    Primitive("reverse", _reverse, lambda x, results, axis: np.flip(x, axis)),
    Primitive(
        "full",
        _full,
        lambda results, value, dtype, shape: np.full(concrete(results), value, stored(dtype)),
    ),
    Primitive(
        "constant",
        _constant,
        lambda results, values, type: np.array(values, stored(type.dtype)).reshape(type.shape),
    ),
    Primitive(
        "arange",
        _arange,
        lambda results, length, dtype: np.arange(concrete(results)[0], dtype=stored(dtype)),
    ),
)
