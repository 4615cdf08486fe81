"""What computes: by plans, of which the last ones are kept, or as a graph is meant."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Protocol, TypeAlias

from spec_compiler.ir.arrays import Array, is_sparse
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.graph import Graph
from spec_compiler.plan.plan import Plan, planned

KEPT = 16
"""Plans that are kept: a run in slices has two, a server a few sizes."""
_Key: TypeAlias = tuple[Graph, bool, tuple[tuple[str, int], ...]]


class Engine(Protocol):
    """What a model, or a run, computes with; threads may share it."""

    def run(
        self,
        graph: Graph,
        inputs: Mapping[str, Array],
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
    ) -> dict[str, Array]:
        """The outputs of a graph, by name; see `ir.evaluate.evaluate`, which says what they are."""
        ...


class Evaluator:
    """A node after the other, as it is meant: what plans are held to."""

    def run(
        self,
        graph: Graph,
        inputs: Mapping[str, Array],
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
    ) -> dict[str, Array]:
        """See `Engine`."""
        return evaluate(graph, inputs, weights, sizes)


@dataclass(slots=True)
class Planning:
    """A plan for each set of sizes, made when they first come."""

    _plans: OrderedDict[_Key, Plan] = field(default_factory=OrderedDict["_Key", Plan])
    _lock: Lock = field(default_factory=Lock)

    def run(
        self,
        graph: Graph,
        inputs: Mapping[str, Array],
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
    ) -> dict[str, Array]:
        """See `Engine`."""
        plan = self._plan(graph, sizes, sparse=any(map(is_sparse, inputs.values())))
        given = [
            *(inputs[name] for name in graph.inputs),
            *(weights[name] for name in graph.weights),
        ]
        return dict(zip(plan.outputs, plan.run(given), strict=True))

    def _plan(self, graph: Graph, sizes: Mapping[str, int], *, sparse: bool) -> Plan:
        key = graph, sparse, tuple(sizes.items())
        with self._lock:
            found = self._plans.get(key)
            if found is not None:
                self._plans.move_to_end(key)
                return found
        made = planned(graph, sizes, sparse=sparse)
        with self._lock:
            self._plans[key] = made
            if len(self._plans) > KEPT:
                self._plans.popitem(last=False)
        return made


ENGINES: Mapping[str, Callable[[], Engine]] = MappingProxyType(
    {"plan": Planning, "evaluator": Evaluator}
)
"""By the names that people give them; the first is taken where nothing is said."""
