"""What nothing reads is not computed, unless it may refuse its data: that stays an error."""

from __future__ import annotations

from dataclasses import replace

from spec_compiler.ir.graph import Apply, Graph, Node
from spec_compiler.ir.primitives.foreign import CallPython


def needed(graph: Graph) -> Graph:
    """A program without the nodes whose results are not read."""
    read = set(graph.outputs.values())
    nodes: list[Node] = []
    for node in reversed(graph.nodes):
        if read.isdisjoint(node.results) and not may_refuse(node):
            continue
        read.update(node.operands)
        nodes.append(node)
    return graph if len(nodes) == len(graph.nodes) else replace(graph, nodes=tuple(reversed(nodes)))


def may_refuse(node: Node) -> bool:
    """Whether a node looks at its data, or calls what does."""
    if isinstance(node, Apply):
        types = (value.type for value in node.operands)
        looked_at = node.primitive.within(node.result.type, *types) is not None
        return looked_at or isinstance(node.primitive, CallPython)
    return any(may_refuse(inner) for body in node.bodies for inner in body.nodes)
