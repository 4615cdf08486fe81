"""Graphs for tests of plans: an operation in many places, run by a plan and as it is meant."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.graph import Graph
from spec_compiler.ir.peak import numbers
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import TensorType, concrete
from spec_compiler.plan.plan import planned

Write = Callable[..., Any]
ROUNDED = {"float16": 2e-3, "bfloat16": 2e-2, "float32": 2e-5, "float64": 1e-11}


class Case(NamedTuple):
    """An operation of operands of some types; whole numbers of the data lie below `high`."""

    types: Sequence[TensorType]
    write: Write
    high: int = 5


def built(types: Sequence[TensorType], write: Write) -> Graph:
    """A program of inputs `x0`, `x1` and so on; what is written is its outputs."""
    b = Builder()
    inputs = [b.value(of) for of in types]
    written = write(b, *inputs)
    outputs = written if isinstance(written, list) else [written]
    named = {f"y{at}": value for at, value in enumerate(outputs)}
    return b.graph({f"x{at}": value for at, value in enumerate(inputs)}, named)


def looped(step: Write, sequences: int, states: int) -> Write:
    """A loop over the first operands, whose states are the next ones; the rest is constant."""

    def write(b, *xs):
        first, rest = sequences, sequences + states
        last, stacked = b.scan(step, xs[:first], xs[first:rest], xs[rest:])
        return [*last, *stacked]

    return write


# --- places in which an operation may stand ------------------------------------------------------


def settled(b, x):
    """The same numbers, in memory of the plan's own."""
    return b.maximum(x, x)


def turned(b, x):
    """The same numbers, in memory whose first axis is the innermost."""
    back = tuple(reversed(range(len(x.shape))))
    return b.transpose(settled(b, b.transpose(x, back)), back)


def parted(b, x):
    """The same numbers, a part of a larger array: every fourth entry of it, or eighth of 8 bytes.

    Those are the gaps that NumPy's loops take for none, where one of them is wrong.
    """
    times = np.dtype(stored(x.type.dtype)).itemsize
    whole = settled(b, b.concatenate([b.expand(x, -1)] * max(times, 2), -1))
    return b.reshape(b.slice(whole, -1, 1, 2), x.shape)


def _alone(write):
    return write


def _middle(write):
    return lambda b, *xs: settled(b, write(b, *(settled(b, x) for x in xs)))


def _read_again(write):
    def again(b, *xs):
        own = [settled(b, x) for x in xs]
        y = write(b, *own)
        return [settled(b, y), *own, y]

    return again


def _turned(write):
    return lambda b, *xs: turned(b, write(b, *(turned(b, x) for x in xs)))


def _turned_result(write):
    return lambda b, *xs: [turned(b, write(b, *xs))]


def _parted(write):
    return lambda b, *xs: settled(b, write(b, *(parted(b, x) for x in xs)))


def _one_turned(write):
    return lambda b, x, *xs: write(b, turned(b, x), *(settled(b, other) for other in xs))


def _entries(write):
    def step(b, *xs):
        y = write(b, *xs)
        return [], [y, settled(b, y), write(b, *(settled(b, x) for x in xs))]

    return lambda b, *xs: looped(step, len(xs), 0)(b, *(_stacked(b, x) for x in xs))


def _constants(write):
    def step(b, entry, *xs):
        return [], [write(b, entry, *xs)]

    return lambda b, x, *xs: looped(step, 1, 0)(b, _stacked(b, x), *(settled(b, x) for x in xs))


def _state(write):
    def step(b, entry, state, *xs):
        return [settled(b, entry)], [write(b, state, *xs), state]

    return lambda b, x, *xs: looped(step, 1, 1)(b, _stacked(b, x), x, *xs)


def _stacked(b, x):
    """Two entries: as it is, and the last axis from behind."""
    other = b.reverse(x, -1) if x.shape else x
    return b.concatenate([b.expand(x, 0), b.expand(other, 0)], 0)


PLACES: Mapping[str, Callable[[Write], Write]] = {
    "alone": _alone,
    "in the middle": _middle,
    "with operands that are read again": _read_again,
    "of operands in another order, wanted in another": _turned,
    "wanted in another order": _turned_result,
    "of operands in two orders": _one_turned,
    "of parts of others": _parted,
    "of entries of sequences": _entries,
    "of constants of a loop": _constants,
    "of a state": _state,
}


# --- running ------------------------------------------------------------------------------------


def arrays_of(types: Sequence[TensorType], rng: np.random.Generator, high: int) -> list[Any]:
    """Data in several layouts, some of it read-only."""
    found = []
    for of in types:
        shape = concrete(of)
        if of.dtype == "bool":
            array = rng.random(shape) < 0.6
        elif of.is_integer:
            array = rng.integers(0, high, shape).astype(of.dtype)
        else:
            array = rng.normal(size=shape).astype(stored(of.dtype))
            if of.dtype == "bfloat16":
                array = array.round(1).astype("float16").astype("f").round()
        found.append(_laid_out(np.asarray(array), rng))
    return found


def _laid_out(array: Any, rng: np.random.Generator) -> Any:
    form = rng.integers(4)
    if form == 1:
        return np.array(array, order="F")
    if form == 2 and array.ndim:
        wide = np.repeat(array, 2, axis=-1)
        return wide[..., ::2]
    if form == 3:
        array.flags.writeable = False
    return array


def run_planned(graph: Graph, rounds: Sequence[Sequence[Any]], sizes=None, weights=None):
    """The outputs of a plan for each of the rounds of data."""
    plan, found = planned(graph, sizes or {}, weights or {}), []
    for arrays in rounds:
        types = [numbers(value.type, sizes or {}) for value in graph.outputs.values()]
        out = [np.empty(concrete(of), stored(of.dtype)) for of in types]
        with np.errstate(all="ignore"):
            plan.run(arrays, out)
        found.append(dict(zip(graph.outputs, out, strict=True)))
    return found


def hold(graph: Graph, rounds: Sequence[Sequence[Any]], *, scale: float = 1.0) -> None:
    """A plan gives what is meant each time that it runs, and leaves its data as it was."""
    before = [[array.copy() for array in arrays] for arrays in rounds]
    for arrays, found in zip(rounds, run_planned(graph, rounds), strict=True):
        with np.errstate(all="ignore"):
            wanted = evaluate(graph, dict(zip(graph.inputs, arrays, strict=True)), {}, {})
        for name, value in graph.outputs.items():
            bound = scale * ROUNDED.get(value.dtype, 0)
            meant = np.asarray(wanted[name], "float64")
            np.testing.assert_allclose(
                np.asarray(found[name], "float64"), meant, bound, bound, err_msg=name
            )
    for arrays, kept in zip(rounds, before, strict=True):
        for array, copy in zip(arrays, kept, strict=True):
            np.testing.assert_array_equal(array, copy)
