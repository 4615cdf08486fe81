"""What a primitive is: a name, a type rule, and a meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.types import TensorType

Results: TypeAlias = tuple[TensorType, ...]
"""The types of what a primitive gives; `evaluate` gets them with all sizes known."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """An operation that is not written with others.

    Attributes:
        name: What nodes call it.
        infer: Types of the operands and the attributes to the types of the results.
        evaluate: Arrays, the results' types with all sizes known, and the attributes to arrays.
        flops: Floating-point operations for one element of the result.
    """

    name: str
    infer: Callable[..., tuple[TensorType, ...]]
    evaluate: Callable[..., Array | tuple[Array, ...]]
    flops: int = 0


def same_dtype(name: str, *types: TensorType) -> None:
    """Refuse operands of different dtypes; lowering casts, primitives never do."""
    if len({item.dtype for item in types}) > 1:
        found = " and ".join(f"`{item.dtype}`" for item in types)
        raise Refusal("SPC0401", f"`{name}` needs operands of one dtype, not {found}")
