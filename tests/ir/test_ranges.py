"""The range of each primitive's result is compared with all results that its operands allow."""

import numpy as np
import pytest

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.primitives.reduction import ALONG
from spec_compiler.ir.ranges import Range
from spec_compiler.ir.storage import round_bfloat16, stored
from spec_compiler.ir.types import Policy, TensorType

INTERVALS = [(-5, 4), (0, 3), (2, 6), (-6, -2), (3, 3), (0, 0), (-1, 1)]
EXACT = ("add", "subtract", "minimum", "maximum")
"""Those whose ends are known whatever the other operand is."""


def stated(low, high, count=1):
    """A builder, and a value whose numbers lie in an interval."""
    b = Builder(policy=Policy("float32", "float32"))
    x = b.value(TensorType("int32", (count,)))
    b.ranges.known[x] = Range(low, high, met=True)
    return b, x


def results(b, inputs, of, **data):
    arrays = {name: np.array(numbers, np.int32) for name, numbers in data.items()}
    return evaluate(b.graph(inputs, {"of": of}), arrays, {}, {})["of"]


@pytest.mark.parametrize("interval", INTERVALS, ids=str)
@pytest.mark.parametrize("number", [-3, -1, 1, 2, 3, 7, 64])
@pytest.mark.parametrize(
    "name",
    ["add", "subtract", "multiply", "floor_divide", "remainder", "bit_and", "shift_right",
     "minimum", "maximum"],
)  # fmt: skip
def test_with_a_number(name, number, interval):
    if name == "shift_right":
        number = abs(number) % 32
    numbers = list(range(interval[0], interval[1] + 1))
    b, x = stated(*interval, len(numbers))
    y = b.binary(name, x, number)
    known, found = b.range_of(y), results(b, {"x": x}, y, x=numbers)
    least, most = int(found.min()), int(found.max())
    assert known.low <= least
    assert most <= known.high
    assert not known.met or (known.low, known.high) == (least, most)
    if name in {*EXACT, "multiply", "shift_right"} or (name == "floor_divide" and number > 0):
        assert (known.low, known.high) == (least, most)
    if name == "remainder" and number > 0:
        assert (known.low, known.high) == (0, number - 1)
    if name == "bit_and" and number > 0:
        assert known.low == 0
        assert known.high <= number


@pytest.mark.parametrize("left", INTERVALS, ids=str)
@pytest.mark.parametrize("right", INTERVALS, ids=str)
@pytest.mark.parametrize("name", [*EXACT, "multiply", "remainder", "bit_and"])
def test_of_two_operands(name, left, right):
    pairs = [
        (i, j) for i in range(left[0], left[1] + 1) for j in range(right[0], right[1] + 1)
        if name != "remainder" or j
    ]  # fmt: skip
    b, x = stated(*left, len(pairs) or 1)
    y = b.value(x.type)
    b.ranges.known[y] = Range(*right, met=True)
    z = b.binary(name, x, y)
    known = b.range_of(z)
    if not pairs:
        return
    found = results(b, {"x": x, "y": y}, z, x=[i for i, _ in pairs], y=[j for _, j in pairs])
    assert known.low <= found.min()
    assert found.max() <= known.high
    if name in {*EXACT, "multiply"}:
        assert (known.low, known.high) == (found.min(), found.max())
    # of two tensors the ends may meet nowhere
    assert not known.met or left[0] == left[1] or right[0] == right[1]


def test_numbers_that_wrap_around_are_not_known():
    for name, number in [("add", 1), ("subtract", -1), ("multiply", 2)]:
        b, x = stated(0, 2**31 - 1)
        assert b.range_of(b.binary(name, x, number))[:2] == (-(2**31), 2**31 - 1)
        b, x = stated(0, 2**31 - 2)
        known = b.range_of(b.binary("add", x, 1))
        assert known == (1, 2**31 - 1, True)


def test_of_a_choice_and_a_join_both_operands_count():
    b, x = stated(-5, 4, 2)
    y = b.value(x.type)
    b.ranges.known[y] = Range(-2, 9, met=True)
    assert b.range_of(b.concatenate([x, y], 0)) == (-5, 9, True)
    chosen = b.range_of(b.select(b.binary("less", x, 0), x, y))
    assert chosen == (-5, 9, False)


def test_of_what_picks_entries_the_ends_are_not_met():
    b, x = stated(-5, 4, 3)
    for y in (b.slice(x, 0, 1, 3), b.reduce("max", x, 0), b.reduce("min", x, 0)):
        assert b.range_of(y) == (-5, 4, False)
    assert b.range_of(b.reverse(x, 0)) == (-5, 4, True)


def test_the_ends_may_be_named_sizes():
    n = symbol("n", 2)
    b, x = stated(-5, 4)
    y = b.value(x.type)
    b.ranges.known[y] = Range(n, n, met=True)
    assert b.range_of(b.binary("remainder", x, y)) == (0, n - 1, False)
    assert b.range_of(b.binary("add", x, y)) == (n - 5, n + 4, True)
    assert b.range_of(b.binary("subtract", y, x)) == (n - 4, n + 5, True)
    assert b.range_of(b.binary("multiply", x, y)) == (-5 * n, 4 * n, True)
    assert b.range_of(b.arange(n, "int32")) == (0, n - 1, True)
    b.ranges.known[y] = Range(symbol("k", 0), symbol("k", 0), met=True)
    assert b.range_of(b.binary("multiply", x, y))[:2] == (-5 * symbol("k", 0), 4 * symbol("k", 0))
    z = b.value(x.type)
    b.ranges.known[z] = Range(symbol("m", 0), 9)  # which may be 0: by what is not known then
    assert b.range_of(b.binary("remainder", x, z))[:2] == (-(2**31), 2**31 - 1)


@pytest.mark.parametrize("name", ["argmax", "argmin", "argsort"])
def test_a_place_lies_on_its_axis(name):
    b, _ = stated(0, 0)
    x = b.value(TensorType("float32", (2, 7, 3)))
    known = b.range_of(b.apply(ALONG[name](axis=1), x))
    assert known == (0, 6, False)


def test_what_is_counted_begins_with_0():
    b, _ = stated(0, 0)
    assert b.range_of(b.arange(5, "int32")) == (0, 4, True)


def test_how_many_entries_there_are_is_one_number():
    n = symbol("n")
    b, _ = stated(0, 0)
    x = b.value(TensorType("float32", (2, n, 3)))
    assert b.range_of(b.size(x, (1, 2))) == (3 * n, 3 * n, True)


def test_numbers_that_are_written_are_known():
    b, _ = stated(0, 0)
    assert b.range_of(b.full(7, "int32", (2,))) == (7, 7, True)


@pytest.mark.parametrize(
    ("dtype", "end", "rounded"),
    [("bfloat16", 259, 260), ("float16", 2051, 2052), ("float32", 2**24 + 3, 2**24 + 4)],
)
def test_an_end_that_a_dtype_rounds_is_no_end(dtype, end, rounded):
    """Data that holds the end holds another number once it has the dtype of the input."""
    b = Builder(policy=Policy("float32", "float32"))
    x = b.value(TensorType(dtype, (1,)))
    b.ranges.state(x, 0, end)
    y = b.cast(x, "int32")
    data = np.array([end], stored(dtype))
    data = round_bfloat16(data) if dtype == "bfloat16" else data
    (found,) = evaluate(b.graph({"x": x}, {"y": y}), {"x": data}, {}, {})["y"]
    assert found == rounded
    assert b.range_of(y).high >= rounded
    b.ranges.state(x, 0, 5)
    assert b.range_of(b.cast(x, "int32"))[:2] == (0, 5)
