"""Whole numbers at the ends of their dtypes, bits and indices: what is proved, what a run says."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.ir.ranges import Range, Ranges
from spec_compiler.ir.types import INTEGERS, limits
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes

WHOLE = sorted(INTEGERS)
PYTHON = {
    "bit_and": lambda x, y: x & y,
    "bit_or": lambda x, y: x | y,
    "bit_xor": lambda x, y: x ^ y,
    "fmod": lambda x, y: 0 if y == 0 else abs(x) % abs(y) * (-1 if x < 0 else 1),
}


def model(function, dtype="int32", of=("x", "y"), **values):
    inputs = {name: {"shape": [None], "dtype": dtype} for name in of}
    for name, interval in values.items():
        inputs[name]["values"] = dict(zip(("min", "max"), interval, strict=True))
    layer = {"type": "Lambda", "name": "f", "from": {n: n for n in of}, "function": function}
    document = {"specc": 1, "inputs": inputs, "layers": [layer]}
    return sc.compile_text(json.dumps(document), file="whole.json")


def edges(dtype):
    low, high = limits(dtype)
    return st.integers(low, high) | st.sampled_from([low, low + 1, 0, 1, high - 1, high])


@pytest.mark.parametrize("name", PYTHON)
@pytest.mark.parametrize("dtype", WHOLE)
@settings(settings.get_profile("repeated"))
@given(st.data())
def test_no_whole_numbers_fail(dtype, name, data):
    x, y = (data.draw(edges(dtype)) for _ in "xy")
    given_ = {"x": np.array([[x]], dtype), "y": np.array([[y]], dtype)}
    with np.errstate(all="raise"):  # which a run looks after itself
        found = model(f"{name}(x, y)", dtype)(given_)
    assert found.dtype == dtype
    assert found.item() == PYTHON[name](x, y)


@pytest.mark.parametrize("dtype", WHOLE)
@settings(settings.get_profile("repeated"))
@given(st.data())
def test_shifts_wrap_around(dtype, data):
    low, high = limits(dtype)
    bits = 8 * np.dtype(dtype).itemsize
    x, by = data.draw(edges(dtype)), data.draw(st.integers(0, bits - 1))
    given_ = {"x": np.array([[x]], dtype), "y": np.array([[by]], dtype)}
    left = model("shift_left(x, y)", dtype)(given_).item()
    assert left == ((x << by) - low) % (high - low + 1) + low
    assert model("shift_right(x, y)", dtype)(given_).item() == x >> by


@pytest.mark.parametrize(
    ("function", "data"),
    [
        ("shift_left(x, y)", 32),
        ("shift_right(x, y)", -1),
        ("take_along_axis(x, y, axis=1)", 3),
        ("take_along_axis(x, y, axis=1)", -4),
        ("scatter(y[0, :, None], x[0], [3])", 3),
        ("gather(x, y, axis=1)", 3),
    ],
)
def test_what_only_the_data_tells_is_said_by_the_run(function, data):
    with pytest.raises(sc.SpecError) as failed:
        model(function)({"x": [[1, 2, 3]], "y": [[0, data, 1]]})
    (error,) = failed.value.diagnostics.errors
    assert error.code == "SPC0502"
    assert f" {data} at position" in error.message


def test_a_stated_range_of_bits_is_proved_or_refused():
    assert model("shift_left(x, y)", y=(0, 31)).program is not None
    with pytest.raises(sc.SpecError) as refused:
        model("shift_left(x, y)", y=(0, 32))
    (error,) = refused.value.diagnostics.errors
    assert error.code == "SPC0128"
    assert error.message == "a shift is by 0 to 31 bits here, not by 32"


def ranges(function, **values):
    program = model(function, **values).program
    b = Ranges({program.inputs["x"].signal.value: Range(*values["x"])})
    return b.of(program.outputs["f"].signal.value, program.graph.nodes)[:2]


@pytest.mark.parametrize(
    ("function", "interval"),
    [
        ("bit_and(x, 7)", (0, 7)),
        ("bit_and(15, x)", (0, 15)),
        ("shift_right(x, 2)", (-25, 25)),
        ("bit_and(x, -1)", limits("int32")),
        ("bit_or(x, 1)", limits("int32")),
        ("take_along_axis(x, [[0]], axis=1)", (-100, 100)),
    ],
)
def test_the_ranges_of_bits_are_known(function, interval):
    assert ranges(function, of=("x",), x=(-100, 100)) == interval


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-(2**31), 2**31 - 1), st.integers(0, 31))
def test_the_ranges_hold_what_is_computed(low, high, by):
    low, high = sorted((low, high))
    for function, numbers in (
        (f"bit_and(x, {by})", lambda x: x & by),
        (f"shift_right(x, {by})", lambda x: x >> by),
    ):
        least, most = ranges(function, of=("x",), x=(low, high))
        assert all(least <= numbers(x) <= most for x in (low, high, (low + high) // 2))


@pytest.mark.parametrize(
    "function",
    [
        "shift_left(x, y)",
        "take_along_axis(x[:, :3], y, axis=1)",
        "gather(x[:, :2], y, axis=1)",
        "scatter(y[0, :, None], x[0], [2])",
        "gather(x, flip(cast(y, 'int64')), axis=1)",
    ],
)
def test_random_data_names_what_is_there(function):
    found = model(function)
    for seed in range(5):
        drawn = random_inputs(found.program, random_sizes(found.program, {}), seed)
        assert found(drawn).size
