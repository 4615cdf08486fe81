"""Whether rows of the batch stay apart: then a large batch runs in slices, in constant memory."""

from __future__ import annotations

from spec_compiler.ir.dims import Size, as_symbol, symbols
from spec_compiler.ir.graph import Graph, Node, Value
from spec_compiler.ir.primitives.elementwise import ELEMENTWISE
from spec_compiler.program import Program

_ELEMENTWISE = frozenset(primitive.name for primitive in ELEMENTWISE)
_MIXED = -1
"""The axis of a value in which rows met."""


def rows_stay_apart(program: Program) -> bool:
    """Whether row `i` of every output depends on row `i` of the inputs alone.

    Conservative: an operation that it does not know to keep rows apart is taken to mix them.
    """
    graph = program.graph
    if not graph.inputs or any(
        (_mentions_batch(size) if axis else not _is_batch(size))
        for value in graph.inputs.values()
        for axis, size in enumerate(value.shape)
    ):
        return False
    if any(_mentions_batch(size) for check in graph.checks for size in (check.left, check.right)):
        return False
    found = _follow(graph, dict.fromkeys(graph.inputs.values(), 0))
    return found is not None and all(found.get(value) == 0 for value in graph.outputs.values())


def _follow(graph: Graph, known: dict[Value, int]) -> dict[Value, int] | None:
    """The batch axis of every value that has one; None when rows meet."""
    axes = dict(known)
    for node in graph.nodes:
        held = [axes.get(operand) for operand in node.operands]
        if all(axis is None for axis in held):
            if any(_mentions_batch(size) for value in node.results for size in value.shape):
                axes |= {value: _fresh(value) for value in node.results}
        else:
            result = _results(node, held)
            if result is None:
                return None
            axes |= zip(node.results, result, strict=True)
        if _MIXED in axes.values():
            return None
    return axes


def _fresh(value: Value) -> int:
    """The batch axis of a value made from nothing but sizes."""
    places = [axis for axis, size in enumerate(value.shape) if _mentions_batch(size)]
    whole = len(places) == 1 and _is_batch(value.shape[places[0]])
    return places[0] if whole else _MIXED


def _results(node: Node, held: list[int | None]) -> list[int] | None:
    """The batch axis of each result, given those of the operands."""
    operation, attributes = node.operation, node.attributes
    if operation in _ELEMENTWISE or operation == "broadcast_to":
        rank = len(node.results[0].shape)
        placed = {
            axis + rank - len(operand.shape)
            for axis, operand in zip(held, node.operands, strict=True)
            if axis is not None
        }
        return [placed.pop()] if len(placed) == 1 else None
    if "definition" in attributes:
        return _inside(attributes["definition"], held)
    if operation == "scan":
        return _through_scan(node, held)
    axis = held[0]
    if operation == "contract":
        return _through_contract(node, held)
    if operation == "take":
        return [held[1]] if held[0] is None and held[1] is not None else None
    if operation == "concatenate":
        same = len(set(held)) == 1 and axis is not None and axis != attributes["axis"]
        return [axis] if same and axis is not None else None
    if axis is None:
        return None
    if operation == "transpose":
        return [attributes["axes"].index(axis)]
    if operation.startswith("reduce_"):
        if axis in attributes["axes"]:
            return None
        before = 0 if attributes["keepdims"] else sum(other < axis for other in attributes["axes"])
        return [axis - before]
    if operation in {"slice", "reverse", "cumulative_sum", "sort"}:
        return [axis] if attributes["axis"] != axis else None
    if operation == "reshape":
        # the axis stays itself only where the sizes before it are kept
        kept = node.operands[0].shape[: axis + 1] == node.results[0].shape[: axis + 1]
        return [axis] if kept else None
    return None


def _through_contract(node: Node, held: list[int | None]) -> list[int] | None:
    left, right = node.operands
    contracted, batch = node.attributes["contracted"], node.attributes["batch"]
    free_left = [i for i in range(len(left.shape)) if i not in (*contracted[0], *batch[0])]
    free_right = [i for i in range(len(right.shape)) if i not in (*contracted[1], *batch[1])]
    if held[0] is not None and held[1] is not None:
        pairs = list(zip(*batch, strict=True))
        return [pairs.index((held[0], held[1]))] if (held[0], held[1]) in pairs else None
    if held[0] is not None:
        if held[0] in free_left:
            return [len(batch[0]) + free_left.index(held[0])]
        return None
    if held[1] in free_right:
        return [len(batch[0]) + len(free_left) + free_right.index(held[1])]
    return None


def _through_scan(node: Node, held: list[int | None]) -> list[int] | None:
    sequences, states = node.attributes["sequences"], node.attributes["states"]
    body: Graph = node.attributes["body"]
    if any(axis == 0 for axis in held[:sequences]):
        return None
    inner = [
        axis - 1 if axis is not None and index < sequences else axis
        for index, axis in enumerate(held)
    ]
    found = _inside(body, inner)
    if found is None:
        return None
    # the states must keep their rows where they had them
    if any(held[sequences + i] not in {None, found[i]} for i in range(states)):
        return None
    return [*found[:states], *(axis + 1 for axis in found[states:])]


def _inside(body: Graph, held: list[int | None]) -> list[int] | None:
    known = {
        value: axis
        for value, axis in zip(body.inputs.values(), held, strict=True)
        if axis is not None
    }
    axes = _follow(body, known)
    if axes is None or any(value not in axes for value in body.outputs.values()):
        return None
    return [axes[value] for value in body.outputs.values()]


def _is_batch(size: Size) -> bool:
    single = as_symbol(size)
    return single is not None and single.name == "batch"


def _mentions_batch(size: Size) -> bool:
    return not isinstance(size, int) and any(item.name == "batch" for item in symbols(size))
