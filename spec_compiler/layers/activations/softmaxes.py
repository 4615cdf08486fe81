"""Activations along an axis."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import floor_divide, remainder
from spec_compiler.ir.graph import Value
from spec_compiler.layers.activations.function import ActivationFunction
from spec_compiler.layers.activations.sigmoids import sigmoid
from spec_compiler.notation.numbers import WholeNumber

_AT = ("activation", "axis")


class AlongAxis(ActivationFunction):
    """An activation of all entries of an axis together."""

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
                argument=_AT,
                help=f"write an axis from {-rank} to {rank - 1}" if rank else "",
            )
        return self.axis % rank


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
            raise Refusal("SPC0314", message, argument=_AT)
        return axis


class Softmax(_Normalized):
    """`exp(x) / sum(exp(x))` along the axis."""

    names: ClassVar[tuple[str, ...]] = ("softmax",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("softmax", softmax, x, axis=self.checked_entries(b, x))


class LogSoftmax(_Normalized):
    """`x - log(sum(exp(x)))` along the axis."""

    names: ClassVar[tuple[str, ...]] = ("log_softmax",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("log_softmax", log_softmax, x, axis=self.checked_entries(b, x))


class Sparsemax(_Normalized):
    """`max(x - t, 0)` with the `t` for which the results along the axis add up to 1.

    Source: Martins and Astudillo, From Softmax to Sparsemax, 2016.
    """

    names: ClassVar[tuple[str, ...]] = ("sparsemax",)

    def lower(self, b: Builder, x: Value) -> Value:
        """See the class."""
        return b.call("sparsemax", sparsemax, x, axis=self.checked_entries(b, x))


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
                f"`glu` halves axis {axis}, whose size {size} is odd",
                argument=_AT if self.axis != -1 else ("activation",),
                help="make the size of that axis even: twice what is wanted after the activation",
            )
        return b.call("glu", glu, x, axis=axis)

    def halved_axis(self, x: Value) -> int | None:
        """The axis."""
        return self.checked_axis(x)


def softmax(b: Builder, x: Value, axis: int | tuple[int, ...]) -> Value:
    """The definition of `softmax`, along one axis or several together."""
    shares = b.unary("exp", _below_largest(b, x, axis))
    return b.divide(shares, b.reduce("sum", shares, axis, keepdims=True))


def log_softmax(b: Builder, x: Value, axis: int) -> Value:
    """The definition of `log_softmax`."""
    shifted = _below_largest(b, x, axis)
    total = b.reduce("sum", b.unary("exp", shifted), axis, keepdims=True)
    return b.subtract(shifted, b.unary("log", total))


def sparsemax(b: Builder, x: Value, axis: int) -> Value:
    """The definition of `sparsemax`: the threshold follows from the largest entries, by sorting."""
    # an entry that is 1 or more below the largest one gives 0, so how far below does not matter
    shifted = b.maximum(_below_largest(b, x, axis), -1)
    descending = b.reverse(b.along("sort", shifted, axis), axis)
    totals = b.along("cumulative_sum", descending, axis)
    size = x.shape[axis]
    ranks = b.add(b.arange(size, x.dtype), 1)
    along = tuple(size if other == axis else 1 for other in range(len(x.shape)))
    scaled = b.multiply(b.reshape(ranks, along), descending)
    in_support = b.binary("greater", b.add(scaled, 1), totals)
    count = b.reduce("sum", b.cast(in_support, x.dtype), axis, keepdims=True)
    total = b.reduce("sum", b.select(in_support, descending, 0), axis, keepdims=True)
    threshold = b.divide(b.subtract(total, 1), count)
    return b.maximum(b.subtract(shifted, threshold), 0)


def glu(b: Builder, x: Value, axis: int) -> Value:
    """The definition of `glu`."""
    half = floor_divide(x.shape[axis], 2)
    if isinstance(half, int):
        gate = b.slice(x, axis, half, 2 * half)
    else:  # a slice can only begin at a number, so the second half is taken from the end
        gate = b.reverse(b.slice(b.reverse(x, axis), axis, 0, half), axis)
    return b.multiply(b.slice(x, axis, 0, half), b.call("sigmoid", sigmoid, gate))


def _below_largest(b: Builder, x: Value, axis: int | tuple[int, ...]) -> Value:
    return b.subtract(x, b.reduce("max", x, axis, keepdims=True))
