"""Penalties: on sizes of numbers, and on vectors that point the same way."""

from __future__ import annotations

from typing import ClassVar, Literal

from spec_compiler.declaring.numbers import NonNegativeNumber
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.choices.regularizers.regularizer import Regularizer
from spec_compiler.refusals import Refusal

_EPSILON = 1e-7


class L1(Regularizer):
    """`l1 * sum(|w|)`."""

    names: ClassVar[tuple[str, ...]] = ("l1", "L1")

    l1: NonNegativeNumber = 0.01
    """Weight of the penalty."""

    def penalty(self, b: Builder, w: Value) -> Value:
        """See the class."""
        return b.multiply(_total(b, b.unary("abs", w)), self.l1)


class L2(Regularizer):
    """`l2 * sum(w^2)`."""

    names: ClassVar[tuple[str, ...]] = ("l2", "L2")

    l2: NonNegativeNumber = 0.01
    """Weight of the penalty."""

    def penalty(self, b: Builder, w: Value) -> Value:
        """See the class."""
        return b.multiply(_total(b, b.multiply(w, w)), self.l2)


class L1L2(Regularizer):
    """`l1 * sum(|w|) + l2 * sum(w^2)`."""

    names: ClassVar[tuple[str, ...]] = ("l1l2", "L1L2")

    l1: NonNegativeNumber = 0.0
    """Weight of the sum of sizes."""
    l2: NonNegativeNumber = 0.0
    """Weight of the sum of squares."""

    def penalty(self, b: Builder, w: Value) -> Value:
        """See the class."""
        return b.add(L1(l1=self.l1).penalty(b, w), L2(l2=self.l2).penalty(b, w))


class OrthogonalRegularizer(Regularizer):
    """`factor` times the mean of `|cosine|` over all pairs of different rows, or columns.

    A matrix with a single row has no pairs: the penalty is 0.
    """

    names: ClassVar[tuple[str, ...]] = ("orthogonal_regularizer", "OrthogonalRegularizer")

    factor: NonNegativeNumber = 0.01
    """Weight of the penalty."""
    mode: Literal["rows", "columns"] = "rows"
    """What is to become orthogonal."""

    def check(self, shape: Shape) -> None:
        """Refuse what is not a matrix."""
        if len(shape) != 2:
            raise Refusal(
                "SPC0315",
                f"`{self.names[0]}` needs a matrix, and this tensor is {shape_text(shape)}",
                help="use `l1` or `l2` for tensors of another rank",
            )

    def penalty(self, b: Builder, w: Value) -> Value:
        """See the class."""
        self.check(w.shape)
        along, across = (0, 1) if self.mode == "rows" else (1, 0)
        squares = b.reduce("sum", b.multiply(w, w), across, keepdims=True)
        unit = b.divide(w, b.maximum(b.unary("sqrt", squares), _EPSILON))
        cosines = b.contract(unit, unit, ((across,), (across,)))
        index = b.arange(w.shape[along], "int64")
        distinct = b.binary("not_equal", b.expand(index, 0), b.expand(index, 1))
        sizes = b.select(distinct, b.unary("abs", cosines), 0)
        pairs = b.maximum(_total(b, b.cast(distinct, w.dtype)), 1)
        return b.multiply(b.divide(_total(b, sizes), pairs), self.factor)


def _total(b: Builder, x: Value) -> Value:
    return b.reduce("sum", x, tuple(range(len(x.shape))))
