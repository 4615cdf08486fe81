"""The meaning of a program: its nodes in order, in an environment. Clear rather than fast."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.ir.arrays import Array, dense, np
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan, Value
from spec_compiler.ir.primitives.indexing import OutOfRange
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.rows import batch_axis
from spec_compiler.ir.storage import round_bfloat16, stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.refusals import Refusal


class RunError(Exception):
    """A step refused its data.

    Attributes:
        layer: The layer that it belongs to.
        refusal: Why.
        value: Whose numbers it looked at; None where it did not say.
    """

    def __init__(self, layer: str, refusal: Refusal, value: Value | None = None) -> None:
        super().__init__(refusal.message)
        self.layer = layer
        self.refusal = refusal
        self.value = value

    def counted_from(self, row: int, sizes: Mapping[str, int]) -> RunError:
        """The same in data whose first `row` rows came before; `sizes` are those of any slice.

        Each row has one entry along the axis of the batch, or several, as where steps became rows.
        """
        axis = None if self.value is None else batch_axis(self.value)
        if self.value is None or axis is None or not isinstance(self.refusal, OutOfRange):
            return self
        entries = size_of(self.value.shape[axis], {**sizes, BATCH_NAME: 1})
        return RunError(self.layer, self.refusal.moved(axis, row * entries), self.value)


def looked_at(node: Node) -> Value | None:
    """The whole numbers that a node refuses where they name nothing; None where it has none."""
    if not isinstance(node, Apply):
        return None
    found = node.primitive.within(node.result.type, *(value.type for value in node.operands))
    return None if found is None else node.operands[found[0]]


class _Types(dict[TensorType, TensorType]):
    """Types with numbers for their named sizes, each worked out once: the turns of a loop share."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        super().__init__()
        self.sizes = sizes

    def __missing__(self, of: TensorType) -> TensorType:
        found = TensorType(of.dtype, tuple(size_of(size, self.sizes) for size in of.shape))
        self[of] = found
        return found


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
    return _evaluated(graph, values, _Types(sizes))


def _evaluated(graph: Graph, values: dict[Value, Array], types: _Types) -> dict[str, Array]:
    """The outputs by name, from arrays for inputs and weights."""
    for node in graph.nodes:
        operands = [values[operand] for operand in node.operands]
        try:
            results = _step(node, operands, types)
        except Refusal as refusal:
            raise RunError(node.layer, refusal, looked_at(node)) from None
        values.update(zip(node.results, results, strict=True))
    return {name: values[value] for name, value in graph.outputs.items()}


def step(node: Node, operands: list[Array], sizes: Mapping[str, int]) -> tuple[Array, ...]:
    """The results of one node, from arrays for its operands."""
    return _step(node, operands, _Types(sizes))


def _step(node: Node, operands: list[Array], types: _Types) -> tuple[Array, ...]:
    match node:
        case Apply():
            return (applied(node.primitive, operands, types[node.result.type]),)
        case Compose():
            return _through(node.definition, operands, types)
        case Scan():
            return _looped(node, operands, types)


def applied(primitive: Primitive, operands: list[Array], of: TensorType) -> Array:
    """The result of a primitive, of a type whose sizes are numbers."""
    if not primitive.reads_sparse:
        operands = [dense(operand) for operand in operands]
    found = primitive.evaluate(*operands, of=of)
    return round_bfloat16(dense(found)) if of.dtype == "bfloat16" and primitive.rounds else found


def _through(body: Graph, operands: list[Array], types: _Types) -> tuple[Array, ...]:
    values = dict(zip(body.inputs.values(), operands, strict=True))
    return tuple(_evaluated(body, values, types).values())


def _looped(node: Scan, operands: list[Array], types: _Types) -> tuple[Array, ...]:
    """Run the body once for each entry of axis 0 of the sequences, handing the states on."""
    operands = [dense(operand) for operand in operands]  # entries of scipy.sparse are matrices
    first, rest = node.sequences, node.sequences + node.states
    series, current, constants = operands[:first], operands[first:rest], operands[rest:]
    made = [types[value.type] for value in node.results[node.states :]]
    stacked: list[Array] = [np.empty(concrete(of), stored(of.dtype)) for of in made]
    for entry in range(len(series[0])):
        given = [*(array[entry] for array in series), *current, *constants]
        found = _through(node.body, given, types)
        current = list(found[: node.states])
        for whole, part in zip(stacked, found[node.states :], strict=True):
            whole[entry] = part
    return (*current, *stacked)
