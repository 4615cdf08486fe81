"""Whether a graph is what it says: every type recomputed, every value made once and before its use.

Builders and passes are held to it by tests. What it refuses is a mistake in them, never in a spec.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spec_compiler.diagnostics import Refusal
from spec_compiler.ir.dims import Size, SizeError
from spec_compiler.ir.facts import Check, Facts, Relation
from spec_compiler.ir.graph import Graph, Node, Value
from spec_compiler.ir.primitives import PRIMITIVES
from spec_compiler.ir.prover import Prover
from spec_compiler.ir.types import TensorType


class BrokenGraph(Exception):
    """A graph is not what it says; the message begins with the step that is wrong."""


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
    _Verifier(_Recorded(graph.checks)).verify(graph)


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
        at: tuple[str | int, ...] = (),
    ) -> bool:
        """Whether a relation is certain, or checked before a run."""
        return (left, relation, right) in self.said or self.decided(left, relation, right) is True


class _Verifier:
    """Walks a graph and its bodies, each body once."""

    def __init__(self, prover: Prover) -> None:
        self.prover = prover
        self.bodies: set[Graph] = set()

    def verify(self, graph: Graph) -> None:
        known: dict[int, Value] = {}
        _define(known, graph.inputs.values(), "an input")
        _define(known, (weight.value for weight in graph.weights.values()), "a weight")
        for node in graph.nodes:
            step = _said(node)
            _demand_known(known, node.operands, step)
            try:
                types = self.types(node, step)
            except (Refusal, SizeError, TypeError, LookupError) as problem:
                raise BrokenGraph(f"{step}: {problem}") from problem
            if types != [value.type for value in node.results]:
                raise BrokenGraph(f"{step}: makes {', '.join(map(str, types))}")
            _define(known, node.results, step)
        _demand_known(known, graph.outputs.values(), "return")

    def types(self, node: Node, step: str) -> list[TensorType]:
        """The types of a node's results, from its operands and settings alone."""
        operands = [value.type for value in node.operands]
        if node.operation == "scan":
            return self.types_of_scan(node, operands, step)
        if "definition" in node.attributes:
            return self.through(node.attributes["definition"], operands, step)
        if node.operation not in PRIMITIVES:
            raise BrokenGraph(f"{step}: there is no such primitive")
        return list(PRIMITIVES[node.operation].infer(self.prover, *operands, **node.attributes))

    def types_of_scan(self, node: Node, operands: list[TensorType], step: str) -> list[TensorType]:
        """The last states, then what is stacked; the states stay of one type."""
        body: Graph = node.attributes["body"]
        sequences: int = node.attributes["sequences"]
        states: int = node.attributes["states"]
        if not 0 < sequences <= sequences + states <= len(operands):
            raise BrokenGraph(f"{step}: a loop over {sequences} sequences with {states} states")
        length = operands[0].shape[0]
        for other in operands[1:sequences]:
            if not self.prover.require(other.shape[0], "==", length, "the sequences"):
                raise BrokenGraph(f"{step}: sequences of {length} and {other.shape[0]} entries")
        entries = [TensorType(of.dtype, of.shape[1:]) for of in operands[:sequences]]
        found = self.through(body, [*entries, *operands[sequences:]], step)
        if found[:states] != operands[sequences : sequences + states]:
            raise BrokenGraph(f"{step}: a state changes its type")
        return found[:states] + [TensorType(of.dtype, (length, *of.shape)) for of in found[states:]]

    def through(self, body: Graph, operands: list[TensorType], step: str) -> list[TensorType]:
        """The types that a body makes of operands."""
        takes = [value.type for value in body.inputs.values()]
        if takes != operands:
            raise BrokenGraph(f"{step}: the body takes {', '.join(map(str, takes)) or 'nothing'}")
        if body.weights or body.checks:
            raise BrokenGraph(f"{step}: weights and checks are the program's, not a body's")
        if body not in self.bodies:
            self.bodies.add(body)
            try:
                self.verify(body)
            except BrokenGraph as problem:
                raise BrokenGraph(f"{step}: {problem}") from problem
        return [value.type for value in body.outputs.values()]


def _define(known: dict[int, Value], values: Iterable[Value], step: str) -> None:
    for value in values:
        if value.number in known:
            raise BrokenGraph(f"{step}: %{value.number} is made twice")
        known[value.number] = value


def _demand_known(known: dict[int, Value], values: Iterable[Value], step: str) -> None:
    for value in values:
        if known.get(value.number) is not value:
            raise BrokenGraph(f"{step}: %{value.number} is not made before it")


def _said(node: Node) -> str:
    results = ", ".join(map(repr, node.results))
    return f"{results} = {node.operation}({', '.join(map(repr, node.operands))})"
