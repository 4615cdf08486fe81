"""What is computed twice from the same is computed once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from math import copysign
from typing import Any

from spec_compiler.ir.graph import Apply, Composite, Graph, Scan, Value
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.registered import CallPython
from spec_compiler.ir.primitives.structure import Constant
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
        key = operation, tuple(_zeros(operation)), operands, node.result.type
        if key in known:
            copy.stands[node.result] = known[key]
        else:
            known[key] = node.result
            copy.keep(node)
    return copy.done()


def _zeros(operation: Primitive | Composite) -> Iterator[float]:
    """The signs of zeros among its settings, which are equal, though they are two numbers."""
    settings: Any = (getattr(operation, name) for name in _names(type(operation)))
    for number in operation.values if isinstance(operation, Constant) else settings:
        if isinstance(number, float) and not number:
            yield copysign(1, number)


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(of.name for of in fields(kind))
