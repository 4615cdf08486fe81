"""From a graph to calls: node by node, each by its kernel, in memory that is free by then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from spec_compiler.ir.arrays import Array, dense, np
from spec_compiler.ir.evaluate import applied
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan, Value
from spec_compiler.ir.peak import Sized, rounding
from spec_compiler.ir.primitives.elementwise import Cast
from spec_compiler.ir.primitives.primitive import Primitive
from spec_compiler.ir.primitives.structure import Full
from spec_compiler.ir.storage import held_bytes, stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.kernels import KERNELS, kernel_of
from spec_compiler.plan.layout import Order, orders
from spec_compiler.plan.loop import loop
from spec_compiler.plan.recorder import Late, Operand, Recorder


class Item(NamedTuple):
    """A node for known sizes.

    Attributes:
        node: What it does.
        reads: The numbers of the values that it reads.
        makes: Those of its results.
        takes: The types of what it reads.
        gives: Those of its results.
        layer: The layer that it is of; what a composite is written with is of the composite's.
    """

    node: Node
    reads: tuple[int, ...]
    makes: tuple[int, ...]
    takes: tuple[TensorType, ...]
    gives: tuple[TensorType, ...]
    layer: str


@dataclass(slots=True)
class _Flat:
    """A graph in a row: composites without a kernel are written out."""

    types: Sized
    items: list[Item] = field(default_factory=list[Item])
    count: int = 0

    def values(
        self, graph: Graph, given: Mapping[Value, int], layer: str | None = None
    ) -> dict[Value, int]:
        """Add a graph's nodes; gives the number of each of its values."""
        found = dict(given)
        for node in graph.nodes:
            of = node.layer if layer is None else layer
            takes = tuple(self.types[value.type] for value in node.operands)
            gives = tuple(self.types[value.type] for value in node.results)
            if isinstance(node, Compose) and kernel_of(node.composite, takes, gives[0]) is None:
                operands = (found[value] for value in node.operands)
                inside = dict(zip(node.definition.inputs.values(), operands, strict=True))
                (result,) = node.definition.outputs.values()
                found[node.result] = self.values(node.definition, inside, of)[result]
                continue
            reads = tuple(found[value] for value in node.operands)
            makes = tuple(self.number() for _ in node.results)
            found.update(zip(node.results, makes, strict=True))
            self.items.append(Item(node, reads, makes, takes, gives, of))
        return found

    def number(self) -> int:
        """The number of a new value."""
        self.count += 1
        return self.count


def record(
    recorder: Recorder,
    graph: Graph,
    given: Mapping[Value, Operand],
    sizes: Mapping[str, int],
    targets: Mapping[str, Late],
    owned: frozenset[Value] = frozenset(),
) -> dict[str, Operand]:
    """Record the calls of a graph.

    Args:
        recorder: Takes them.
        graph: A program, or a body in one.
        given: What is in its inputs and weights.
        sizes: The number that each named size is.
        targets: Where outputs have to come, by name.
        owned: Inputs whose memory may be written to after their last use; each is held once.

    Returns:
        The outputs by name, each held once more.
    """
    flat = _Flat(Sized(sizes))
    begin = {value: flat.number() for value in given}
    known = flat.values(graph, begin)
    outputs = {name: known[value] for name, value in graph.outputs.items()}
    uses = Counter(outputs.values())
    for item in flat.items:
        uses.update(item.reads)
    recording = _Recording(
        recorder,
        sizes,
        uses,
        {outputs[name]: late for name, late in targets.items()},
        frozenset(begin[value] for value in given if value not in owned),
        orders(flat.items, uses),
        {begin[value]: operand for value, operand in given.items()},
    )
    for item in flat.items:
        recording.item(item)
    held = {place for item in flat.items for place in item.makes}
    for name, place in outputs.items():
        found, late = recording.values[place], targets.get(name)
        if late is not None and found is not late:
            of = flat.types[graph.outputs[name].type]
            recorder.do(np.copyto, late, recording.dense(found, of))
        if place not in held:
            recording.hold(found)
        held.discard(place)
    return {name: recording.values[place] for name, place in outputs.items()}


@dataclass(slots=True)
class _Recording:
    recorder: Recorder
    sizes: Mapping[str, int]
    uses: Counter[int]
    aims: Mapping[int, Late]
    fixed: frozenset[int]
    orders: Mapping[int, Order]
    values: dict[int, Operand]

    def item(self, item: Item) -> None:
        recorder, workspace = self.recorder, self.recorder.workspace
        recorder.node, recorder.layer = item.node, item.layer
        recorder.target = self.aims.get(item.makes[0])
        recorder.order = self.orders.get(item.makes[0])
        recorder.spent = self.spent(item.reads)
        results = self.results(item, [self.values[place] for place in item.reads])
        for place, result in zip(item.makes, results, strict=True):
            self.values[place] = result
            self.hold(result)
        self.uses.subtract(item.reads)
        for place in {*item.reads, *item.makes}:
            if not self.uses[place] and place not in self.fixed:
                self.forget(place)
        workspace.settle()

    def hold(self, operand: Operand) -> None:
        for owner in self.recorder.owners(operand):
            self.recorder.workspace.hold(owner)

    def spent(self, reads: Sequence[int]) -> frozenset[int]:
        """The blocks in which is nothing but what is read for the last time, as one value."""
        recorder = self.recorder
        last = {
            place
            for place in reads
            if self.uses[place] == reads.count(place) and place not in self.fixed
        }
        owners = {owner for place in last for owner in recorder.owners(self.values[place])}
        return frozenset(owner for owner in owners if recorder.workspace.holders(owner) == 1)

    def forget(self, place: int) -> None:
        operand = self.values.pop(place)
        for owner in self.recorder.owners(operand):
            self.recorder.workspace.release(owner)
        if place not in self.aims:
            self.recorder.drop(operand)

    def results(self, item: Item, operands: list[Operand]) -> Sequence[Operand]:
        node, of = item.node, item.gives[0]
        if any(isinstance(operand, Late) and operand.sparse for operand in operands):
            if isinstance(node, Apply) and node.primitive.reads_sparse:
                return (self.sparse(node, operands, of),)
            operands = [self.dense(*each) for each in zip(operands, item.takes, strict=True)]
        match node:
            case Scan():
                return loop(self.recorder, record, node, operands, self.sizes, item.gives)
            case Compose():
                kernel = KERNELS[type(node.composite)][0]  # else it is written out
                return (kernel(self.recorder, node.composite, operands, of),)
            case Apply():
                return (self.applied(node, operands, item.takes, of),)

    def sparse(self, node: Apply, operands: list[Operand], of: TensorType) -> Operand:
        """What a primitive makes of a sparse matrix; a cast of it is sparse, too."""
        function, sparse = partial(_applied, node.primitive, of), isinstance(node.primitive, Cast)
        taken = 0 if sparse else held_bytes(of)
        return self.recorder.made(function, *operands, of=of, taken=taken)._replace(sparse=sparse)

    def dense(self, operand: Operand, of: TensorType) -> Operand:
        """A sparse matrix as an array."""
        sparse = isinstance(operand, Late) and operand.sparse
        made = self.recorder.made
        return made(dense, operand, of=of, taken=held_bytes(of)) if sparse else operand

    def applied(
        self, node: Apply, operands: list[Operand], takes: Sequence[TensorType], of: TensorType
    ) -> Operand:
        primitive = node.primitive
        if isinstance(primitive, Full):
            return np.broadcast_to(np.asarray(primitive.value, stored(of.dtype)), concrete(of))
        if not operands:
            return applied(primitive, [], of)
        kernel = kernel_of(primitive, takes, of)
        if kernel is not None:
            return kernel(self.recorder, primitive, operands, of)
        function, taken = primitive.ready(of), held_bytes(of) + primitive.scratch(of, *takes)
        if of.dtype == "bfloat16" and primitive.rounds:
            function, taken = partial(_applied, primitive, of), taken + rounding(of)
        return self.recorder.made(function, *operands, of=of, taken=taken)


def _applied(primitive: Primitive, of: TensorType, *operands: Array) -> Array:
    return applied(primitive, [*operands], of)
