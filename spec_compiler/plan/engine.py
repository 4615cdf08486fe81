"""What computes: by plans, of which the last ones are kept, or as a graph is meant."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

from spec_compiler.ir.arrays import Array, dense, is_sparse, np
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.ir.evaluate import RunError, evaluate
from spec_compiler.ir.graph import Graph
from spec_compiler.ir.peak import numbers
from spec_compiler.ir.primitives.indexing import OutOfRange
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import concrete
from spec_compiler.plan.plan import Plan, planned
from spec_compiler.plan.prepare import Prepared, prepared
from spec_compiler.plan.slices import rows_at_once, slices

KEPT = 16
"""Sets of sizes, and plans, that are kept: a server has a few."""
KEPT_BYTES = 64 * 2**20
"""What plans that are kept may take together; one may take more."""
_Key: TypeAlias = tuple[Graph, tuple[tuple[str, int], ...], frozenset[str]]


class Engine(Protocol):
    """What a model, or a run, computes with; threads may share it."""

    def run(
        self,
        graph: Graph,
        inputs: Mapping[str, Array],
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
    ) -> dict[str, Array]:
        """The outputs of a graph, by name: arrays that nothing else holds.

        See `ir.evaluate.evaluate`, which says what they are.
        """
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
        found = evaluate(graph, inputs, weights, sizes)
        return {name: dense(array).copy() for name, array in found.items()}


_Output: TypeAlias = tuple[tuple[int, ...], Any]
"""Shape and dtype."""


class _Route(NamedTuple):
    """How a run of some sizes goes.

    Attributes:
        program: What is planned.
        sizes: Those of its plan.
        sparse: The inputs that are sparse.
        rows: How many rows of the batch a plan takes; None: it is not divided.
        outputs: Of all results.
    """

    program: Prepared
    sizes: Mapping[str, int]
    sparse: frozenset[str]
    rows: int | None
    outputs: Mapping[str, _Output]

    def plan(self) -> Plan:
        """A plan, which runs in one thread at a time."""
        return planned(self.program.graph, self.sizes, self.program.weights, self.sparse)


@dataclass(slots=True)
class Planning:
    """Plans for each set of sizes, made when they first come; a plan that runs is no one else's."""

    _weights: Mapping[str, Array] | None = None
    _prepared: dict[Graph, Prepared] = field(default_factory=dict[Graph, Prepared])
    _routes: OrderedDict[_Key, _Route] = field(default_factory=OrderedDict["_Key", "_Route"])
    _idle: list[tuple[_Route, Plan]] = field(default_factory=list["tuple[_Route, Plan]"])
    _lock: Lock = field(default_factory=Lock)

    def run(
        self,
        graph: Graph,
        inputs: Mapping[str, Array],
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
    ) -> dict[str, Array]:
        """See `Engine`."""
        sparse = frozenset(name for name, array in inputs.items() if is_sparse(array))
        route, plan = self._taken(graph, weights, sizes, sparse)
        plan = plan or route.plan()
        given = [inputs[name] for name in graph.inputs]
        results = {name: np.empty(*of) for name, of in route.outputs.items()}
        out = [*results.values()]
        if route.rows is None:
            plan.run(given, out)
        else:
            for part in slices(sizes[BATCH_NAME], route.rows):
                _run_part(plan, [x[part] for x in given], [y[part] for y in out], part.start)
        self._put(route, plan)
        return results

    def _taken(
        self,
        graph: Graph,
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
        sparse: frozenset[str],
    ) -> tuple[_Route, Plan | None]:
        """How to run, and a plan where one is idle."""
        key = graph, tuple(sizes.items()), sparse
        with self._lock:
            if weights is not self._weights:
                self._weights = weights
                for kept in (self._prepared, self._routes, self._idle):
                    kept.clear()
            route = self._routes.get(key)
            if route is None:
                route = self._routes[key] = self._route(graph, weights, sizes, sparse)
                if len(self._routes) > KEPT:
                    self._routes.popitem(last=False)
            self._routes.move_to_end(key)
            for at in range(len(self._idle) - 1, -1, -1):
                if self._idle[at][0] is route:
                    return self._idle.pop(at)
        return route, None

    def _put(self, route: _Route, plan: Plan) -> None:
        """Keep a plan for the next run; the oldest ones go."""
        with self._lock:
            if route.program is not self._prepared.get(route.program.of):
                return  # the weights are others now
            self._idle.append((route, plan))
            while len(self._idle) > KEPT or (
                len(self._idle) > 1 and sum(other.size for _, other in self._idle) > KEPT_BYTES
            ):
                self._idle.pop(0)

    def _route(
        self,
        graph: Graph,
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
        sparse: frozenset[str],
    ) -> _Route:
        program = self._prepared.get(graph)
        if program is None:
            program = self._prepared[graph] = prepared(graph, weights)
        types = {name: numbers(of.type, sizes) for name, of in graph.outputs.items()}
        outputs = {name: (concrete(of), stored(of.dtype)) for name, of in types.items()}
        whole = _Route(program, sizes, sparse, None, outputs)
        batch = sizes.get(BATCH_NAME, 1)
        if batch == 1 or not rows_stay_apart(graph):
            return whole
        one = planned(program.graph, {**sizes, BATCH_NAME: 1}, program.weights, sparse)
        held = sum(array.nbytes for array in program.weights.values())
        rows = rows_at_once(batch, one, held)
        if rows == batch:
            return whole
        return whole._replace(sizes={**sizes, BATCH_NAME: rows}, rows=rows)


def _run_part(plan: Plan, given: Sequence[Array], out: Sequence[Array], first: int) -> None:
    """Run rows of a batch from the row `first`."""
    try:
        plan.run(given, out)
    except RunError as error:
        if isinstance(error.refusal, OutOfRange):
            raise RunError(error.layer, error.refusal.counted_from(first)) from None
        raise


ENGINES: Mapping[str, Callable[[], Engine]] = MappingProxyType(
    {"plan": Planning, "evaluator": Evaluator}
)
"""By the names that people give them; the first is taken where nothing is said."""
