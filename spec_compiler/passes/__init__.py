"""Programs rewritten into others that give the same numbers with less work; a pass a file.

Each takes a program and gives one, and is run in the order of `PASSES`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from spec_compiler.ir.graph import Graph, Node, Scan
from spec_compiler.passes.adjacent import adjoined
from spec_compiler.passes.algebra import simplified
from spec_compiler.passes.attention import attended
from spec_compiler.passes.dead import needed
from spec_compiler.passes.merged import merged
from spec_compiler.passes.pooled import pooled
from spec_compiler.passes.scales import scaled
from spec_compiler.passes.shared import shared

Pass: TypeAlias = Callable[[Graph], Graph]

PASSES: dict[str, Pass] = {
    "algebra": simplified,
    "shared": shared,
    "scales": scaled,
    "merged": merged,
    "adjacent": adjoined,
    "attention": attended,
    "pooled": pooled,
    "dead": needed,
}
"""By the names of their files, in order."""


def optimized(graph: Graph) -> Graph:
    """A program after all passes; bodies of loops, too."""
    bodies: dict[Graph, Graph] = {}
    nodes: list[Node] = []
    for node in graph.nodes:
        if isinstance(node, Scan):
            if node.body not in bodies:
                bodies[node.body] = optimized(node.body)
            node = replace(node, body=bodies[node.body])
        nodes.append(node)
    graph = replace(graph, nodes=tuple(nodes))
    for rewritten in PASSES.values():
        graph = rewritten(graph)
    return graph
