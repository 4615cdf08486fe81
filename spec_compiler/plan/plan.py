"""A plan: calls in a row, for sizes that are numbers and weights that are there.

It gives what `ir.evaluate` gives. All that does not depend on the data is done when it is made.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spec_compiler.ir.arrays import Array, np
from spec_compiler.ir.graph import Graph, Value
from spec_compiler.ir.peak import numbers
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.record import record
from spec_compiler.plan.recorder import Call, Late, Mark, Operand, Recorder, Work


@dataclass(slots=True)
class Plan:
    """A graph for known sizes, ready for one run at a time.

    Attributes:
        calls: In order.
        marks: Whose each call is.
        held: What a run holds: first the inputs, then the outputs, then what calls make.
        inputs: How many inputs there are.
        outputs: How many outputs there are.
        size: The bytes of its memory, outputs not among them.
        passing: The most bytes that calls make in a run, beside that memory.
        work: What a run does.
    """

    calls: Sequence[Call]
    marks: Sequence[Mark]
    held: list[Any]
    inputs: int
    outputs: int
    size: int
    passing: int
    work: Work

    @property
    def taken(self) -> int:
        """The most bytes that it has in a run, its memory among them."""
        return self.size + self.passing

    def run(self, given: Sequence[Array], out: Sequence[Array]) -> None:
        """Compute the outputs, in order, from the inputs, in order.

        Raises:
            RunError: a step cannot use its data.
        """
        held, last = self.held, self.inputs + self.outputs
        held[:last] = (*given, *out)
        try:
            for call in self.calls:
                call()
        finally:
            held[:last] = (None,) * last


def planned(
    graph: Graph,
    sizes: Mapping[str, int],
    weights: Mapping[str, Array],
    sparse: Collection[str] = (),
) -> Plan:
    """The plan of a program.

    Args:
        graph: The program.
        sizes: The number that each named size is.
        weights: An array for every weight.
        sparse: The inputs that come as matrices of scipy.sparse.
    """
    recorder = Recorder()
    given: dict[Value, Operand] = {
        value: _late(recorder, numbers(value.type, sizes))._replace(sparse=name in sparse)
        for name, value in graph.inputs.items()
    }
    targets = {
        name: _late(recorder, numbers(value.type, sizes)) for name, value in graph.outputs.items()
    }
    given |= {weight.value: weights[name] for name, weight in graph.weights.items()}
    record(recorder, graph, given, sizes, targets)
    inputs, outputs = len(graph.inputs), len(graph.outputs)
    return Plan(
        recorder.calls,
        recorder.marks,
        recorder.held,
        inputs,
        outputs,
        recorder.workspace.size,
        recorder.most,
        recorder.work,
    )


def _late(recorder: Recorder, of: TensorType) -> Late:
    return Late(recorder.place(), concrete(of), np.dtype(stored(of.dtype)))
