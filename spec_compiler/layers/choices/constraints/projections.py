"""Projections of weights: on norms, and to numbers that are not negative."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from spec_compiler.declaring.fields import Number, refuse
from spec_compiler.declaring.numbers import Axes, NonNegativeNumber
from spec_compiler.fixes import Fix, advise, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import Shape
from spec_compiler.ir.graph import Value
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.choices.constraints.constraint import Constraint
from spec_compiler.refusals import Refusal

_EPSILON = 1e-7


def _last(axes: tuple[int, ...], rank: int) -> Fix | None:
    """What to write for axes that are not there: the last, for one that stands alone."""
    words = f"write different axes from {-rank} to {rank - 1}"
    if len(axes) > 1:
        return advise(words)
    return write(rank - 1, words=words, safe=False).on("axis")


class NormConstraint(Constraint):
    """A constraint on norms, each taken over `axis`: the vectors keep their directions."""

    axis: Axes = (0,)
    """The axis, or list of axes, of one vector: 0 for a kernel `[in, out]`."""

    def check(self, shape: Shape) -> None:
        """Refuse axes that the weight does not have, or that are named twice."""
        rank = len(shape)
        outside = [axis for axis in self.axis if not -rank <= axis < rank]
        if outside or len({axis % rank for axis in self.axis}) < len(self.axis):
            fault = f"has no axis {outside[0]}" if outside else "has the same axis named twice"
            raise Refusal(
                "SPC0315",
                f"`{self.names[0]}`: the weight {shape_text(shape)} {fault}",
                fix=_last(self.axis, rank) if rank else None,
            )

    def norms(self, b: Builder, w: Value) -> Value:
        """The Euclidean norms over `axis`, which keeps its place with size 1."""
        self.check(w.shape)
        return b.unary("sqrt", b.reduce("sum", b.multiply(w, w), self.axis, keepdims=True))


class MaxNorm(NormConstraint):
    """`w * min(norm, max_value) / (1e-7 + norm)`."""

    names: ClassVar[tuple[str, ...]] = ("max_norm", "MaxNorm")

    max_value: NonNegativeNumber = 2.0
    """Largest norm."""

    def project(self, b: Builder, w: Value) -> Value:
        """See the class."""
        norms = self.norms(b, w)
        return b.multiply(w, b.divide(b.minimum(norms, self.max_value), b.add(norms, _EPSILON)))


class MinMaxNorm(NormConstraint):
    """`w * (rate * wanted + (1 - rate) * norm) / (1e-7 + norm)`.

    `wanted` is the norm, but at least `min_value` and at most `max_value`.
    """

    names: ClassVar[tuple[str, ...]] = ("min_max_norm", "MinMaxNorm")

    min_value: NonNegativeNumber = 0.0
    """Smallest norm."""
    max_value: NonNegativeNumber = 1.0
    """Largest norm."""
    rate: Number = 1.0
    """How far each projection goes; 1 goes all the way."""

    @model_validator(mode="after")
    def _in_order(self) -> MinMaxNorm:
        if self.min_value > self.max_value:
            raise refuse(
                f"must be at most `max_value`, not {self.min_value:g} beside {self.max_value:g}",
                argument=("min_value",),
            )
        return self

    def project(self, b: Builder, w: Value) -> Value:
        """See the class."""
        norms = self.norms(b, w)
        wanted = b.multiply(b.clip(norms, self.min_value, self.max_value), self.rate)
        mixed = b.add(wanted, b.multiply(norms, 1 - self.rate))
        return b.multiply(w, b.divide(mixed, b.add(norms, _EPSILON)))


class UnitNorm(NormConstraint):
    """`w / (1e-7 + norm)`."""

    names: ClassVar[tuple[str, ...]] = ("unit_norm", "UnitNorm")

    def project(self, b: Builder, w: Value) -> Value:
        """See the class."""
        return b.divide(w, b.add(self.norms(b, w), _EPSILON))


class NonNeg(Constraint):
    """`max(w, 0)`."""

    names: ClassVar[tuple[str, ...]] = ("non_neg", "NonNeg")

    def project(self, b: Builder, w: Value) -> Value:
        """See the class."""
        return b.maximum(w, 0)
