"""The same function of parts of a value that lie side by side is one: of the gates of a cell."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import pairwise

from spec_compiler.ir.composites.sigmoids import Sigmoid
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Value
from spec_compiler.ir.primitives.elementwise import OfOne
from spec_compiler.ir.primitives.structure import Slice
from spec_compiler.passes.rewriting import Rewriting


def adjoined(graph: Graph) -> Graph:
    """A program that applies functions to neighbouring parts at once."""
    slices = {
        node.result: (node, node.primitive)
        for node in graph.nodes
        if isinstance(node, Apply) and isinstance(node.primitive, Slice)
    }
    alike: dict[Hashable, list[tuple[Slice, Node]]] = {}
    for node in graph.nodes:
        operation = _operation(node)
        if operation is not None and node.operands[0] in slices:
            cut, part = slices[node.operands[0]]
            alike.setdefault((operation, cut.operands[0], part.axis), []).append((part, node))
    runs = [run for found in alike.values() for run in _runs(found)]
    if not runs:
        return graph
    copy = Rewriting(graph)
    first: dict[Node, list[tuple[Slice, Node]]] = {}
    for run in runs:
        members = {node for _, node in run}
        first[next(node for node in graph.nodes if node in members)] = run
    gone = {node for run in runs for _, node in run}
    for node in graph.nodes:
        if node in first:
            _write(copy, node, slices[node.operands[0]][0].operands[0], first[node])
        elif node not in gone:
            copy.keep(node)
    return copy.done()


def _operation(node: Node) -> Hashable | None:
    """What a node does to each element by itself."""
    if isinstance(node, Apply) and isinstance(node.primitive, OfOne):
        return node.primitive
    if isinstance(node, Compose) and isinstance(node.composite, Sigmoid):
        return node.composite
    return None


def _runs(parts: list[tuple[Slice, Node]]) -> list[list[tuple[Slice, Node]]]:
    """Those that follow one another without a gap, where there are several."""
    parts = sorted(parts, key=lambda part: part[0].start)
    runs = [[parts[0]]]
    for (before, _), part in pairwise(parts):
        if before.stop == part[0].start:
            runs[-1].append(part)
        else:
            runs.append([part])
    return [run for run in runs if len(run) > 1]


def _write(copy: Rewriting, node: Node, source: Value, run: list[tuple[Slice, Node]]) -> None:
    b, (begin, _), (end, _) = copy.b, run[0], run[-1]
    b.layer = node.layer
    x = b.slice(copy.now(source), begin.axis, begin.start, end.stop)
    if isinstance(node, Compose):
        y = b.compose(node.composite, x)
    elif isinstance(node, Apply):
        y = b.apply(node.primitive, x)
    else:
        return
    for part, member in run:
        size, start = member.results[0].shape[part.axis], part.start - begin.start
        copy.stands[member.results[0]] = b.slice(y, part.axis, start, start + size)
