"""What a run would hold, as formulas in the sizes that have no number, before there is any weight.

Weights, inputs and outputs follow from their types. What lies between layers is what plans for some
sizes take: a formula of round numbers comes near these, and where rows stay apart it is that of one
slice, `min(bytes of a row * batch, bytes of the largest slice)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import combinations, combinations_with_replacement
from math import prod

import numpy as np

from spec_compiler.ir.arrays import Array
from spec_compiler.ir.dim_operations import maximum, minimum
from spec_compiler.ir.dims import BATCH_NAME, Dim, Size, SizeError, Symbol
from spec_compiler.ir.graph import Node, Value
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.ir.storage import stored
from spec_compiler.ir.types import ITEMSIZE, TensorType, concrete
from spec_compiler.measure import with_numbers
from spec_compiler.plan.engine import BETWEEN, Planning
from spec_compiler.plan.plan import planned
from spec_compiler.plan.prepare import prepared
from spec_compiler.program import Program

_SAMPLE = 512
"""The size from which on plans are looked at: large enough for what is constant to be little."""
_FEW = 4
"""Rows that, beside one, tell what each more of them takes."""
_NOTICED = 0.1
"""The share of some value from which on a term is no accident of some blocks."""
_MANY = 2**20
"""Rows of a batch that is divided, whatever the program is."""
_OPEN_AT_MOST = 4
"""Sizes without a number in a formula: there are as many plans as pairs of them."""


def memory(program: Program, sizes: Mapping[str, int]) -> dict[str, Size]:
    """The bytes of each kind that a run holds at its peak; of data in the dtypes that are declared.

    Args:
        program: What would run.
        sizes: Numbers for named sizes; where all have one, what is told are numbers.

    Returns:
        By kind, and their sum as `memory`. What lies between layers is left out where plans cannot
        tell it: for many sizes without a number, or some that depend on others.
    """
    graph = program.graph
    found: dict[str, Size] = {
        "weights": _bytes(weight.value.type for weight in graph.weights.values()),
        "inputs": with_numbers(_bytes(value.type for value in graph.inputs.values()), sizes),
        "outputs": with_numbers(_bytes(value.type for value in graph.outputs.values()), sizes),
    }
    with suppress(MemoryError):  # there may be no room to think of so large an array
        found |= _planned(program, sizes)
    total: Size = 0
    for size in found.values():
        total = total + size
    return {name: size for name, size in found.items() if size} | {"memory": total}


def _planned(program: Program, sizes: Mapping[str, int]) -> dict[str, Size]:
    """What plans take beside what goes in and out."""
    graph = program.graph
    weights = {name: _unfilled(of.value) for name, of in graph.weights.items()}
    ready = prepared(graph, weights, _undone)
    engine = Planning(ready=lambda graph, weights: ready)
    known = {name: size for name, size in sizes.items() if name in program.named_sizes}
    rest = {name: item for name, item in program.named_sizes.items() if name not in known}

    def between(more: Mapping[str, int]) -> int:
        return engine.held(graph, weights, {**known, **more}).parts[BETWEEN]

    def undivided(more: Mapping[str, int]) -> int:
        return planned(ready.graph, {**known, **more}, ready.weights).taken

    told = _between(program, known, rest, between, undivided)
    made: dict[str, Size] = {"weights made ready": ready.made}
    return made if told is None else {**made, BETWEEN.name: told}


def _between(
    program: Program,
    known: Mapping[str, int],
    rest: Mapping[str, Symbol],
    taken: Callable[[Mapping[str, int]], int],
    whole: Callable[[Mapping[str, int]], int],
) -> Size | None:
    """What lies between layers, from what it is for some sizes, as it runs and not divided."""
    if not rest:
        return taken({})
    apart = BATCH_NAME in program.named_sizes and rows_stay_apart(program.graph)
    others = [item for name, item in rest.items() if not apart or name != BATCH_NAME]
    points = _points(others)
    if len(others) > _OPEN_AT_MOST or not all(
        check.holds({BATCH_NAME: 1, **known, **point})
        for check in program.graph.checks
        for point in points
    ):
        return None
    try:
        if not apart:
            values = [taken(point) for point in points]
            return _fitted(others, values, values)
        one, few = ([whole({**point, BATCH_NAME: n}) for point in points] for n in (1, _FEW))
        rows = [(more - first) // (_FEW - 1) for first, more in zip(one, few, strict=True)]
        beside = [first - row for first, row in zip(one, rows, strict=True)]
        row, start = _fitted(others, rows, rows), _fitted(others, beside, one)
        many = [taken({**point, BATCH_NAME: _MANY}) for point in points]
        batch = known.get(BATCH_NAME) or _size(rest[BATCH_NAME])
        most = maximum(_fitted(others, many, many), row + start)
        return minimum(row * batch + start, most)
    except SizeError:
        return None


def _points(sizes: Sequence[Symbol]) -> list[dict[str, int]]:
    """Once, twice and four times a size for each, and twice for each two of them."""
    base = {item.name: _base(item) for item in sizes}
    found = [base]
    for factor in (2, 4):
        found += [{**base, name: factor * size} for name, size in base.items()]
    for one, other in combinations(base, 2):
        found.append({**base, one: 2 * base[one], other: 2 * base[other]})
    return found


def _base(size: Symbol) -> int:
    """Where to begin: a size that four times is not too large."""
    most = _SAMPLE if size.high is None else max(min(_SAMPLE, size.high // 4), 1)
    step = size.multiple or 1
    return max(-(-max(most, size.low) // step) * step, 1)


def _fitted(sizes: Sequence[Symbol], values: Sequence[int], of: Sequence[int]) -> Size:
    """A formula that is near to what there is at `_points`, of factors with two digits.

    Args:
        sizes: What the formula is in.
        values: What there is.
        of: What it is a part of: errors are shares of that, and so is what is noticed.
    """
    points = [tuple(point.values()) for point in _points(sizes)]
    wholes = np.maximum(of, 1)
    total: Size = 0
    for places, factor in _terms(points, values / wholes, wholes).items():
        sides = (_size(sizes[at]) for at in places)
        total = total + prod(sides, start=int(float(f"{factor:.1e}")))
    return total


def _terms(
    points: Sequence[tuple[int, ...]], shares: Array, wholes: Array
) -> dict[tuple[int, ...], float]:
    """Products of at most two sizes, by the places of these, with their factors.

    Memory comes in blocks that fit what they are used again for, so it grows in steps, and a curve
    through all values would say much of these: terms that are negative or hardly noticed go.
    """
    places = range(len(points[0]))
    terms = [at for count in range(3) for at in combinations_with_replacement(places, count)]
    while terms:
        products: Array = np.array(
            [[prod(point[i] for i in at) for at in terms] for point in points]
        )
        parts: Array = products / wholes[:, None]
        most: Array = parts.max(axis=0)  # equations whose columns are alike in size are solved well
        factors: Array = np.linalg.lstsq(parts / most, shares, rcond=None)[0] / most
        noticed: list[float] = (parts * factors).max(axis=0).tolist()
        if min(noticed) >= _NOTICED:
            return dict(zip(terms, factors.tolist(), strict=True))
        del terms[noticed.index(min(noticed))]
    return {}


def _size(of: Symbol) -> Size:
    return Dim((((of,), 1),))


def _bytes(types: Iterable[TensorType]) -> Size:
    total: Size = 0
    for of in types:
        count: Size = 4 if of.dtype == "bfloat16" else ITEMSIZE[of.dtype]
        for size in of.shape:
            count = count * size
        total = total + count
    return total


def _unfilled(of: Value) -> Array:
    """An array that nobody writes to or reads: it takes no memory."""
    return np.empty(concrete(of.type), stored(of.dtype))


def _undone(node: Node, operands: Sequence[Array], sizes: Mapping[str, int]) -> list[Array]:
    """What weights alone decide, not computed."""
    return [_unfilled(value) for value in node.results]
