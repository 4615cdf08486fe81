"""What computes: by plans, of which the last ones are kept, or as a graph is meant."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeAlias

from spec_compiler.collecting import uncollected
from spec_compiler.ir.arrays import Array, dense, is_sparse, np
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.ir.evaluate import RunError, evaluate
from spec_compiler.ir.graph import Graph
from spec_compiler.ir.peak import Part, Peak, Walk, largest, numbers
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.ir.storage import held_bytes, stored
from spec_compiler.ir.types import concrete
from spec_compiler.plan.plan import Plan, planned
from spec_compiler.plan.prepare import Prepared, prepared
from spec_compiler.plan.slices import rows_at_once, slices, stays_in_cache
from spec_compiler.plan.threads import blas_on, shared

KEPT = 16
"""Sets of sizes, and plans, that are kept: a server has a few."""
KEPT_BYTES = 64 * 2**20
"""What plans that are kept may take together; one may take more."""
BETWEEN = Part("what lies between layers")
_AS_IT_IS = nullcontext()
_NAMED = 3
"""How many of the largest tensors between layers are told by name."""
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

    def held(
        self,
        graph: Graph,
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
        sparse: frozenset[str] = frozenset(),
        room: int | None = None,
    ) -> Peak:
        """The most that a run holds besides inputs and weights; above `room` the count ends.

        Args:
            graph: What would run.
            weights: An array for every weight.
            sizes: The number that each named size is.
            sparse: The inputs that are sparse.
            room: The bytes that it should keep to, in this run and those that follow.
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

    def held(
        self,
        graph: Graph,
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
        sparse: frozenset[str] = frozenset(),
        room: int | None = None,
    ) -> Peak:
        """See `Engine`."""
        return Walk(sizes).whole(graph)


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
        blas: The threads of BLAS, where threads are asked for: one where rows could have them.
    """

    program: Prepared
    sizes: Mapping[str, int]
    sparse: frozenset[str]
    rows: int | None
    outputs: Mapping[str, _Output]
    blas: int


@dataclass(slots=True)
class Planning:
    """Plans for each set of sizes, made when they first come; a plan that runs is no one else's.

    Attributes:
        make: Makes a plan of a program, which runs in one thread at a time.
        ready: Makes a program with its weights ready to be planned.
        threads: How many slices of a batch run at once, and threads BLAS has where rows cannot be
            apart; None: one slice, and BLAS as it is.
    """

    make: Callable[[Graph, Mapping[str, int], Mapping[str, Array], frozenset[str]], Plan] = planned
    ready: Callable[[Graph, Mapping[str, Array]], Prepared] = prepared
    threads: int | None = None
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
        sparse = frozenset([name for name, array in inputs.items() if is_sparse(array)])
        route, plan = self._taken(graph, weights, sizes, sparse)
        given = [inputs[name] for name in graph.inputs]
        results = {name: np.empty(*of) for name, of in route.outputs.items()}
        out = [*results.values()]
        with _AS_IT_IS if self.threads is None else blas_on(route.blas):
            if route.rows is None:
                plan = plan or self._plan(route)
                plan.run(given, out)
                self._put(route, plan)
                return results
            parts = [*slices(sizes[BATCH_NAME], route.rows)]
            others = range(1, min(self.threads or 1, len(parts)))
            plans = [plan, *(self._spare(route) for _ in others)]
            shared(parts, plans, partial(self._work, route, given, out))
        return results

    def _work(
        self,
        route: _Route,
        given: Sequence[Array],
        out: Sequence[Array],
        parts: Iterable[slice],
        plan: Plan | None,
    ) -> None:
        """Run parts of a batch one after the other."""
        plan = plan or self._plan(route)
        for part in parts:
            try:
                plan.run([x[part] for x in given], [y[part] for y in out])
            except RunError as error:
                raise error.counted_from(part.start, route.sizes) from None
        self._put(route, plan)

    def held(
        self,
        graph: Graph,
        weights: Mapping[str, Array],
        sizes: Mapping[str, int],
        sparse: frozenset[str] = frozenset(),
        room: int | None = None,
    ) -> Peak:
        """See `Engine`: outputs, weights made ready, and what is between layers of a slice."""
        peak = Peak()
        for name, value in graph.outputs.items():
            of = numbers(value.type, sizes)
            peak.add(Part(f"`{name}`", of), held_bytes(of))
        with self._lock:
            program = self._program(graph, weights)
        if program.made:
            peak.add(Part("weights made ready"), program.made)
        apart = rows_stay_apart(graph)
        left = None if room is None else room - peak.held
        least = largest(program.graph, {**sizes, BATCH_NAME: 1} if apart else sizes, 1)
        if left is not None and least and least[0][1] > left:  # planning it would take long
            part, size = least[0]
            peak.add(part, 0, size)
            return peak
        route, plan = self._taken(graph, weights, sizes, sparse)
        plan = plan or self._plan(route)
        rows = route.sizes.get(BATCH_NAME, 1)
        taken = plan.taken * (self.threads or 1)
        if apart and left is not None and rows > 1 and taken > left:
            rows = max(rows * left // taken, 1)
            route = route._replace(sizes={**sizes, BATCH_NAME: rows}, rows=rows)
            plan = self._plan(route)
            with self._lock:
                self._routes[graph, tuple(sizes.items()), sparse] = route
        self._put(route, plan)
        at_once = 1 if route.rows is None else min(self.threads or 1, -(-sizes[BATCH_NAME] // rows))
        peak.add(BETWEEN, 0, plan.taken * at_once)
        peak.tensors = largest(program.graph, route.sizes, _NAMED)
        return peak

    @uncollected()
    def _plan(self, route: _Route) -> Plan:
        program = route.program
        return self.make(program.graph, route.sizes, program.weights, route.sparse)

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
            program = self._program(graph, weights)
            route = self._routes.get(key)
            if route is None:
                route = self._routes[key] = self._route(program, sizes, sparse)
                if len(self._routes) > KEPT:
                    self._routes.popitem(last=False)
            self._routes.move_to_end(key)
        return route, self._spare(route)

    def _spare(self, route: _Route) -> Plan | None:
        """A plan of a route that nobody runs: from now on the caller's alone."""
        with self._lock:
            for at in range(len(self._idle) - 1, -1, -1):
                if self._idle[at][0] is route:
                    return self._idle.pop(at)[1]
        return None

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

    def _program(self, graph: Graph, weights: Mapping[str, Array]) -> Prepared:
        """What is planned; other weights than before end all that was kept."""
        if weights is not self._weights:
            self._weights = weights
            for kept in (self._prepared, self._routes, self._idle):
                kept.clear()
        program = self._prepared.get(graph)
        if program is None:
            with uncollected():
                program = self._prepared[graph] = self.ready(graph, weights)
        return program

    @uncollected()
    def _route(self, program: Prepared, sizes: Mapping[str, int], sparse: frozenset[str]) -> _Route:
        graph = program.of
        types = {name: numbers(of.type, sizes) for name, of in graph.outputs.items()}
        outputs = {name: (concrete(of), stored(of.dtype)) for name, of in types.items()}
        whole = _Route(program, sizes, sparse, None, outputs, self.threads or 1)
        batch = sizes.get(BATCH_NAME, 1)
        held = sum(array.nbytes for array in program.weights.values())
        if batch == 1 or (self.threads is None and stays_in_cache(program.graph, sizes, held)):
            return whole
        if not rows_stay_apart(graph):
            return whole
        one = planned(program.graph, {**sizes, BATCH_NAME: 1}, program.weights, sparse)
        rows = rows_at_once(batch, one, held, self.threads or 1)
        if rows == batch:
            return whole._replace(blas=1)
        return whole._replace(sizes={**sizes, BATCH_NAME: rows}, rows=rows, blas=1)


ENGINES: Mapping[str, Callable[[], Engine]] = MappingProxyType(
    {"plan": Planning, "evaluator": Evaluator}
)
"""By the names that people give them; the first is taken where nothing is said."""
