"""The same function of parts of a value that lie side by side is one: of the gates of a cell."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import pairwise
from typing import NamedTuple

from spec_compiler.ir.composites.sigmoids import Sigmoid
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Value
from spec_compiler.ir.primitives.elementwise import OfOne, OfTwo
from spec_compiler.ir.primitives.structure import Slice
from spec_compiler.passes.rewriting import Rewriting


class _Part(NamedTuple):
    """A function of parts of values.

    Attributes:
        node: The function.
        cut: Which part, of all that it reads.
        sources: Of which values.
    """

    node: Apply | Compose
    cut: Slice
    sources: tuple[Value, ...]


def adjoined(graph: Graph) -> Graph:
    """A program that applies functions to neighbouring parts at once."""
    while (joined := _joined(graph)) is not graph:
        graph = joined
    return graph


def _joined(graph: Graph) -> Graph:
    """Functions of parts that are there joined; their results may be such parts again."""
    runs = _runs(graph)
    if not runs:
        return graph
    copy = Rewriting(graph)
    whose = {part.node: run for run in runs for part in run}
    written: set[Node] = set()
    for node in graph.nodes:
        run = whose.get(node) if isinstance(node, Apply | Compose) else None
        if run is None:
            copy.keep(node)
        elif run[0].node not in written:
            written.add(run[0].node)
            _write(copy, run)
    return copy.done()


def _runs(graph: Graph) -> list[list[_Part]]:
    """Parts that follow one another without a gap, where there are several."""
    slices: dict[Value, tuple[Slice, Value]] = {}
    alike: dict[Hashable, list[_Part]] = {}
    for node in graph.nodes:
        if isinstance(node, Apply) and isinstance(node.primitive, Slice):
            slices[node.result] = node.primitive, node.operands[0]
        elif isinstance(node, Apply | Compose):
            operation = _operation(node)
            cuts = [slices.get(operand) for operand in node.operands]
            found = [cut for cut in cuts if cut is not None]
            if operation is None or len(found) < len(cuts) or len({cut for cut, _ in found}) != 1:
                continue
            part = _Part(node, found[0][0], tuple(source for _, source in found))
            types = tuple(source.type for source in part.sources)
            if types.count(types[0]) == len(types):  # else one is broadcast
                alike.setdefault((operation, part.sources, part.cut.axis), []).append(part)
    return [run for parts in alike.values() for run in _neighbours(parts)]


def _operation(node: Apply | Compose) -> Hashable | None:
    """What a node does to each element by itself."""
    if isinstance(node, Apply):
        return node.primitive if isinstance(node.primitive, OfOne | OfTwo) else None
    return node.composite if isinstance(node.composite, Sigmoid) else None


def _neighbours(parts: list[_Part]) -> list[list[_Part]]:
    parts = sorted(parts, key=lambda part: part.cut.start)
    runs = [[parts[0]]]
    for before, part in pairwise(parts):
        if before.cut.stop == part.cut.start:
            runs[-1].append(part)
        else:
            runs.append([part])
    return [run for run in runs if len(run) > 1]


def _write(copy: Rewriting, run: list[_Part]) -> None:
    """One function of all parts, and each part of its result."""
    b, (node, begin, sources) = copy.b, run[0]
    b.layer = node.layer
    cuts = [
        b.slice(copy.now(source), begin.axis, begin.start, run[-1].cut.stop) for source in sources
    ]
    if isinstance(node, Apply):
        whole = b.apply(node.primitive, *cuts)
    else:
        whole = b.compose(node.composite, *cuts)
    for part in run:
        size, start = part.node.result.shape[begin.axis], part.cut.start - begin.start
        copy.stands[part.node.result] = b.slice(whole, begin.axis, start, start + size)
