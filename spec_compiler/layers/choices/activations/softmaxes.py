"""Activations along an axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from spec_compiler.declaring.numbers import WholeNumber
from spec_compiler.fixes import Fix, rename, write
from spec_compiler.ir.build import Builder
from spec_compiler.ir.composites import sigmoids, softmaxes
from spec_compiler.ir.dim_operations import remainder
from spec_compiler.ir.dims import quoted
from spec_compiler.ir.graph import Value
from spec_compiler.layers.choices.activations.function import ActivationFunction
from spec_compiler.refusals import Refusal


class AlongAxis(ActivationFunction):
    """An activation of all entries of an axis together."""

    elsewhere: ClassVar[Mapping[str, str | Fix]] = {"dim": rename("axis", safe=True)}

    axis: WholeNumber = -1
    """The axis; the batch is axis 0, negative numbers count from the last."""

    def checked_axis(self, x: Value) -> int:
        """The axis counted from 0.

        Raises:
            Refusal: `x` has no such axis.
        """
        rank = len(x.shape)
        if not -rank <= self.axis < rank:
            axes = f"axes {-rank} to {rank - 1}" if rank else "no axes"
            raise Refusal(
                "SPC0310",
                f"`{self.names[0]}` has axis {self.axis}, and its input {x.type} has {axes}",
                argument=("axis",),
                fix=write(rank - 1, words=f"write an axis from {-rank} to {rank - 1}", safe=False)
                if rank
                else None,
            )
        return self.axis % rank

    @property
    def takes_last(self) -> bool:
        """See the class."""
        return self.axis == -1

    def joined_axis(self, x: Value) -> int | None:
        """See the class."""
        return self.checked_axis(x)


class _Normalized(AlongAxis):
    """An activation whose results along the axis add up to 1."""

    def checked_entries(self, b: Builder, x: Value) -> int:
        """The axis counted from 0, which has at least one entry.

        Raises:
            Refusal: there is no such axis, or it is empty.
        """
        axis = self.checked_axis(x)
        why = f"{self.names[0]}: axis {axis} must not be empty"
        if not b.require(x.shape[axis], ">=", 1, why):
            message = f"`{self.names[0]}` needs at least one entry on axis {axis} of {x.type}"
            raise Refusal("SPC0314", message, argument=("axis",), origins=((x, axis),))
        return axis


class Softmax(_Normalized):
    """`exp(x) / sum(exp(x))` along the axis."""

    names: ClassVar[tuple[str, ...]] = ("softmax",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(softmaxes.Softmax((self.checked_entries(b, x),)), x)


class LogSoftmax(_Normalized):
    """`x - log(sum(exp(x)))` along the axis."""

    names: ClassVar[tuple[str, ...]] = ("log_softmax",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(softmaxes.LogSoftmax((self.checked_entries(b, x),)), x)


class Sparsemax(_Normalized):
    """`max(x - t, 0)` with the `t` for which the results along the axis add up to 1.

    Source: Martins and Astudillo, From Softmax to Sparsemax, 2016.
    """

    names: ClassVar[tuple[str, ...]] = ("sparsemax",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.compose(softmaxes.Sparsemax(self.checked_entries(b, x)), x)


class Glu(AlongAxis):
    """The first half of the axis times `sigmoid` of the second half; the axis is halved."""

    names: ClassVar[tuple[str, ...]] = ("glu",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        axis = self.checked_axis(x)
        size = x.shape[axis]
        if not b.require(remainder(size, 2), "==", 0, f"glu: axis {axis} must have an even size"):
            raise Refusal(
                "SPC0311",
                f"`glu` halves axis {axis}, whose size {quoted(size)} is odd",
                argument=("axis",) if self.axis != -1 else (),
                origins=((x, axis),),
                help="make the size of that axis even: twice what is wanted after the activation",
            )
        return b.compose(sigmoids.Glu(axis), x)

    def halved_axis(self, x: Value) -> int | None:
        """The axis."""
        return self.checked_axis(x)
