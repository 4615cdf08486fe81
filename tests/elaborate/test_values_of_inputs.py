"""`values` of inputs: what they prove, and what data is held to."""

import re

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.diagnostics import Severity
from spec_compiler.expression.compiled import compile_expression
from spec_compiler.expression.functions import FUNCTIONS
from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.storage import round_bfloat16, stored
from spec_compiler.ir.types import Policy, TensorType, as_held
from spec_compiler.runtime.random_inputs import random_inputs

SPEC = """\
specc: 1
params: {{k: 3, top: 2.5}}
dims: {{n: {{max: 9}}, free: {{min: 0}}}}
inputs:
  table: {{shape: [n, 2]}}
  x: {{shape: [null], {x}}}
layers:
  - {{type: Lambda, name: i, from: x, function: "cast(x, 'int32')"}}
  - {{type: Embedding, name: e, input_dim: 3, output_dim: 2}}
  - {{type: Lambda, name: y, from: {{t: table, i: i}}, function: "gather(t[0], i, axis=0)"}}
outputs: [e, y]
"""


def found(x):
    problems = sc.validate(SPEC.format(x=x))
    return [(item.code, item.message) for item in problems if item.severity is Severity.ERROR]


@pytest.mark.parametrize(
    ("x", "code", "message"),
    [
        ("values: {min: 0, max: 3}", "SPC0501", "the input may hold 3, and `e` has rows 0 to 2"),
        (
            "values: {max: 3}, dtype: uint8",
            "SPC0501",
            "the input may hold 3, and `e` has rows 0 to 2",
        ),
        (
            "values: {max: -n}, dtype: uint8",
            "SPC0107",
            "`values` are at most -n, and `uint8` holds 0 to 255",
        ),
        (
            "values: {min: 300 * n}, dtype: uint8",
            "SPC0107",
            "`values` are at least 300*n, and `uint8` holds 0 to 255",
        ),
        (
            "values: {min: 20 * n}, dtype: int8",
            "SPC0107",
            "`values` are at least 20*n, and `int8` holds -128 to 127",
        ),
        ("values: {min: -1, max: 2}", "SPC0501", "the input may hold -1, and `e` has rows 0 to 2"),
        (
            "values: {min: 2, max: top - 1}",
            "SPC0107",
            "`max` is below `min`: no value lies in 2.0 to 1.5",
        ),
        (
            "values: {min: 0, max: n - 1}",
            "SPC0104",
            "`max` must be a number, and `n - 1` is known only from the data",
        ),
        (
            "values: {min: 0, max: free - 1}, dtype: int32",
            "SPC0107",
            "`max` may be below `min`: no value lies in 0 to free - 1 then",
        ),
        (
            "values: {min: 0, max: 1}, dtype: bool",
            "SPC0107",
            "`values` bounds numbers, and the input is `bool`",
        ),
        ("values: {min: 0, max: 1.5}, dtype: int32", "SPC0104", "`max` must be a whole number"),
        ("values: {}", "SPC0102", "`values` needs `min`, `max` or both"),
        (
            "values: {min: 70000}, dtype: float16",
            "SPC0107",
            "`values` are at least 70000.0, and `float16` holds -6.55e+04 to 6.55e+04",
        ),
        (
            "values: {max: 300}, dtype: uint8",
            "SPC0107",
            "`values` are at most 300, and `uint8` holds 0 to 255",
        ),
        ("values: {min: 0, max: .inf}", "SPC0104", "`max` must be a finite number, not inf"),
    ],
)
def test_an_interval_that_does_not_fit_is_refused(x, code, message):
    (problem,) = found(x)
    assert problem[0] == code
    assert message in problem[1], problem


@pytest.mark.parametrize(
    "x",
    [
        "values: {min: 0, max: 2}",
        "values: {min: 0, max: 2.9}",
        "values: {min: -0.5, max: top}",
        "values: {min: 0, max: 5 / 2}, dtype: float16",
        "values: {min: 0, max: n - 1}, dtype: int32",
        "values: {min: 0, max: k - 1}, dtype: uint8",
        "values: {min: 0}",
    ],
)
def test_an_interval_that_fits_is_accepted(x):
    assert found(x) == []


def test_indices_below_a_named_dim_are_proved_and_data_is_held_to_it():
    model = sc.compile_text(
        "specc: 1\ndims: {n: {}}\n"
        "inputs: {t: {shape: [n]}, i: {shape: [], dtype: int32, values: {min: 0, max: n - 1}}}\n"
        "layers: [{type: Lambda, name: y, from: {t: t, i: i}, "
        "function: 'gather(t, i, axis=1)[:, 0]'}]\n"
    )
    assert model.program.graph.checks == ()
    table = np.array([[5.0, 6, 7]], np.float32)
    np.testing.assert_array_equal(model({"t": table, "i": np.array([2])}), [7])
    with pytest.raises(sc.SpecError, match=r"holds 3 at .*; `i` takes 0 to 2"):
        model({"t": table, "i": np.array([3])})


def test_a_dim_that_only_values_name_is_asked_for():
    text = (
        "specc: 1\ndims: {n: {}}\n"
        "inputs: {i: {shape: [], dtype: int32, values: {min: 0, max: n - 1}}}\n"
        "layers: [{type: Identity, name: y}]\n"
    )
    model = sc.compile_text(text)
    with pytest.raises(sc.SpecError, match="no data fixes the size `n`"):
        model(np.array([0]))
    np.testing.assert_array_equal(model(np.array([4]), dims={"n": 5}), [4])


HELD = "specc: 1\ninputs: {x: {shape: [], dtype: %s, values: {min: -1, max: 0.1}}}\n" + (
    "layers: [{type: Identity, name: y}]\n"
)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_floats_are_held_to_their_interval_whose_ends_are_rounded_as_they_are(dtype):
    model = sc.compile_text(HELD % dtype)
    assert model(np.array([-1, 0.1])).shape == (2,)
    for number in (0.2, -1.1, np.nan, np.inf):
        with pytest.raises(sc.SpecError) as error:
            model(np.array([0, number]))
        assert [item.code for item in error.value.diagnostics] == ["SPC0520"]


ONE_END = {
    ("float16", "min: 0.5"): (0.5, 65504.0, [0.5, 65504], [0, np.inf]),
    ("bfloat16", "max: 2"): (-(2.0**128 - 2.0**120), 2, [-1e30, 2], [3, -np.inf]),
    ("float32", "min: 0"): (0, 2.0**128 - 2.0**104, [0, 3e38], [-1, np.inf]),
    ("float64", "max: -1"): (-np.finfo("float64").max, -1, [-1e300], [0, -np.inf]),
    ("int8", "min: 1"): (1, 127, [1, 127], [0]),
    ("int64", "max: -1"): (-(2**63), -1, [-(2**63), -1], [0]),
    ("uint8", "max: 3"): (0, 3, [0, 3], [4]),
}


@pytest.mark.parametrize(("of", "held"), ONE_END.items(), ids=str)
def test_an_end_that_is_not_said_is_that_of_the_dtype(of, held):
    dtype, end = of
    low, high, inside, outside = held
    model = sc.compile_text(HELD.replace("min: -1, max: 0.1", end) % dtype)
    assert model(np.array(inside)).shape == (len(inside),)
    for number in outside:
        with pytest.raises(sc.SpecError) as error:
            model(np.array([number]))
        (item,) = error.value.diagnostics
        assert item.code == "SPC0520"
        assert re.search(rf"`x` takes at (least|most) {re.escape(end.split()[-1])}", item.message)
    drawn = random_inputs(model.program, {"batch": 100})["x"]
    assert (drawn >= low).all()
    assert (drawn <= high).all()
    assert len(np.unique(drawn)) > 3


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
@given(st.floats(-6e4, 6e4))
def test_ends_are_rounded_as_arrays_are(dtype, number):
    array = np.array(number, stored(dtype))
    expected = round_bfloat16(array) if dtype == "bfloat16" else array
    assert as_held(number, dtype) == float(expected)


def test_a_float_that_is_rounded_to_the_end_of_a_table_is_beyond_it():
    text = (
        "specc: 1\ninputs: {x: {shape: [4], dtype: DTYPE, values: {min: 0, max: 99.99999999}}}\n"
        "layers:\n  - {type: Lambda, name: i, function: \"cast(x, 'int32')\"}\n"
        "  - {type: Lambda, name: y, from: i, function: 'gather(ones([100]), i, axis=0)'}\n"
    )
    (found,) = sc.validate(text.replace("DTYPE", "float32"))
    assert found.message == "index 100 is outside axis 0 of size 100"


def test_an_end_that_is_not_said_is_beyond_a_table():
    (found,) = sc.validate(
        "specc: 1\ninputs: {i: {shape: [9], dtype: int32, values: {min: 0}}}\n"
        "layers: [{type: Embedding, name: e, input_dim: 5, output_dim: 2}]\n"
    )
    message = "the input may hold 2147483647, and `e` has rows 0 to 4"
    assert (found.code, found.message) == ("SPC0501", message)
    assert found.help.endswith("or a smaller `max` in the input's `values`")


@pytest.mark.parametrize(
    ("dtype", "values", "low", "high"),
    [
        ("uint64", "min: 9223372036854775800", 9223372036854775800, 2**64 - 1),
        ("float64", "min: -1.7e308, max: 1.7e308", -1.7e308, 1.7e308),
        ("uint8", "min: n, max: n + 5", 8, 13),
        ("int8", "max: -1", -128, -1),
    ],
)
def test_random_data_of_any_interval_is_drawn(dtype, values, low, high):
    text = "specc: 1\ndims: {n: {}}\ninputs: {x: {shape: [n], dtype: %s, values: {%s}}}\n"
    model = sc.compile_text(text % (dtype, values) + "layers: [{type: Identity, name: y}]\n")
    drawn = random_inputs(model.program, {"batch": 50, "n": 8})["x"]
    assert drawn.dtype == dtype
    assert drawn.min() >= low
    assert drawn.max() <= high
    assert len(np.unique(drawn)) > 3


def test_an_interval_that_is_empty_for_the_sizes_is_said():
    text = (
        "specc: 1\ndims: {n: {}}\n"
        "inputs: {x: {shape: [n], dtype: uint8, values: {min: n, max: n + 5}}}\n"
        "layers: [{type: Identity, name: y}]\n"
    )
    model = sc.compile_text(text)
    with pytest.raises(sc.SpecError, match="no `uint8` lies in 300 to 305, the `values` for"):
        random_inputs(model.program, {"batch": 1, "n": 300})


FLOATING = st.recursive(
    st.sampled_from(["f", "f[:1]", "1.5", "cast(arange(4), 'float32')", "cast(i, 'float32')"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner, inner).map(
            lambda of: f"({of[1]} {of[0]} {of[2]})"
        ),
        st.tuples(st.sampled_from(["minimum", "maximum"]), inner, inner).map(
            lambda of: f"{of[0]}({of[1]}, {of[2]})"
        ),
        inner.map("flip({})".format),
        inner.map("sqrt({})".format),
    ),
    max_leaves=5,
)


@given(
    FLOATING,
    st.sampled_from(["float16", "bfloat16", "float32", "float64"]),
    st.lists(st.floats(-1.5, 2.75, width=16), min_size=4, max_size=4),
)
def test_every_float_lies_in_the_range_that_is_known_and_so_does_its_cast(text, dtype, numbers):
    note(text)
    b = Builder(policy=Policy(dtype, dtype))
    inputs = {"f": b.value(TensorType(dtype, (4,))), "i": b.value(TensorType("int32", (4,)))}
    b.ranges.state(inputs["f"], -1.5, 2.75)
    b.ranges.state(inputs["i"], 0, 3)
    y = compile_expression(f"cast({text}, 'int32')", b, inputs, FUNCTIONS)
    known = b.range_of(y)
    data = np.array(numbers, stored(dtype))
    data = round_bfloat16(data) if dtype == "bfloat16" else data
    graph = b.graph(inputs, {"y": y})
    with np.errstate(all="ignore"):
        whole = evaluate(graph, {"f": data, "i": np.arange(4, dtype=np.int32)}, {}, {})["y"]
    assert known.low <= whole.min(), (known, whole)
    assert whole.max() <= known.high, (known, whole)
