"""What a primitive is: a record of settings, which says its type, its meaning and its cost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from spec_compiler.ir.arrays import Array
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.types import ANY, DType, TensorType
from spec_compiler.records import record
from spec_compiler.refusals import Refusal


@record
class Primitive:
    """An operation that is not written with others; its fields are its settings.

    The parameters of `infer` after the prover, and those of `evaluate`, are its operands.
    """

    name: ClassVar[str]
    """What the text of a graph calls it."""
    takes: ClassVar[frozenset[DType]] = ANY
    """The dtypes that its operands may have."""
    flops: ClassVar[int] = 0
    """Floating-point operations for each element that it counts."""
    rounds: ClassVar[bool] = True
    """Whether it makes numbers that a bfloat16 may lack, which an array of float32 would hold."""
    reads_sparse: ClassVar[bool] = False
    """Whether it reads a scipy.sparse matrix as it is."""

    def infer(self, prover: Prover, /, *operands: Any, **_: Any) -> TensorType:
        """The type of the result, for operands of dtypes that it takes.

        Raises:
            Refusal: the operands do not fit; lowering casts, primitives never do.
        """
        raise NotImplementedError

    def evaluate(self, /, *operands: Any, **of: Any) -> Array:
        """The result, of operands that are arrays and a type `of` whose sizes are numbers.

        Raises:
            Refusal: the data does not fit.
        """
        raise NotImplementedError

    def ready(self, of: TensorType) -> Callable[..., Array]:
        """`evaluate` for results of a type whose sizes are numbers."""
        return partial(self.evaluate, of=of)

    def counted(self, result: TensorType, *operands: TensorType) -> Shape:
        """Sizes whose product is the number of elements that `flops` is for."""
        return result.shape

    def within(self, result: TensorType, *operands: TensorType) -> tuple[int, Shape] | None:
        """The operand of whole numbers that name something, and how many each axis has of it."""
        return None

    def scratch(self, result: TensorType, *operands: TensorType) -> int:
        """The most bytes that `evaluate` holds besides operands and result, of types in numbers."""
        return 0

    def result_type(self, prover: Prover, *operands: TensorType) -> TensorType:
        """The type of the result.

        Raises:
            Refusal: the operands do not fit, by their dtypes or otherwise.
        """
        for operand in operands:
            if operand.dtype not in self.takes:
                raise Refusal("SPC0401", f"`{self.name}` does not take `{operand.dtype}`")
        return self.infer(prover, *operands)


def same_dtype(name: str, *types: TensorType) -> None:
    """Refuse operands of different dtypes; lowering casts, primitives never do."""
    if len({item.dtype for item in types}) > 1:
        found = " and ".join(f"`{item.dtype}`" for item in types)
        raise Refusal("SPC0401", f"`{name}` needs operands of one dtype, not {found}")
