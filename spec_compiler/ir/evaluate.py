"""The meaning of a program: its nodes in order, in an environment. Clear rather than fast."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.arrays import Array, dense, np
from spec_compiler.ir.dims import evaluate as size_of
from spec_compiler.ir.graph import Graph, Node, Value
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.ir.primitives.structure import concrete
from spec_compiler.ir.storage import round_bfloat16, stored
from spec_compiler.ir.types import TensorType

_READS_SPARSE = frozenset({"cast", "contract"})


class RunError(Exception):
    """A step refused its data; says which layer it belongs to."""

    def __init__(self, layer: str, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.layer = layer
        self.refusal = refusal


def evaluate(
    graph: Graph,
    inputs: Mapping[str, Array],
    weights: Mapping[str, Array],
    sizes: Mapping[str, int],
) -> dict[str, Array]:
    """The outputs of `graph`, by name.

    Args:
        graph: The program.
        inputs: An array for every input.
        weights: An array for every weight.
        sizes: The number that each named size is.

    Raises:
        RunError: a step cannot use its data (an index out of range).
    """
    values: dict[Value, Array] = {graph.inputs[name]: array for name, array in inputs.items()}
    values |= {weight.value: weights[name] for name, weight in graph.weights.items()}
    for node in graph.nodes:
        operands = [values[operand] for operand in node.operands]
        try:
            results = step(node, operands, sizes)
        except Refusal as refusal:
            raise RunError(node.layer, refusal) from None
        values.update(zip(node.results, results, strict=True))
    return {name: values[value] for name, value in graph.outputs.items()}


def step(node: Node, operands: list[Array], sizes: Mapping[str, int]) -> tuple[Array, ...]:
    """The results of one node, from arrays for its operands."""
    attributes = node.attributes
    types = tuple(_known(value.type, sizes) for value in node.results)
    if node.operation == "scan":
        return _scan(operands, types, sizes, **attributes)
    if "definition" in attributes:
        body: Graph = attributes["definition"]
        found = evaluate(body, dict(zip(body.inputs, operands, strict=True)), {}, sizes)
        return tuple(found.values())
    if node.operation not in _READS_SPARSE:
        operands = [dense(operand) for operand in operands]
    result = PRIMITIVES[node.operation].evaluate(*operands, results=types, **attributes)
    arrays: tuple[Array, ...] = result if isinstance(result, tuple) else (result,)
    return tuple(
        round_bfloat16(array) if known.dtype == "bfloat16" else array
        for array, known in zip(arrays, types, strict=True)
    )


def _scan(
    operands: list[Array],
    types: tuple[TensorType, ...],
    sizes: Mapping[str, int],
    body: Graph,
    sequences: int,
    states: int,
) -> tuple[Array, ...]:
    """Run `body` once for each entry of axis 0 of the sequences, handing the states on."""
    series, current = operands[:sequences], operands[sequences : sequences + states]
    constants = operands[sequences + states :]
    stacked: list[Array] = [
        np.empty(concrete((known,)), stored(known.dtype)) for known in types[states:]
    ]
    for entry in range(len(series[0])):
        given = [*(array[entry] for array in series), *current, *constants]
        found = list(evaluate(body, dict(zip(body.inputs, given, strict=True)), {}, sizes).values())
        current = found[:states]
        for whole, part in zip(stacked, found[states:], strict=True):
            whole[entry] = part
    return (*current, *stacked)


def _known(of: TensorType, sizes: Mapping[str, int]) -> TensorType:
    return TensorType(of.dtype, tuple(size_of(size, sizes) for size in of.shape))
