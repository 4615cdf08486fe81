"""A plan: calls in a row over numbered places, for sizes that are numbers.

It gives what `ir.evaluate` gives. What depends on sizes and settings alone is done when a plan is
made; composites are written out; an array is let go after its last use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, NamedTuple

from spec_compiler.ir.arrays import Array, dense, np
from spec_compiler.ir.evaluate import RunError, applied
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan, Value
from spec_compiler.ir.peak import numbers
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.refusals import Refusal

_KEPT = 4096
"""Elements of a constant up to which it is made once, and not in each run."""


class Step(NamedTuple):
    """A call.

    Attributes:
        call: Gives the results, of what is read; several as a tuple.
        reads: The places of its operands.
        makes: The place of its result, or a slice of places.
        frees: The places that nothing reads any more.
        layer: The layer that it was lowered from.
    """

    call: Callable[..., Any]
    reads: tuple[int, ...]
    makes: int | slice
    frees: tuple[int, ...]
    layer: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A graph for known sizes.

    Attributes:
        inputs: The places of what is given, by name: inputs, then weights.
        outputs: The places of what comes out, by name.
        steps: In order.
        held: What is in the places before a run: constants.
        fixed: The places of those.
    """

    inputs: Mapping[str, int]
    outputs: Mapping[str, int]
    steps: Sequence[Step]
    held: Sequence[Array | None]
    fixed: frozenset[int]

    def run(self, given: Sequence[Array]) -> list[Array]:
        """The outputs in order, for inputs and weights in order.

        Raises:
            RunError: a step cannot use its data.
        """
        held: list[Any] = [*given, *self.held]
        step = Step(np.asarray, (), 0, (), "")
        try:
            for step in self.steps:
                call, reads, makes, frees, _ = step
                held[makes] = call(*[held[place] for place in reads])
                for place in frees:
                    held[place] = None
        except Refusal as refusal:
            raise RunError(step.layer, refusal) from None
        return [
            held[place].copy() if place in self.fixed else held[place]
            for place in self.outputs.values()
        ]


def planned(graph: Graph, sizes: Mapping[str, int], *, sparse: bool = False) -> Plan:
    """The plan of a graph.

    Args:
        graph: A program, or a body in one.
        sizes: The number that each named size is.
        sparse: Whether an input may be a scipy.sparse matrix.
    """
    given = dict(graph.inputs)
    given |= {name: weight.value for name, weight in graph.weights.items()}
    planner = _Planner(sizes, sparse, len(given))
    places = {value: place for place, value in enumerate(given.values())}
    planner.nodes(graph, places)
    outputs = {name: places[value] for name, value in graph.outputs.items()}
    inputs = {name: place for place, name in enumerate(given)}
    steps = planner.freed({*outputs.values()})
    return Plan(inputs, outputs, steps, planner.held, planner.fixed)


@dataclass(slots=True)
class _Planner:
    sizes: Mapping[str, int]
    sparse: bool
    given: int
    steps: list[Step] = field(default_factory=list[Step])
    held: list[Array | None] = field(default_factory=list["Array | None"])

    def nodes(self, graph: Graph, places: dict[Value, int]) -> None:
        """Plan the nodes of a graph; `places` takes where their results are."""
        for node in graph.nodes:
            self.node(node, places)

    def node(self, node: Node, places: dict[Value, int]) -> None:
        reads = tuple(places[operand] for operand in node.operands)
        match node:
            case Compose():
                inside = dict(zip(node.definition.inputs.values(), reads, strict=True))
                self.nodes(node.definition, inside)
                (result,) = node.definition.outputs.values()
                places[node.result] = inside[result]
            case Scan():
                first = self.place(None)
                for _ in node.results[1:]:
                    self.place(None)
                places |= {value: first + at for at, value in enumerate(node.results)}
                makes = slice(first, first + len(node.results))
                self.steps.append(Step(self.loop(node), reads, makes, (), node.layer))
            case Apply():
                of = numbers(node.result.type, self.sizes)
                call = self.call(node, of)
                if not reads and prod(concrete(of)) <= _KEPT:
                    places[node.result] = self.place(call())
                    return
                place = places[node.result] = self.place(None)
                self.steps.append(Step(call, reads, place, (), node.layer))

    def place(self, array: Array | None) -> int:
        """A new place, with what it holds before a run."""
        self.held.append(array)
        return self.given + len(self.held) - 1

    @property
    def fixed(self) -> frozenset[int]:
        """The places of constants."""
        made = enumerate(self.held)
        return frozenset(self.given + at for at, array in made if array is not None)

    def call(self, node: Apply, of: TensorType) -> Callable[..., Array]:
        primitive = node.primitive
        if self.sparse or (of.dtype == "bfloat16" and primitive.rounds):
            return lambda *operands: applied(primitive, [*operands], of)
        return primitive.ready(of)

    def loop(self, node: Scan) -> Callable[..., tuple[Array, ...]]:
        """The body once for each entry of axis 0 of the sequences, handing the states on."""
        body = planned(node.body, self.sizes)
        first, rest, states = node.sequences, node.sequences + node.states, node.states
        types = [numbers(value.type, self.sizes) for value in node.results[states:]]
        stacks = [(concrete(of), stored(of.dtype)) for of in types]

        def run(*operands: Array) -> tuple[Array, ...]:
            operands = tuple(map(dense, operands))
            series, current, constants = operands[:first], operands[first:rest], operands[rest:]
            stacked: list[Array] = [np.empty(shape, dtype) for shape, dtype in stacks]
            for entry in range(len(series[0])):
                found = body.run([*(array[entry] for array in series), *current, *constants])
                current = found[:states]
                for whole, part in zip(stacked, found[states:], strict=True):
                    whole[entry] = part
            return (*current, *stacked)

        return run

    def freed(self, kept: set[int]) -> tuple[Step, ...]:
        """The steps, each with the places that it is the last to read; what is kept stays."""
        last = {place: at for at, step in enumerate(self.steps) for place in step.reads}
        for at, step in enumerate(self.steps):  # what nothing reads goes at once
            made = (
                step.makes if isinstance(step.makes, slice) else slice(step.makes, step.makes + 1)
            )
            for place in range(made.start, made.stop):
                last.setdefault(place, at)
        gone, fixed = dict[int, list[int]](), self.fixed
        for place, at in last.items():
            if place not in kept and place not in fixed:
                gone.setdefault(at, []).append(place)
        return tuple(
            step._replace(frees=tuple(gone.get(at, ()))) for at, step in enumerate(self.steps)
        )
