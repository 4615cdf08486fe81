"""A finite number is never infinite by its dtype alone; what would be is refused when compiling."""

import json
import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.ir.storage import as_stored
from spec_compiler.ir.types import FLOATS, GREATEST, overflows

EDGES = {
    "float16": (65519.99, 65520),
    "bfloat16": (3.396177e38, 3.39617753e38),
    "float32": (3.40282356e38, 3.40282357e38),
    "float64": (1.7976931348623157e308, 2**1024 - 2**970),
}
"""A number that each dtype rounds to its greatest one, and one that it makes infinite."""


@pytest.mark.parametrize("dtype", sorted(FLOATS))
def test_where_numbers_become_infinite(dtype):
    held, lost = EDGES[dtype]
    assert not overflows(held, dtype)
    assert not overflows(-held, dtype)
    assert overflows(lost, dtype)
    assert overflows(-lost, dtype)
    for meant in (math.inf, -math.inf, math.nan):
        assert not overflows(meant, dtype)


@pytest.mark.parametrize("dtype", sorted(FLOATS))
def test_messages_say_the_greatest_number_rounded_down(dtype):
    greatest = 255 * 2**120 if dtype == "bfloat16" else int(np.finfo(dtype).max)
    said = int(Decimal(GREATEST[dtype]))
    assert 100 * said <= 100 * greatest < 101 * said
    assert len(GREATEST[dtype]) <= 8


@given(st.sampled_from(sorted(FLOATS)), st.floats(allow_nan=False, allow_infinity=False))
@example("bfloat16", float(2**128 - 2**119 - 2**103))
@example("bfloat16", math.nextafter(2**128 - 2**119 - 2**103, 0))
@example("float32", float(2**128 - 2**103))
@example("float32", math.nextafter(2**128 - 2**103, 0))
@example("float16", math.nextafter(65520, 0))
def test_it_is_what_numpy_makes_of_them(dtype, number):
    with np.errstate(over="ignore"):
        held = as_stored(np.array([number]), dtype)
    assert overflows(number, dtype) == bool(np.isinf(held).any())


MODEL = """\
specc: 1
dtype: {dtype}
inputs: {{x: {{shape: [2]}}, c: {{tensor: {constant}}}}}
layers:
  - {{type: Add, from: [x, c]}}
  - {{{layer}}}
"""


def findings(dtype, layer="type: Identity", constant="[1.0, 2.0]"):
    """What is said of a model, and the texts that it blames."""
    text = MODEL.format(dtype=dtype, layer=layer, constant=constant)
    found = sc.validate(text)
    lines = text.splitlines()
    spans = [item.span for item in found]
    blamed = [lines[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans]
    return [(item.code, text) for item, text in zip(found, blamed, strict=True)]


@pytest.mark.parametrize(
    ("dtype", "layer", "blamed"),
    [
        ("float16", 'type: Lambda, function: "x * 70000.0"', "x * 70000.0"),
        ("float16", 'type: Lambda, function: "x * k", arguments: {k: 70000}', "x * k"),
        ("float32", 'type: Lambda, function: "[1.0, 1e39] + x"', "[1.0, 1e39] + x"),
        ("bfloat16", 'type: Lambda, function: "x + full([2], -1e39)"', "full([2], -1e39)"),
        ("mixed_float16", 'type: Lambda, function: "x + 70000"', "x + 70000"),
        ("float16", "type: Masking, mask_value: 70000", "70000"),
        ("float16", "type: Masking, mask_value: [0, 70000]", "[0, 70000]"),
        (
            "float16",
            "type: Activation, activation: {type: leaky_relu, negative_slope: 70000}",
            "70000",
        ),
        (
            "float32",
            "type: Dense, units: 2, kernel_constraint: {type: max_norm, max_value: 1e39}",
            "1e39",
        ),
        (
            "float32",
            "type: Dense, units: 2, kernel_initializer: {type: constant, value: 1.0e+39}",
            "1.0e+39",
        ),
        (
            "mixed_float16",
            "type: Dense, units: 2, bias_initializer: {type: constant, value: -70000}",
            "-70000",
        ),
        (
            "float32",
            "type: Dense, units: 2, bias_initializer: {type: random_normal, mean: 1.0e+39}",
            "1.0e+39",
        ),
        (
            "float16",
            "type: Dense, units: 2, bias_initializer: {type: random_normal, stddev: 1e4}",
            "random_normal",
        ),
        ("float16", "type: Dense, units: 2, activation: {type: elu, alpha: 1e5}", "1e5"),
    ],
)
def test_a_number_of_a_layer_is_refused_at_its_place(dtype, layer, blamed):
    if "Masking" in layer:
        layer += ", mask: drop"
    assert findings(dtype, layer) == [("SPC0504", blamed)]
    assert findings("float64", layer) == []


def test_a_number_is_refused_where_an_expression_narrows_it():
    layer = "type: Lambda, function: \"cast(70000, 'float16') + x\""
    assert findings("float64", layer) == [("SPC0504", "cast(70000, 'float16')")]
    assert findings("float64", layer.replace("70000", "65519")) == []


def test_a_constant_is_refused_where_a_layer_narrows_it():
    text = MODEL.format(dtype="float16", layer="type: Identity", constant="[70000]")
    for dtype in ("float64", "int32"):
        (found,) = sc.validate(text.replace("[70000]", f"[70000], dtype: {dtype}"))
        assert (found.code, found.span.line) == ("SPC0504", 5)


def test_weights_that_stand_in_the_spec_are_looked_at_too():
    text = """\
specc: 1
inputs: {x: {shape: [2], dtype: int32}}
layers: [{type: Embedding, input_dim: 2, output_dim: 1, weights: [[1], [1.0e+39]]}]
"""
    (found,) = sc.validate(text)
    assert (found.code, found.span.column) == ("SPC0504", 66)
    assert sc.validate(text.replace("1.0e+39", "1.0e+38")) == []


def test_the_forget_gate_does_not_hide_the_other_biases():
    text = """\
specc: 1
inputs: {x: {shape: [2, 3]}}
layers: [{type: LSTM, units: 2, bias_initializer: {type: constant, value: 1.0e+39}}]
"""
    assert [item.code for item in sc.validate(text)] == ["SPC0504"]
    assert sc.validate(text.replace("1.0e+39", "1.0e+38")) == []


@pytest.mark.parametrize("number", ["70000", "-7.0e+4"])
def test_a_constant_may_hold_infinity_that_is_written(number):
    assert findings("float16", constant=f"[0.5, {number}]") == [("SPC0504", f"[0.5, {number}]")]
    assert findings("float16", constant="[.inf, -.inf]") == []
    assert findings("float32", constant=f"[0.5, {number}]") == []


def test_a_constant_in_a_file_is_looked_at_too(tmp_path):
    np.save(tmp_path / "c.npy", np.array([1e39, 0.0]))
    text = MODEL.format(dtype="float32", layer="type: Identity", constant="{file: c.npy}")
    (found,) = sc.validate(text, file=str(tmp_path / "model.yaml"))
    assert found.code == "SPC0504"
    np.save(tmp_path / "c.npy", np.array([np.inf, 0.0]))
    assert sc.validate(text, file=str(tmp_path / "model.yaml")) == []


NUMBERS = st.floats(-1e308, 1e308).map(float) | st.sampled_from([0.0, 7e3, 7e4, 4e37, 3.5e38])
SIZES = NUMBERS.map(abs)
SETTINGS = {
    "constant": {"value": NUMBERS},
    "identity": {"gain": NUMBERS},
    "orthogonal": {"gain": NUMBERS},
    "random_normal": {"mean": NUMBERS, "stddev": SIZES},
    "truncated_normal": {"mean": NUMBERS, "stddev": SIZES},
    "random_uniform": {"minval": NUMBERS.map(lambda x: -abs(x)), "maxval": SIZES},
    "variance_scaling": {
        "scale": SIZES.filter(bool),
        "mode": st.sampled_from(["fan_in", "fan_out", "fan_avg"]),
        "distribution": st.sampled_from(["truncated_normal", "untruncated_normal", "uniform"]),
    },
}


@given(st.sampled_from(sorted(SETTINGS)), st.sampled_from(sorted(FLOATS)), st.data())
def test_initial_weights_are_finite_or_refused(name, dtype, data):
    settings = {key: data.draw(values) for key, values in SETTINGS[name].items()}
    layer = {"type": "Dense", "units": 8, "kernel_initializer": {"type": name, **settings}}
    document = {"specc": 1, "dtype": dtype, "inputs": {"x": {"shape": [8]}}, "layers": [layer]}
    text = json.dumps(document)
    said = [item.code for item in sc.validate(text, file="spec.json")]
    assert said in ([], ["SPC0504"])
    small = all(abs(value) < 1e3 for value in settings.values() if isinstance(value, float))
    assert not (small and said)
    if not said:
        weights = sc.compile_text(text, file="spec.json").weights
        assert all(np.isfinite(array).all() for array in weights.values())
