"""What a primitive is: a name, a type rule, and a meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.types import ANY, DType, TensorType

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
        takes: The dtypes that its operands may have.
    """

    name: str
    infer: Callable[..., tuple[TensorType, ...]]
    evaluate: Callable[..., Array | tuple[Array, ...]]
    flops: int = 0
    takes: frozenset[DType] = ANY

    def results(self, prover: Prover, *operands: TensorType, **attributes: Any) -> Results:
        """The types of the results.

        Raises:
            Refusal: the operands do not fit; lowering casts, primitives never do.
        """
        for operand in operands:
            if operand.dtype not in self.takes:
                raise Refusal("SPC0401", f"`{self.name}` does not take `{operand.dtype}`")
        return self.infer(prover, *operands, **attributes)


def same_dtype(name: str, *types: TensorType) -> None:
    """Refuse operands of different dtypes; lowering casts, primitives never do."""
    if len({item.dtype for item in types}) > 1:
        found = " and ".join(f"`{item.dtype}`" for item in types)
        raise Refusal("SPC0401", f"`{name}` needs operands of one dtype, not {found}")
