"""What nothing reads is not computed, unless it may refuse its data: that stays an error."""

from __future__ import annotations

from dataclasses import replace

from spec_compiler.ir.evaluate import looked_at
from spec_compiler.ir.graph import Apply, Graph, Node
from spec_compiler.ir.primitives.registered import CallPython


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
        return looked_at(node) is not None or isinstance(node.primitive, CallPython)
    return any(may_refuse(inner) for body in node.bodies for inner in body.nodes)
