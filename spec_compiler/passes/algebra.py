"""What changes nothing goes; two moves of the same elements are one."""

from __future__ import annotations

from dataclasses import replace
from math import copysign

from spec_compiler.ir.graph import Apply, Graph, Value
from spec_compiler.ir.primitives.elementwise import Cast
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.structure import (
    BroadcastTo,
    Constant,
    Full,
    Reshape,
    Reverse,
    Transpose,
)
from spec_compiler.passes.rewriting import Rewriting

_NEUTRAL = {"multiply": 1, "divide": 1, "subtract": 0}
"""The second operand that changes nothing; adding 0 changes the sign of a negative zero."""
_TWICE = frozenset({"negate", "logical_not"})


def simplified(graph: Graph) -> Graph:
    """A program without moves and operations that change nothing."""
    copy = Rewriting(graph)
    makers: dict[Value, Apply] = {}
    for node in graph.nodes:
        made = _simpler(node, copy, makers) if isinstance(node, Apply) else node
        if isinstance(made, Value):
            copy.stands[node.results[0]] = made
            continue
        kept = copy.keep(made)
        if isinstance(kept, Apply):
            makers[kept.result] = kept
    return copy.done()


def _simpler(node: Apply, copy: Rewriting, makers: dict[Value, Apply]) -> Value | Apply:
    """What is the same as a node's result, or makes it with fewer moves."""
    if not node.operands:
        return node
    x, kind = copy.now(node.operands[0]), node.primitive
    if _changes_nothing(node, x, copy, makers):
        return x
    before = makers.get(x)
    if before is None or not before.operands:
        return node
    (source, *_), earlier = before.operands, before.primitive
    if earlier == kind and (kind.name in _TWICE or isinstance(kind, Reverse)):
        return source
    joined = _joined(kind, earlier)
    if joined is None:
        return node
    if source.type == node.result.type and _keeps(joined):
        return source
    return replace(node, primitive=joined, operands=(source,))


def _changes_nothing(node: Apply, x: Value, copy: Rewriting, makers: dict[Value, Apply]) -> bool:
    kind = node.primitive
    if x.type != node.result.type:
        return False
    if isinstance(kind, (Cast, Reshape, BroadcastTo)):
        return True
    if isinstance(kind, Transpose):
        return _keeps(kind)
    if kind.name not in _NEUTRAL:
        return False
    number = makers.get(copy.now(node.operands[1]))
    return (
        number is not None
        and isinstance(number.primitive, (Full, Constant))
        and {*map(_signed, number.primitive.numbers)} == {_signed(_NEUTRAL[kind.name])}
    )


def _signed(number: float) -> tuple[float, float]:
    """A number, and its sign: less a negative zero, another becomes positive."""
    return number, copysign(1, number)


def _keeps(kind: Primitive) -> bool:
    return not isinstance(kind, Transpose) or kind.axes == tuple(range(len(kind.axes)))


def _joined(kind: Primitive, earlier: Primitive) -> Primitive | None:
    """One move for two."""
    if isinstance(kind, Reshape) and isinstance(earlier, Reshape):
        return kind
    if isinstance(kind, Transpose) and isinstance(earlier, Transpose):
        return Transpose(tuple(earlier.axes[axis] for axis in kind.axes))
    return None
