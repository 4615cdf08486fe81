"""Which numbers an output can be, as far as the operation that makes it tells."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.ir.graph import Apply, Compose, Node, Scan, Value
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.primitives.elementwise import Cast
from spec_compiler.ir.primitives.structure import Reshape, Reverse, Slice, Transpose
from spec_compiler.ir.primitives.windows import Convolve, ConvolveTransposed
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.program import Port, Program
from spec_compiler.training.facts import Form, Made

_MOVING = (Cast, Reshape, Reverse, Slice, Transpose)
"""Primitives whose results are entries of their operand."""
_LINEAR = (Contract, Convolve, ConvolveTransposed)
_COMPOSITES: Mapping[str, Form] = {
    "softmax": "softmax",
    "masked_softmax": "softmax",
    "log_softmax": "log",
    "log_sigmoid": "log",
    "sigmoid": "unit",
    "hard_sigmoid": "unit",
    "softplus": "positive",
    "exponential": "positive",
    **dict.fromkeys(("elu", "selu", "celu", "gelu", "silu", "mish"), "any"),
}
_ACTIVATIONS: Mapping[str, Form] = {
    "relu": "positive",
    "relu6": "positive",
    "leaky_relu": "any",
    "softsign": "sign",
    "hard_tanh": "sign",
    "tanh": "sign",
    "sparse_sigmoid": "unit",
    "tanh_shrink": "any",
}
"""Of activations that are written in primitives, whose layer tells."""


def made(program: Program, port: Port) -> Made:
    """What training can know of an output."""
    makers = {result: node for node in program.graph.nodes for result in node.results}
    value, moved = _behind_moves(port.signal.value, makers)
    node = makers.get(value)
    if node is None:
        return Made(port.name, port.type)
    form, axes = _form(program, node, makers)
    step = program.steps.get(node.layer)
    takes = step is not None and "activation" in type(step.settings.layer).model_fields
    return Made(port.name, port.type, form, () if moved else axes, node.layer, takes)


def _behind_moves(value: Value, makers: Mapping[Value, Node]) -> tuple[Value, bool]:
    """The value whose entries these are, and whether axes may have changed."""
    moved = False
    while isinstance(node := makers.get(value), Apply) and isinstance(node.primitive, _MOVING):
        moved = moved or not isinstance(node.primitive, Cast)
        value = node.operands[0]
    return value, moved


def _form(
    program: Program, node: Node, makers: Mapping[Value, Node]
) -> tuple[Form, tuple[int, ...]]:
    if isinstance(node, Scan):
        return "", ()
    if isinstance(node, Compose):
        form = _COMPOSITES.get(node.composite.name, "")
        return form, tuple(getattr(node.composite, "axes", ()))
    step = program.steps.get(node.layer)
    activation = getattr(step.settings.layer, "activation", None) if step is not None else None
    if isinstance(activation, ActivationFunction) and activation.names[0] in _ACTIVATIONS:
        return _ACTIVATIONS[activation.names[0]], ()
    return ("any" if _is_linear(node, makers) else ""), ()


def _is_linear(node: Node, makers: Mapping[Value, Node]) -> bool:
    """Whether it is a product with weights, or one that something was added to."""
    if not isinstance(node, Apply):
        return False
    if isinstance(node.primitive, _LINEAR):
        return True
    if node.primitive.name not in {"add", "subtract"}:
        return False
    return any(
        (inner := makers.get(_behind_moves(x, makers)[0])) is not None and _is_linear(inner, makers)
        for x in node.operands
    )
