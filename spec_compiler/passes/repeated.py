"""What is computed twice from the same is computed once."""

from __future__ import annotations

from spec_compiler.ir.graph import Apply, Graph, Scan, Value
from spec_compiler.ir.primitives.foreign import CallPython
from spec_compiler.passes.rewriting import Rewriting


def shared(graph: Graph) -> Graph:
    """A program in which no operation is applied twice to the same values."""
    copy = Rewriting(graph)
    known: dict[object, Value] = {}
    for node in graph.nodes:
        if isinstance(node, Scan) or isinstance(getattr(node, "primitive", None), CallPython):
            copy.keep(node)
            continue
        operation = node.primitive if isinstance(node, Apply) else node.composite
        operands = tuple(map(copy.now, node.operands))
        # what has no operands differs by its type alone where its size is written another way
        key = operation, operands, node.result.type
        if key in known:
            copy.stands[node.result] = known[key]
        else:
            known[key] = node.result
            copy.keep(node)
    return copy.done()
