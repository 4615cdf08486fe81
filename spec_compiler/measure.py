"""What a program costs: parameters and FLOPs of every layer, as formulas in the named sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from spec_compiler.ir.dim_operations import rewrite, substituted
from spec_compiler.ir.dims import (
    Dim,
    Shape,
    Size,
    SizeError,
    Symbol,
    as_symbol,
    product,
    symbols,
)
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan, Weight
from spec_compiler.ir.types import ITEMSIZE, TensorType
from spec_compiler.layers.signal import Signal
from spec_compiler.program import Program, Step
from spec_compiler.records import record

USUAL = 128
"""What a size is assumed to be of which nothing is known."""
TERMS_AT_MOST = 1000
"""A formula with more terms says nothing to anybody, and products of such take for ever."""


@record
class Parameters:
    """How many numbers training may change, how many it may not, and what all of them weigh."""

    trainable: int = 0
    non_trainable: int = 0
    bytes: int = 0

    @property
    def total(self) -> int:
        """Of both kinds."""
        return self.trainable + self.non_trainable

    def __add__(self, other: Parameters) -> Parameters:
        return Parameters(
            self.trainable + other.trainable,
            self.non_trainable + other.non_trainable,
            self.bytes + other.bytes,
        )


@record
class Result:
    """What an input or a layer gives.

    Attributes:
        name: Of one of several results; the only one is called ``.
        type: Its shape and dtype.
        mask: The type of its mask, if it has one.
    """

    name: str
    type: TensorType
    mask: TensorType | None = None


@record
class Measure:
    """An input or a layer, and what it costs.

    Attributes:
        name: Its name.
        kind: The layer's type; `input` or `constant` for what is no layer.
        results: At least one.
        parameters: Of its own weights; a `reuse` has none.
        flops: For one run; None where the formula would be too long to read.
        reuse: The layer whose weights it uses again.
    """

    name: str
    kind: str
    results: tuple[Result, ...]
    parameters: Parameters = Parameters()
    flops: Size | None = 0
    reuse: str | None = None


def measure(program: Program, only: Collection[str] | None = None) -> tuple[Measure, ...]:
    """The inputs in the order of the file, then the layers in executable order.

    Args:
        program: What is measured.
        only: The layers that are asked for; default: inputs and all layers.
    """
    inputs = _inputs(program) if only is None else ()
    return (*inputs, *measure_steps(program.steps, program.graph.nodes, only))


def measure_steps(
    steps: Mapping[str, Step], nodes: Sequence[Node], only: Collection[str] | None = None
) -> Iterator[Measure]:
    """Layers in executable order, also of a spec in which others were refused.

    Args:
        steps: The layers by name.
        nodes: What they were lowered to.
        only: Those that are asked for; default: all.
    """
    bodies: dict[Graph, Size] = {}
    weights: dict[str, list[Weight]] = {}
    for name, step in steps.items():
        owner = step.call.reuse or name  # one that runs first makes the weights of another
        weights.setdefault(owner, []).extend(made.weight for made in step.weights.values())
    for step in steps.values():
        if only is not None and step.name not in only:
            continue
        start, end = step.nodes
        yield Measure(
            step.name,
            step.kind,
            tuple(_result(name, signal) for name, signal in step.results.items()),
            _count(weights.get(step.name, ())),
            _flops(nodes[start:end], bodies),
            step.call.reuse,
        )


def parameters(program: Program) -> Parameters:
    """Of the whole program; weights that several calls share count once."""
    return _count(program.graph.weights.values())


def flops(program: Program) -> Size | None:
    """Floating-point operations of one run, a multiplication and an addition counted as two.

    Each element that an operation makes counts as many as its primitive says, each one that a
    reduction reads as one; comparisons and logic count too, moving and casting does not. A function
    such as `exp` is one operation. None where the formula would be too long to read.
    """
    return _flops(program.graph.nodes, {})


def flops_of(node: Node) -> Size | None:
    """Those of one node, all turns of a loop among them, as `flops` counts them."""
    return _flops([node], {})


def added(sizes: Iterable[Size | None]) -> Size | None:
    """FLOPs or bytes together; None where one has no number, or the formula would be too long."""
    total: Size = 0
    for size in sizes:
        if size is None:
            return None
        total = total + size
        if _terms(total) > TERMS_AT_MOST:
            return None
    return total


def memory_of(results: Iterable[Result]) -> Size | None:
    """The bytes of results and of their masks; None where they have no number."""
    types = [of for result in results for of in (result.type, result.mask) if of is not None]
    try:
        return added(product(of.shape) * ITEMSIZE[of.dtype] for of in types)
    except SizeError:
        return None


def assumed(rows: Iterable[Measure], given: Mapping[str, int]) -> dict[str, int]:
    """A number for every size in what inputs and layers give: the given one, 1 for the batch."""
    found: dict[str, Symbol] = {}
    for row in rows:
        shapes = [size for result in row.results for size in result.type.shape]
        for size in (*shapes, 0 if row.flops is None else row.flops):
            for item in () if isinstance(size, int) else symbols(size):
                found.setdefault(item.name, item)
    return {name: given.get(name, _usual(item)) for name, item in found.items()}


def number_at(size: Size | None, sizes: Mapping[str, int]) -> int | None:
    """What a formula of FLOPs or bytes comes to; None where it has no number."""
    if size is None:
        return None
    number = with_numbers(size, sizes)
    return number if isinstance(number, int) and number >= 0 else None


def _usual(item: Symbol) -> int:
    if item.kind == "batch":
        return max(item.low, 1)
    step = max(item.multiple, 1)
    number = -(-max(item.low, USUAL) // step) * step
    return number if item.high is None or number <= item.high else item.high


def with_sizes(item: Measure, sizes: Mapping[str, int]) -> Measure:
    """The same where named sizes are these numbers."""

    def of(tensor: TensorType) -> TensorType:
        return tensor._replace(shape=tuple(with_numbers(size, sizes) for size in tensor.shape))

    results = tuple(
        replace(result, type=of(result.type), mask=result.mask and of(result.mask))
        for result in item.results
    )
    count = None if item.flops is None else with_numbers(item.flops, sizes)
    return replace(item, results=results, flops=count)


def with_numbers(size: Size, sizes: Mapping[str, int]) -> Size:
    """A formula where named sizes are these numbers; itself where it would have no number."""
    try:
        return substituted(size, sizes)
    except SizeError:
        return size


def for_one_row(size: Size, program: Program) -> Size | None:
    """A formula with 1 for the size of the batch; None where it has no number."""
    batches = {as_symbol(port.type.shape[0]) for port in program.inputs.values()}
    try:
        return rewrite(size, lambda atom: 1 if atom in batches else None)
    except SizeError:
        return None


def _inputs(program: Program) -> Iterable[Measure]:
    for name in program.core.inputs:
        kind = "constant" if name in program.constants else "input"
        port = program.constants.get(name) or program.inputs[name]
        yield Measure(name, kind, (Result("", port.type, port.mask),))


def _result(name: str, signal: Signal) -> Result:
    return Result(name, signal.value.type, signal.mask.value.type if signal.mask else None)


def _count(weights: Iterable[Weight]) -> Parameters:
    trainable = non_trainable = weight = 0
    for item in weights:
        number = 1
        for size in item.shape:
            number *= size
        trainable += number if item.trainable else 0
        non_trainable += 0 if item.trainable else number
        weight += number * ITEMSIZE[item.value.dtype]
    return Parameters(trainable, non_trainable, weight)


def _flops(nodes: Iterable[Node], bodies: dict[Graph, Size]) -> Size | None:
    try:
        return _sum(nodes, bodies)
    except SizeError:
        return None


def _sum(nodes: Iterable[Node], bodies: dict[Graph, Size]) -> Size:
    total: Size = 0
    for node in nodes:
        total = total + _node(node, bodies)
        if _terms(total) > TERMS_AT_MOST:
            raise SizeError("the formula has too many terms")
    return total


def _node(node: Node, bodies: dict[Graph, Size]) -> Size:
    """FLOPs of a node; `bodies` keeps those of the graphs that many nodes have in common."""
    match node:
        case Apply(primitive, operands, result):
            counted = primitive.counted(result.type, *[operand.type for operand in operands])
            return _product((primitive.flops, *counted)) if primitive.flops else 0
        case Compose(definition=body):
            return _body(body, bodies)
        case Scan(operands, body=body):
            return _product((operands[0].shape[0], _body(body, bodies)))


def _body(body: Graph, bodies: dict[Graph, Size]) -> Size:
    if body not in bodies:
        bodies[body] = _sum(body.nodes, bodies)
    return bodies[body]


def _product(sizes: Shape) -> Size:
    total: Size = 1
    for size in sizes:
        if _terms(total) * _terms(size) > TERMS_AT_MOST:
            raise SizeError("the formula has too many terms")
        total = total * size
    return total


def _terms(size: Size) -> int:
    return len(size.terms) if isinstance(size, Dim) else 1
