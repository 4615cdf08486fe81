"""Which axes of its operands an axis of a result runs along: one rule for each primitive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from spec_compiler.ir.dims import product
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan, Value
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.primitives.elementwise import ELEMENTWISE
from spec_compiler.ir.primitives.indexing import ScatterAdd, Take, TakeAlong
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.reduction import ALONG, REDUCE, Along, FirstIndex, Reduce
from spec_compiler.ir.primitives.registered import CallPython
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
from spec_compiler.ir.primitives.windows import (
    REDUCE_WINDOWS,
    Convolve,
    ConvolveTransposed,
    ReduceWindows,
)


class Source(NamedTuple):
    """An operand's axis that an axis of a result runs along.

    Attributes:
        operand: The index of the operand.
        axis: The axis of the operand.
        apart: Whether entry `i` of the result's axis depends on entry `i` of this one alone. Else
            the axes belong together, but their entries meet or change places.
    """

    operand: int
    axis: int
    apart: bool = True


AxisSources: TypeAlias = tuple[Source, ...]
AxisRule: TypeAlias = Callable[..., AxisSources]
"""From a primitive, its node and an axis of the result."""


def sources(node: Node, result: int, axis: int) -> AxisSources:
    """The operands' axes that `axis` of a result runs along, in the order of the operands.

    Any entry may depend on the whole of an operand that is not among them.

    Args:
        node: Of any kind.
        result: The index of the result.
        axis: An axis of it, from 0.
    """
    match node:
        case Apply():
            return AXES[type(node.primitive)](node.primitive, node, axis)
        case Compose():
            body = node.definition
            return _through(body, tuple(body.outputs.values())[result], axis, {})
        case Scan():
            return _through_scan(node, result, axis)


# --- primitives ----------------------------------------------------------------------------------


def _none(of: Primitive, node: Apply, axis: int) -> AxisSources:
    return ()


def _aligned(of: Primitive, node: Apply, axis: int) -> AxisSources:
    """Axes are paired from the last; one of another size is repeated."""
    result = node.result.shape
    back = len(result) - axis
    return tuple(
        Source(index, len(operand.shape) - back)
        for index, operand in enumerate(node.operands)
        if back <= len(operand.shape) and operand.shape[-back] == result[axis]
    )


def _ordered(of: Slice | Stride | Reverse | Along, node: Apply, axis: int) -> AxisSources:
    """All axes stay; the entries of one of them meet or change places."""
    return (Source(0, axis, apart=axis != of.axis),)


def _joined(of: Concatenate, node: Apply, axis: int) -> AxisSources:
    if axis == of.axis:
        return ()
    return tuple(Source(index, axis) for index in range(len(node.operands)))


def _reshaped(of: Reshape, node: Apply, axis: int) -> AxisSources:
    """An axis stays where its size and the number of entries before it are kept."""
    before, after = node.operands[0].shape, node.result.shape
    return tuple(
        Source(0, old)
        for old, size in enumerate(before)
        if size == after[axis] and product(before[:old]) == product(after[:axis])
    )


def _transposed(of: Transpose, node: Apply, axis: int) -> AxisSources:
    return (Source(0, of.axes[axis]),)


def _reduced(of: Reduce, node: Apply, axis: int) -> AxisSources:
    if of.keepdims:
        return () if axis in of.axes else (Source(0, axis),)
    return (Source(0, _others(node.operands[0], of.axes)[axis]),)


def _placed(of: FirstIndex, node: Apply, axis: int) -> AxisSources:
    """One axis goes, the others stay in their order."""
    return (Source(0, _others(node.operands[0], (of.axis,))[axis]),)


def _others(operand: Value, axes: tuple[int, ...]) -> list[int]:
    return [axis for axis in range(len(operand.shape)) if axis not in axes]


def _contracted(of: Contract, node: Apply, axis: int) -> AxisSources:
    if axis < len(of.batch[0]):
        return Source(0, of.batch[0][axis]), Source(1, of.batch[1][axis])
    free = [
        Source(index, kept)
        for index, operand in enumerate(node.operands)
        for kept in of.free(index, len(operand.shape))
    ]
    return (free[axis - len(of.batch[0])],)


def _taken(of: Take, node: Apply, axis: int) -> AxisSources:
    """The axes of the indices, then those of a row of the table."""
    indices = len(node.operands[1].shape)
    return (Source(1, axis) if axis < indices else Source(0, axis - indices + 1),)


def _taken_along(of: TakeAlong, node: Apply, axis: int) -> AxisSources:
    """Any entry of the axis may be taken; each index is at its place."""
    return (Source(1, axis),) if axis == of.axis else (Source(0, axis), Source(1, axis))


def _scattered(of: ScatterAdd, node: Apply, axis: int) -> AxisSources:
    """The axes that no index names are those of the values, at the end."""
    named = len(node.operands[0].shape) - len(node.operands[1].shape) + len(of.shape) - 1
    back = len(of.shape) - axis
    return (Source(1, len(node.operands[1].shape) - back),) if axis >= named else ()


def _windowed(
    of: Convolve | ConvolveTransposed | ReduceWindows, node: Apply, axis: int
) -> AxisSources:
    """A row of the batch stays by itself; a kernel makes channels, or reads each by itself."""
    if axis == len(of.sizes) + 1:
        if isinstance(of, ReduceWindows):
            return (Source(0, axis),)
        if isinstance(of, ConvolveTransposed):
            return (Source(1, axis - 1),)
        alone = of.groups == node.operands[0].shape[-1] == node.result.shape[-1]
        return (*((Source(0, axis),) if alone else ()), Source(1, axis))
    still = axis == 0 or of.sizes[axis - 1] == of.steps[axis - 1] == 1
    return (Source(0, axis, apart=still),)


AXES: dict[type[Primitive], AxisRule] = {
    **dict.fromkeys(ELEMENTWISE, _aligned),
    BroadcastTo: _aligned,
    Reshape: _reshaped,
    Transpose: _transposed,
    Concatenate: _joined,
    Slice: _ordered,
    Stride: _ordered,
    Reverse: _ordered,
    **dict.fromkeys((Entries, Full, Constant, Arange, CallPython), _none),
    **dict.fromkeys(REDUCE.values(), _reduced),
    **{kind: _placed if issubclass(kind, FirstIndex) else _ordered for kind in ALONG.values()},
    Contract: _contracted,
    **dict.fromkeys((Convolve, ConvolveTransposed, *REDUCE_WINDOWS.values()), _windowed),
    Take: _taken,
    TakeAlong: _taken_along,
    ScatterAdd: _scattered,
}
"""The rule of every primitive."""


# --- bodies --------------------------------------------------------------------------------------


def _through_scan(node: Scan, result: int, axis: int) -> AxisSources:
    sequences, states, body = node.sequences, node.states, node.body
    before = tuple(body.inputs.values())[sequences : sequences + states]
    after = tuple(body.outputs.values())
    carried = dict(zip(before, after, strict=False))
    if result < states:
        # from the state itself: without steps the last one is the first
        found = _through(body, before[result], axis, carried)
    elif axis == 0:
        return tuple(Source(index, 0, apart=False) for index in range(sequences))
    else:
        found = _through(body, after[result], axis - 1, carried)
    # a step reads its entry of a sequence, which has lost axis 0
    return tuple(item._replace(axis=item.axis + (item.operand < sequences)) for item in found)


_Step: TypeAlias = tuple[Value, "int | None", bool]
"""A value, its axis (None where it is read whole), and whether entries stayed apart up to it."""


def _through(body: Graph, value: Value, axis: int, carried: Mapping[Value, Value]) -> AxisSources:
    """The axes of the body's inputs that an axis of a value in it runs along.

    Args:
        body: The graph.
        value: An input, or a result of one of the nodes.
        axis: An axis of it.
        carried: The inputs that hold a state, each with the output that it is in the next step.
    """
    makers = {made: (node, index) for node in body.nodes for index, made in enumerate(node.results)}
    seen: set[_Step] = set()
    pending: list[_Step] = [(value, axis, True)]
    while pending:
        step = pending.pop()
        if step not in seen:
            seen.add(step)
            pending += _behind(step, makers, carried)
    found: list[Source] = []
    for index, given in enumerate(body.inputs.values()):
        ways = {(at, apart) for reached, at, apart in seen if reached is given}
        axes = sorted({at for at, _ in ways if at is not None})
        found += (Source(index, at, apart=ways == {(at, True)}) for at in axes)
    return tuple(found)


def _behind(
    step: _Step, makers: Mapping[Value, tuple[Node, int]], carried: Mapping[Value, Value]
) -> list[_Step]:
    value, axis, apart = step
    if value in carried:
        return [(carried[value], axis, apart)]
    if value not in makers:
        return []
    node, result = makers[value]
    found = () if axis is None else sources(node, result, axis)
    aligned = {source.operand for source in found}
    return [
        *((node.operands[item.operand], item.axis, apart and item.apart) for item in found),
        *((item, None, False) for index, item in enumerate(node.operands) if index not in aligned),
    ]
