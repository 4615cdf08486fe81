"""Which numbers the values of a graph can hold: what is known of indices before a run.

Ends are sizes, since `arange(seq)` ends at `seq - 1`; floats lie between whole numbers. Of whole
numbers, what has no rule here can hold whatever its dtype can. Of floats nothing is known then:
they may be NaN, too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from spec_compiler.ir import dim_operations, intervals
from spec_compiler.ir.dims import Dim, Size, SizeError, product
from spec_compiler.ir.graph import Apply, Node, Value
from spec_compiler.ir.primitives.elementwise import BINARY, Cast, Select
from spec_compiler.ir.primitives.indexing import Take, TakeAlong
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.reduction import ALONG, REDUCE
from spec_compiler.ir.primitives.structure import (
    Arange,
    BroadcastTo,
    Concatenate,
    Constant,
    Entries,
    Full,
    Reshape,
    Reverse,
    Slice,
    Stride,
    Transpose,
)
from spec_compiler.ir.types import FLOATS, DType, limits, whole_numbers


class Range(NamedTuple):
    """The least and the greatest number that a value can hold.

    Attributes:
        low: The least.
        high: The greatest.
        met: Whether both ends are among the numbers, or may be as the author says; else they only
            bound them.
    """

    low: Size
    high: Size
    met: bool = False

    @property
    def single(self) -> bool:
        """Whether all numbers are the same one."""
        return self.low == self.high


@dataclass(slots=True, eq=False, repr=False)
class Ranges:
    """The ranges of a graph that grows.

    Attributes:
        known: Those that were found, and those of inputs that the author states.
        read: How many nodes have been looked at.
        asked: How many times somebody has asked.
    """

    known: dict[Value, Range] = field(default_factory=dict[Value, Range])
    read: int = 0
    asked: int = 0

    def state(self, value: Value, low: Size | float, high: Size | float) -> None:
        """Take as true what an author says of an input."""
        found = _between(low, high)
        if value.dtype not in FLOATS or _fits(found, value.dtype):
            self.known[value] = found

    def of(self, value: Value, nodes: Sequence[Node]) -> Range:
        """The range of a value.

        Args:
            value: An input, or made by one of the nodes.
            nodes: All so far; only new ones are read.
        """
        self.asked += 1
        for node in nodes[self.read :]:
            if isinstance(node, Apply):
                found = self._made(node)
                if found is not None:
                    self.known[node.result] = found
        self.read = len(nodes)
        return self._known(value)

    def copy(self) -> Ranges:
        """The same, to go on apart."""
        return Ranges({**self.known}, self.read, self.asked)

    def _known(self, value: Value) -> Range:
        return self.known.get(value) or any_of(value.dtype)

    def _made(self, node: Apply) -> Range | None:
        """What is known of a result; None where it is no more than its dtype says."""
        dtype = node.result.dtype
        rule = RANGES.get(type(node.primitive))
        read = () if type(node.primitive) in _OF_SIZES else node.operands
        floats = [operand for operand in read if operand.dtype in FLOATS]
        if rule is None or any(operand not in self.known for operand in floats):
            return None
        if (floats or dtype in FLOATS) and type(node.primitive) in _ROUNDING:
            return None
        try:
            found = rule(node.primitive, node, *map(self._known, node.operands))
        except (SizeError, OverflowError, ValueError):  # a number that is infinite, or none
            return None
        return found if _fits(found, dtype) else None


def any_of(dtype: DType) -> Range:
    """Whatever a dtype can hold; a floating one is taken to hold every `int64`."""
    return Range(*limits("int64" if dtype in FLOATS else dtype))


def _between(low: Size | float, high: Size | float) -> Range:
    """The whole numbers that floats lie between; sizes are their own ends."""
    ends = (
        low if isinstance(low, Dim) else math.floor(low),
        high if isinstance(high, Dim) else math.ceil(high),
    )
    return Range(*ends, met=ends == (low, high))


def _fits(found: Range, dtype: DType) -> bool:
    """Whether no number wraps around, nor is rounded beyond an end.

    A length of an axis is taken to fit 32 bits. Rounding keeps the order of numbers, so what lies
    between whole numbers that a dtype has stays there.
    """
    least, most = whole_numbers(dtype)
    low, high = _bounds(found)
    lowest, highest = limits("int32")
    return least <= (lowest if low is None else low) and most >= (highest if high is None else high)


# --- rules ---------------------------------------------------------------------------------------

_Rule: TypeAlias = Callable[..., Range]
"""From a primitive, its node and the ranges of the operands."""


def _kept(of: Primitive, node: Apply, x: Range) -> Range:
    return x


def _some(of: Primitive, node: Apply, x: Range, *indices: Range) -> Range:
    """A part of the entries: which ones is not looked into."""
    return x._replace(met=x.single)


def _either(of: Primitive, node: Apply, *xs: Range) -> Range:
    """Entries of all operands."""
    low, high = xs[0].low, xs[0].high
    for x in xs[1:]:
        low, high = dim_operations.minimum(low, x.low), dim_operations.maximum(high, x.high)
    return Range(low, high, all(x.met for x in xs))


def _chosen(of: Select, node: Apply, condition: Range, x: Range, y: Range) -> Range:
    return _either(of, node, x, y)._replace(met=False)


def _cast(of: Cast, node: Apply, x: Range) -> Range:
    return x


def _number(of: Full, node: Apply) -> Range:
    return _between(of.value, of.value)


def _numbers(of: Constant, node: Apply) -> Range:
    return _between(min(of.values), max(of.values))


def _counted(of: Arange, node: Apply) -> Range:
    return Range(0, of.length - 1, met=True)


def _entries(of: Entries, node: Apply, x: Range) -> Range:
    size = product(tuple(node.operands[0].shape[axis] for axis in of.axes))
    return Range(size, size, met=True)


def _place(of: Any, node: Apply, x: Range) -> Range:
    return Range(0, node.operands[0].shape[of.axis] - 1)


def _sum(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    return Range(x.low + y.low, x.high + y.high, _kept_ends(x, y))


def _difference(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    return Range(x.low - y.high, x.high - y.low, _kept_ends(x, y))


def _kept_ends(x: Range, y: Range) -> bool:
    """Whether the ends of what grows with both are met: of two tensors they may meet nowhere."""
    return x.met and y.met and (x.single or y.single)


def _product(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    if x.single:
        x, y = y, x
    if y.single and (low := dim_operations.bounds(y.low)[0]) is not None and low >= 0:
        return Range(x.low * y.low, x.high * y.low, _kept_ends(x, y))
    low, high = intervals.multiplied(_bounds(x), _bounds(y))
    return Range(*_closed(low, high), met=_kept_ends(x, y) and _plain(x) and _plain(y))


def _quotient(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    if not (y.single and isinstance(y.low, int) and y.low > 0):
        return any_of(node.result.dtype)
    ends = (dim_operations.floor_divide(end, y.low) for end in (x.low, x.high))
    return Range(*ends, met=_kept_ends(x, y))


def _remainder(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    low = dim_operations.bounds(y.low)[0]
    if low is None or low <= 0:
        return any_of(node.result.dtype)
    return Range(0, y.high - 1)


def _masked(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    """Bits in common with what is not negative are not negative, nor more."""
    ends = [end.high for end in (x, y) if (low := _bounds(end)[0]) is not None and low >= 0]
    return (
        Range(0, ends[0] if len(ends) == 1 else dim_operations.minimum(*ends))
        if ends
        else (any_of(node.result.dtype))
    )


def _halved(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    if not (y.single and isinstance(y.low, int) and 0 <= y.low < 63):
        return any_of(node.result.dtype)
    ends = (dim_operations.floor_divide(end, 2**y.low) for end in (x.low, x.high))
    return Range(*ends, met=_kept_ends(x, y))


def _smaller(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    low, high = (dim_operations.minimum(*ends) for ends in ((x.low, y.low), (x.high, y.high)))
    return Range(low, high, _kept_ends(x, y))


def _larger(of: Primitive, node: Apply, x: Range, y: Range) -> Range:
    low, high = (dim_operations.maximum(*ends) for ends in ((x.low, y.low), (x.high, y.high)))
    return Range(low, high, _kept_ends(x, y))


def _bounds(x: Range) -> intervals.Interval:
    return dim_operations.bounds(x.low)[0], dim_operations.bounds(x.high)[1]


def _plain(x: Range) -> bool:
    return isinstance(x.low, int) and isinstance(x.high, int)


def _closed(low: int | None, high: int | None) -> tuple[int, int]:
    """An interval with the ends of `int64` where it has none; what is beyond fits no dtype."""
    least, most = limits("int64")
    return least - 1 if low is None else low, most + 1 if high is None else high


_OF_SIZES: Mapping[type[Primitive], _Rule] = {
    **dict.fromkeys((ALONG["argmax"], ALONG["argmin"], ALONG["argsort"]), _place),
    Entries: _entries,
}
"""The rules that read sizes alone: the numbers of the operands do not matter."""

RANGES: Mapping[type[Primitive], _Rule] = {
    **_OF_SIZES,
    **dict.fromkeys((Reshape, Transpose, BroadcastTo, Reverse, ALONG["sort"]), _kept),
    **dict.fromkeys((Slice, Stride, Take, TakeAlong, REDUCE["max"], REDUCE["min"]), _some),
    Concatenate: _either,
    Select: _chosen,
    Cast: _cast,
    Full: _number,
    Constant: _numbers,
    Arange: _counted,
    BINARY["add"]: _sum,
    BINARY["subtract"]: _difference,
    BINARY["multiply"]: _product,
    BINARY["floor_divide"]: _quotient,
    BINARY["remainder"]: _remainder,
    BINARY["bit_and"]: _masked,
    BINARY["shift_right"]: _halved,
    BINARY["minimum"]: _smaller,
    BINARY["maximum"]: _larger,
}
"""What each primitive makes of the ranges of its operands; without a rule nothing is known."""

_ROUNDING = (BINARY["floor_divide"], BINARY["remainder"])
"""Operations on floats whose results may lie a little beyond those of exact numbers."""
