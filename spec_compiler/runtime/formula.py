"""What a run would hold, as formulas in the sizes that have no number, before there is any weight.

Weights, inputs and outputs follow from their types. What lies between layers is what plans for some
sizes take: a polynomial goes through these, and where rows stay apart it is that of one slice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial
from itertools import combinations

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
from spec_compiler.plan.prepare import prepared
from spec_compiler.program import Program

_SAMPLE = 512
"""The size from which on plans are looked at: large enough for what is constant to be little."""
_FEW = 4
"""Rows that are not divided yet, mostly: beside one, they tell what each more of them takes."""
_NOTICED = 0.2
"""The share of a value from which on a power or product of sizes is no accident of some blocks."""
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
    engine = Planning(ready=partial(prepared, step=_undone))
    known = {name: size for name, size in sizes.items() if name in program.named_sizes}
    rest = {name: item for name, item in program.named_sizes.items() if name not in known}

    def between(more: Mapping[str, int]) -> int:
        return engine.held(graph, weights, {**known, **more}).parts[BETWEEN]

    told = _between(program, known, rest, between)
    made: dict[str, Size] = {"weights made ready": prepared(graph, weights, _undone).made}
    return made if told is None else {**made, BETWEEN: told}


def _between(
    program: Program,
    known: Mapping[str, int],
    rest: Mapping[str, Symbol],
    taken: Callable[[Mapping[str, int]], int],
) -> Size | None:
    """What lies between layers, from what it is for some sizes."""
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
            return _polynomial(others, [taken(point) for point in points])
        one, more = ([taken({**point, BATCH_NAME: n}) for point in points] for n in (1, _FEW))
        row = [(few - first) // (_FEW - 1) for first, few in zip(one, more, strict=True)]
        beside = [max(first - each, 0) for first, each in zip(one, row, strict=True)]
        each, rest_ = _polynomial(others, row), _polynomial(others, beside)
        most = _polynomial(others, [taken({**point, BATCH_NAME: _MANY}) for point in points])
        batch = known.get(BATCH_NAME) or _size(rest[BATCH_NAME])
        return minimum(each * batch + rest_, maximum(most, each + rest_))
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


def _polynomial(sizes: Sequence[Symbol], values: Sequence[int]) -> Size:
    """A polynomial of second degree through values at `_points`, or close to them.

    Memory comes in blocks that fit what they are used again for, so it grows in steps.
    """
    count = len(sizes)
    at = [_base(item) for item in sizes]
    first, twice, often = values[0], values[1 : count + 1], values[count + 1 : 2 * count + 1]
    total: Size = 0
    number = Fraction(first)
    linear: list[Fraction] = []
    for item, base, two, four in zip(sizes, at, twice, often, strict=True):
        square = Fraction((four - two) - 2 * (two - first), 6)
        if 16 * square < _NOTICED * four:
            square = Fraction(0)
        linear.append(Fraction(four - first, 3) - 5 * square)
        number -= square
        total = total + _size(item) * _size(item) * round(square / base**2)
    pairs = combinations(range(count), 2)
    for (i, j), both in zip(pairs, values[2 * count + 1 :], strict=True):
        product = both - twice[i] - twice[j] + first
        if 4 * product >= _NOTICED * both:
            linear[i] -= product
            linear[j] -= product
            number -= product
            factor = round(Fraction(product, at[i] * at[j]))
            total = total + _size(sizes[i]) * _size(sizes[j]) * factor
    for item, base, slope in zip(sizes, at, linear, strict=True):
        total = total + _size(item) * round(slope / base)
        number -= slope
    return total + round(number)


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
