"""Composites whose results along axes add up to 1."""

from __future__ import annotations

import math
from typing import ClassVar

from spec_compiler.ir.graph import Composite, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.records import record


def _below_largest(b: Operations, x: Value, axes: int | tuple[int, ...]) -> Value:
    return b.subtract(x, b.reduce("max", x, axes, keepdims=True))


@record
class Softmax(Composite):
    """`exp(x) / sum(exp(x))` along axes together."""

    name: ClassVar[str] = "softmax"

    axes: tuple[int, ...]

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        shares = b.unary("exp", _below_largest(b, x, self.axes))
        return b.divide(shares, b.reduce("sum", shares, self.axes, keepdims=True))


@record
class MaskedSoftmax(Composite):
    """`softmax` of the entries that are kept, and 0 for the others."""

    name: ClassVar[str] = "masked_softmax"

    axes: tuple[int, ...]

    def define(self, b: Operations, x: Value, kept: Value) -> Value:
        """See the class."""
        kept = b.reshape(kept, (1,) * (len(x.shape) - len(kept.shape)) + kept.shape)
        entries = b.select(kept, x, -math.inf)
        largest = b.reduce("max", entries, self.axes, keepdims=True)
        # where nothing is kept nothing is the largest, and subtracting infinity would give NaN
        some = b.reduce("any", kept, self.axes, keepdims=True)
        shares = b.unary("exp", b.subtract(entries, b.select(some, largest, 0)))
        total = b.reduce("sum", shares, self.axes, keepdims=True)
        # the largest entry's share is 1 before the division, so only an empty sum is below 1
        return b.divide(shares, b.maximum(total, 1))


@record
class LogSoftmax(Composite):
    """`x - log(sum(exp(x)))` along axes together."""

    name: ClassVar[str] = "log_softmax"

    axes: tuple[int, ...]

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        shifted = _below_largest(b, x, self.axes)
        total = b.reduce("sum", b.unary("exp", shifted), self.axes, keepdims=True)
        return b.subtract(shifted, b.unary("log", total))


@record
class Sparsemax(Composite):
    """`max(x - t, 0)` along an axis; `t` follows from the largest entries, by sorting."""

    name: ClassVar[str] = "sparsemax"

    axis: int

    def define(self, b: Operations, x: Value) -> Value:
        """See the class."""
        axis, size = self.axis, x.shape[self.axis]
        # an entry that is 1 or more below the largest one gives 0, so how far below does not matter
        shifted = b.maximum(_below_largest(b, x, axis), -1)
        descending = b.reverse(b.along("sort", shifted, axis), axis)
        totals = b.along("cumulative_sum", descending, axis)
        ranks = b.add(b.arange(size, x.dtype), 1)
        along = tuple(size if other == axis else 1 for other in range(len(x.shape)))
        scaled = b.multiply(b.reshape(ranks, along), descending)
        in_support = b.binary("greater", b.add(scaled, 1), totals)
        count = b.reduce("sum", b.cast(in_support, x.dtype), axis, keepdims=True)
        total = b.reduce("sum", b.select(in_support, descending, 0), axis, keepdims=True)
        threshold = b.divide(b.subtract(total, 1), count)
        return b.maximum(b.subtract(shifted, threshold), 0)
