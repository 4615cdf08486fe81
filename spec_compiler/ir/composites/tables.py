"""Composites that look things up in a sorted table."""

from __future__ import annotations

from typing import ClassVar

from spec_compiler.ir.graph import Composite, Value
from spec_compiler.ir.operations import Operations
from spec_compiler.records import record


@record
class Placed(Composite):
    """How many entries of a table in ascending order are at most `x`, by halving; NaN: all."""

    name: ClassVar[str] = "placed"

    size: int

    def define(self, b: Operations, x: Value, table: Value) -> Value:
        """See the class."""
        found = b.full(0, "int32", x.shape)
        step = 1 << self.size.bit_length() >> 1
        while step:
            ahead = b.add(found, step)
            last = b.subtract(b.minimum(ahead, self.size), 1)
            above = b.binary("less", x, b.take(table, last))
            outside = b.binary("greater", ahead, self.size)
            found = b.select(b.binary("logical_or", above, outside), found, ahead)
            step >>= 1
        return found
