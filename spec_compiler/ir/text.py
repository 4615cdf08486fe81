"""A graph as text, for people and for tests."""

from __future__ import annotations

from typing import cast

from spec_compiler.ir.graph import Graph, Value
from spec_compiler.ir.types import TensorType


def print_graph(graph: Graph, indent: str = "") -> str:
    """One line a node: `%3: float32[batch, 8] = add(%1, %2)  # layer`."""
    lines = [f"{indent}input {name} = {value!r}" for name, value in graph.inputs.items()]
    lines += [f"{indent}weight {name} = {item.value!r}" for name, item in graph.weights.items()]
    for node in graph.nodes:
        results = ", ".join(repr(value) for value in node.results)
        bodies = {key: item for key, item in node.attributes.items() if isinstance(item, Graph)}
        settings = [
            f"{key}={_setting(item)}" for key, item in node.attributes.items() if key not in bodies
        ]
        operands = ", ".join([*(f"%{value.number}" for value in node.operands), *settings])
        note = f"  # {node.layer}" if node.layer else ""
        lines.append(f"{indent}{results} = {node.operation}({operands}){note}")
        for key, body in bodies.items():
            lines.append(f"{indent}  {key}:")
            lines.append(print_graph(body, indent + "    "))
    outputs = ", ".join(f"{name}=%{value.number}" for name, value in graph.outputs.items())
    lines.append(f"{indent}return {outputs}")
    return "\n".join(lines)


def _setting(item: object) -> str:
    if isinstance(item, TensorType | Value):
        return str(item)
    if isinstance(item, tuple):
        parts = cast("tuple[object, ...]", item)
        return f"({', '.join(_setting(part) for part in parts)})"
    return str(item)
