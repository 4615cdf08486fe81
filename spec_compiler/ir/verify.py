"""Whether a graph is what it says: every type recomputed, every value made once and before its use.

Builders and passes are held to it by tests. What it refuses is a mistake in them, never in a spec.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spec_compiler.ir.dims import Size, SizeError, symbols
from spec_compiler.ir.facts import Check, Facts, Relation
from spec_compiler.ir.graph import Apply, Compose, Graph, Node, Scan, Value
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.types import TensorType
from spec_compiler.refusals import ItemPath, Refusal


class BrokenGraph(Exception):
    """A graph is not what it says; the message begins with the step that is wrong, if it is one."""


def verify(graph: Graph) -> None:
    """Demand that a program is whole: its names, values and types, and those of every body in it.

    Raises:
        BrokenGraph: something is used before it is made, or made twice, or of another graph; or a
            type is not what the operands and the settings make it, given what the checks leave to
            the data.
    """
    for name, weight in graph.weights.items():
        if name != weight.name or not all(isinstance(size, int) for size in weight.value.shape):
            raise BrokenGraph(f"weight {name}: it holds {weight.name}: {weight.value.type}")
    recorded = _Recorded(graph.checks)
    for value in graph.inputs.values():
        for size in value.shape:
            for name in symbols(size):
                recorded.facts.state_multiple(name)
    _Verifier(recorded).verify(graph)


class _Recorded(Prover):
    """Holds what the checks say to be so; what they do not say must be certain."""

    def __init__(self, checks: Sequence[Check]) -> None:
        self.facts = Facts()
        self.said = {(check.left, check.relation, check.right) for check in checks}
        for check in checks:
            self.facts.state(check.left, check.relation, check.right)

    def require(
        self,
        left: Size,
        relation: Relation,
        right: Size,
        why: str,
        at: ItemPath = (),
    ) -> bool:
        """Whether a relation is certain, or checked before a run."""
        return (left, relation, right) in self.said or self.decided(left, relation, right) is True


class _Verifier:
    """Walks a graph and its bodies, each body once."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover
        self.bodies: set[Graph] = set()

    def verify(self, graph: Graph) -> None:
        made: dict[int, Value] = {}
        _make(made, graph.inputs.values())
        _make(made, (weight.value for weight in graph.weights.values()))
        for node in graph.nodes:
            try:
                self.step(node, made)
            except (BrokenGraph, Refusal, SizeError, TypeError, LookupError) as problem:
                raise BrokenGraph(f"{_said(node)}: {problem}") from problem
        _demand(made, graph.outputs.values())

    def step(self, node: Node, made: dict[int, Value]) -> None:
        _demand(made, node.operands)
        types = self.types(node, [value.type for value in node.operands])
        if types != [value.type for value in node.results]:
            raise BrokenGraph(f"it makes {_listed(types)}")
        _make(made, node.results)

    def types(self, node: Node, operands: list[TensorType]) -> list[TensorType]:
        """The types of a node's results, from its operands and settings alone."""
        match node:
            case Apply():
                return [node.primitive.result_type(self.prover, *operands)]
            case Compose():
                return self.through(node.definition, operands)
            case Scan():
                return self.types_of_scan(operands, node.body, node.sequences, node.states)

    def types_of_scan(
        self, operands: list[TensorType], body: Graph, sequences: int, states: int
    ) -> list[TensorType]:
        """The last states, then what is stacked; the states stay of one type."""
        if not 0 < sequences <= sequences + states <= len(operands):
            raise BrokenGraph(f"it loops over {sequences} sequences with {states} states")
        length = operands[0].shape[0]
        for other in operands[1:sequences]:
            self.prover.require_equal(other.shape[0], length, "the length of the sequences")
        entries = [TensorType(of.dtype, of.shape[1:]) for of in operands[:sequences]]
        found = self.through(body, [*entries, *operands[sequences:]])
        if found[:states] != operands[sequences : sequences + states]:
            raise BrokenGraph("a state changes its type")
        return found[:states] + [TensorType(of.dtype, (length, *of.shape)) for of in found[states:]]

    def through(self, body: Graph, operands: list[TensorType]) -> list[TensorType]:
        """The types that a body makes of operands."""
        takes = [value.type for value in body.inputs.values()]
        if takes != operands:
            raise BrokenGraph(f"the body takes {_listed(takes)}")
        if body.weights or body.checks:
            raise BrokenGraph("weights and checks are the program's, not a body's")
        if body not in self.bodies:
            self.bodies.add(body)
            self.verify(body)
        return [value.type for value in body.outputs.values()]


def _make(made: dict[int, Value], values: Iterable[Value]) -> None:
    for value in values:
        if value.number in made:
            raise BrokenGraph(f"%{value.number} is made twice")
        made[value.number] = value


def _demand(made: dict[int, Value], values: Iterable[Value]) -> None:
    for value in values:
        if made.get(value.number) is not value:
            raise BrokenGraph(f"%{value.number} is not made before it is used")


def _listed(types: list[TensorType]) -> str:
    return ", ".join(map(str, types)) or "nothing"


def _said(node: Node) -> str:
    results = ", ".join(map(repr, node.results))
    return f"{results} = {node.name}({', '.join(map(repr, node.operands))})"
