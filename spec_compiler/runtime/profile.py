"""Runs under a clock: what each call of a plan takes, beside what the machine can do now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from time import perf_counter
from typing import NamedTuple

import numpy as np

from spec_compiler.elaborate.tracing import owner_of
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import BATCH_NAME, SizeError
from spec_compiler.ir.graph import Graph, Node
from spec_compiler.measure import flops_of
from spec_compiler.plan.engine import Planning
from spec_compiler.plan.plan import Plan, planned
from spec_compiler.plan.recorder import Call, Mark, Work
from spec_compiler.program import Program
from spec_compiler.report.profile import Limits, Profile, Span, Step
from spec_compiler.runtime.run import Run

_SQUARE = 1024
"""Rows and columns of the product that shows what the machine computes."""
_COPIED = 2**26
"""Bytes of the copy that shows what the machine moves: no cache holds them."""
_RUNS, _SECONDS = 10, 2.0
"""How many runs there are by default, and what they take together, where one is not longer."""
_TRIES = 5
"""How often each is tried; the best counts, since other work only disturbs."""


class _Time(NamedTuple):
    """When a call was.

    Attributes:
        plan: What tells its plan from others: what runs at once has a plan each.
        number: Which of the calls of that it is.
        begin: By the clock, in seconds.
        end: By the clock.
    """

    plan: int
    number: int
    begin: float
    end: float


@dataclass(slots=True)
class _Clock:
    """Makes plans whose calls are timed.

    Attributes:
        plans: Those that were made; each runs in a thread at a time.
        sizes: Those of the last one.
        times: Of the calls of a run, as they ended.
    """

    plans: list[Plan] = field(default_factory=list[Plan])
    sizes: Mapping[str, int] = field(default_factory=dict[str, int])
    times: list[_Time] = field(default_factory=list["_Time"])

    def planned(
        self,
        graph: Graph,
        sizes: Mapping[str, int],
        weights: Mapping[str, Array],
        sparse: frozenset[str],
    ) -> Plan:
        """A plan whose calls say when they began and ended."""
        plan, self.sizes = planned(graph, sizes, weights, sparse), sizes
        calls = [self._timed(id(plan), number, call) for number, call in enumerate(plan.calls)]
        self.plans.append(plan)
        return replace(plan, calls=calls)

    def _timed(self, plan: int, number: int, call: Call) -> Call:
        def timed() -> None:
            begin = perf_counter()
            call()
            self.times.append(_Time(plan, number, begin, perf_counter()))

        return timed


@dataclass(frozen=True, slots=True)
class _Timed:
    """A run: when it began, what it took, and when its calls were."""

    start: float
    seconds: float
    times: Sequence[_Time]


def profile(run: Run, repeat: int | None = None) -> Profile:
    """Run often, and tell of the run of median length.

    Args:
        run: One that is prepared; it has another engine after it, with as many threads.
        repeat: How often; it runs once more before, for what is done once. By default as often as
            fits in some two seconds, and at most 10 times.

    Raises:
        SpecError: the data is refused.
    """
    clock = _Clock()
    asked = run.engine.threads if isinstance(run.engine, Planning) else None
    run.engine = Planning(clock.planned, threads=asked)
    run.whole()
    timed: list[_Timed] = []
    begun = perf_counter()
    while len(timed) < (repeat or _RUNS):
        clock.times.clear()
        start = perf_counter()
        run.whole()
        timed.append(_Timed(start, perf_counter() - start, tuple(clock.times)))
        if repeat is None and perf_counter() - begun + timed[-1].seconds > _SECONDS:
            break
    median = sorted(timed, key=lambda item: item.seconds)[(len(timed) - 1) // 2]
    threads = {plan: at for at, plan in enumerate(dict.fromkeys(of.plan for of in median.times))}
    steps, of_call = _steps(run.program, clock, median.times, max(len(threads), 1))
    batch, rows = run.sizes.get(BATCH_NAME), clock.sizes.get(BATCH_NAME)
    return Profile(
        run.program.core.header.name or run.program.core.file,
        dict(run.sizes),
        None if rows == batch else rows,
        max(len(threads), 1),
        len(timed),
        median.seconds,
        steps,
        limits(),
        tuple(
            Span(of_call[of.number], threads[of.plan], of.begin - median.start, of.end - of.begin)
            for of in median.times
        ),
    )


def _steps(
    program: Program, clock: _Clock, times: Sequence[_Time], threads: int
) -> tuple[tuple[Step, ...], list[int]]:
    """The steps of a run, and which one each call belongs to."""
    marks: Sequence[Mark] = clock.plans[-1].marks if clock.plans else ()
    taken = [0.0] * len(marks)
    turns = [0] * len(marks)
    for of in times:
        taken[of.number] += (of.end - of.begin) / threads
        turns[of.number] += 1
    steps: list[Step] = []
    of_call: list[int] = []
    for (layer, node), numbers in groupby(range(len(marks)), key=lambda number: marks[number][:2]):
        calls = [*numbers]
        of_call += [len(steps)] * len(calls)
        work = Work()
        for number in calls:
            work = work.and_then(marks[number].work.times(turns[number]))
        steps.append(
            Step(
                owner_of(layer, program.steps)[0],
                "(outputs)" if node is None else node.name,
                sum(turns[number] for number in calls),
                sum(taken[number] for number in calls),
                _flops(node, clock.sizes) * max(turns[number] for number in calls),
                work.moved + work.beside,
            )
        )
    return tuple(steps), of_call


def _flops(node: Node | None, sizes: Mapping[str, int]) -> int:
    found = None if node is None else flops_of(node)
    try:
        return 0 if found is None else size_of(found, sizes)
    except (KeyError, SizeError):  # beyond all numbers
        return 0


def limits() -> Limits:
    """What a large product computes and a large copy moves in a second, measured now."""
    x = np.ones((_SQUARE, _SQUARE), np.float32)
    out = np.empty_like(x)
    product = _least(lambda: np.dot(x, x, out))
    source = np.ones(_COPIED // 4, np.float32)
    copy = np.empty_like(source)
    moved = _least(lambda: np.copyto(copy, source))
    return Limits(2 * _SQUARE**3 / product, 2 * _COPIED / moved)


def _least(act: Callable[[], object]) -> float:
    """The seconds of the fastest of some tries."""
    found: list[float] = []
    for _ in range(_TRIES):
        begin = perf_counter()
        act()
        found.append(perf_counter() - begin)
    return min(found)
