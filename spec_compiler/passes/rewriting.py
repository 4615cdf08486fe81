"""What passes are written with: a copy of a program, in which others may stand for its values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count

from spec_compiler.ir.build import Builder
from spec_compiler.ir.facts import Facts
from spec_compiler.ir.graph import Apply, Graph, Node, Value
from spec_compiler.ir.primitives.registered import CallPython


@dataclass(slots=True)
class Rewriting:
    """A program that is being copied, node by node.

    Attributes:
        graph: What is copied.
        b: Adds new nodes to the copy.
        stands: What stands for a value in the copy, where that is not itself.
    """

    graph: Graph
    b: Builder = field(init=False)
    stands: dict[Value, Value] = field(default_factory=dict[Value, Value])

    def __post_init__(self) -> None:
        graph, facts = self.graph, Facts()
        for check in graph.checks:
            facts.state(check.left, check.relation, check.right)
        values = [*graph.inputs.values(), *(weight.value for weight in graph.weights.values())]
        values += [value for node in graph.nodes for value in node.results]
        last = max((value.number for value in values), default=0)
        self.b = Builder(facts, _numbers=count(last + 1))

    def now(self, value: Value) -> Value:
        """What stands for a value."""
        return self.stands.get(value, value)

    def keep(self, node: Node) -> Node:
        """Copy a node; gives the copy."""
        operands = tuple(map(self.now, node.operands))
        kept = node if operands == node.operands else replace(node, operands=operands)
        self.b.nodes.append(kept)
        return kept

    def done(self) -> Graph:
        """The copy."""
        outputs = {name: self.now(value) for name, value in self.graph.outputs.items()}
        return replace(self.graph, nodes=tuple(self.b.nodes), outputs=outputs)


def uses(graph: Graph) -> Counter[Value]:
    """How often each value is read, outputs included."""
    counted = Counter(graph.outputs.values())
    for node in graph.nodes:
        counted.update(node.operands)
    return counted


def of_weights(graph: Graph) -> set[Value]:
    """The values that depend on weights and constants alone, and have sizes that are numbers."""
    found = {weight.value for weight in graph.weights.values()}
    for node in graph.nodes:
        if (
            all(operand in found for operand in node.operands)
            and all(isinstance(size, int) for value in node.results for size in value.shape)
            and not (isinstance(node, Apply) and isinstance(node.primitive, CallPython))
        ):
            found.update(node.results)
    return found
