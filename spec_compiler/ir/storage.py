"""How values of a dtype are held in arrays: NumPy has no bfloat16, so those are kept in float32."""

from __future__ import annotations

from math import prod
from typing import Any

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.types import ITEMSIZE, DType, TensorType, concrete

ROUNDING = 17
"""The bytes that `round_bfloat16` takes for an element besides the array that it is given."""


def stored(dtype: DType) -> Any:
    """The NumPy dtype that holds a dtype's values."""
    return "float32" if dtype == "bfloat16" else dtype


def held_bytes(of: TensorType) -> int:
    """The bytes of an array that holds values of a type whose sizes are numbers."""
    return prod(concrete(of)) * (4 if of.dtype == "bfloat16" else ITEMSIZE[of.dtype])


def as_stored(array: Array, dtype: DType) -> Array:
    """The array as one that holds `dtype`, with values that `dtype` has; copied if need be."""
    held = array.astype(stored(dtype), copy=False)
    return round_bfloat16(held) if dtype == "bfloat16" else held


def round_bfloat16(array: Array) -> Array:
    """Round float32 values to the nearest bfloat16, ties to even; they stay in a float32 array."""
    bits = np.ascontiguousarray(array, np.float32).view(np.uint32)
    nearest = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) & np.uint32(
        0xFFFF0000
    )
    whole = nearest.view(np.float32).reshape(np.shape(array))  # rank 0 has become rank 1
    return np.where(np.isnan(array), array, whole)
