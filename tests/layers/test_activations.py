"""Every activation computes its formula, whatever the numbers, and refuses what it cannot do."""

import math
import warnings

import numpy as np
import pytest

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dim_operations import floor_divide
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.layers.core.activation import Activation
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal, Refusals

_POSITIVE = [1e-3, 0.3, 0.5, 1, 1.5, 2, 3, 6, 7, 20, 50, 88, 1e4]
GRID = np.array([0, *_POSITIVE, *(-value for value in _POSITIVE)])


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def log1pexp(x):
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def exp(x):
    return math.exp(x) if x < 709 else math.inf


def elu(x, alpha=1.0):
    return x if x > 0 else alpha * (math.exp(x) - 1)


def relu_with_all(x, slope=0.1, largest=6, threshold=1):
    return min(x if x > threshold else slope * (x - threshold), largest)


def gelu_by_tanh(x):
    return 0.5 * x * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


FORMULAS = [
    ("linear", lambda x: x),
    ("relu", lambda x: max(x, 0)),
    ({"type": "relu", "threshold": 1.0}, lambda x: x if x > 1 else 0),
    ({"type": "relu", "max_value": 6, "threshold": 1, "negative_slope": 0.1}, relu_with_all),
    ("leaky_relu", lambda x: x if x > 0 else 0.2 * x),
    ({"type": "leaky_relu", "negative_slope": 0.3}, lambda x: x if x > 0 else 0.3 * x),
    ("relu6", lambda x: min(max(x, 0), 6)),
    ("celu", elu),
    (
        {"type": "celu", "alpha": 0.5},
        lambda x: max(0, x) + min(0, 0.5 * (exp(min(x, 700) / 0.5) - 1)),
    ),
    ("elu", elu),
    ({"type": "elu", "alpha": 0.3}, lambda x: elu(x, 0.3)),
    ("selu", lambda x: 1.0507009873554805 * elu(x, 1.6732632423543772)),
    ("softplus", log1pexp),
    ("softsign", lambda x: x / (1 + abs(x))),
    ("soft_shrink", lambda x: math.copysign(max(abs(x) - 0.5, 0), x)),
    ({"type": "soft_shrink", "threshold": 2}, lambda x: math.copysign(max(abs(x) - 2, 0), x)),
    ("hard_shrink", lambda x: x if abs(x) > 0.5 else 0),
    ("squareplus", lambda x: (x + math.sqrt(x * x + 4)) / 2),
    ({"type": "squareplus", "b": 0}, lambda x: max(x, 0)),
    ("sparse_plus", lambda x: 0 if x <= -1 else x if x >= 1 else (x + 1) ** 2 / 4),
    ("sparse_sigmoid", lambda x: min(max((x + 1) / 2, 0), 1)),
    ("silu", lambda x: x * sigmoid(x)),
    ("swish", lambda x: x * sigmoid(x)),
    ("gelu", lambda x: x * math.erfc(-x / math.sqrt(2)) / 2),
    ({"type": "gelu", "approximate": True}, gelu_by_tanh),
    ("sigmoid", sigmoid),
    ("log_sigmoid", lambda x: -log1pexp(-x)),
    ("hard_sigmoid", lambda x: min(max(x / 6 + 0.5, 0), 1)),
    ({"type": "hard_sigmoid", "slope": 0.2}, lambda x: min(max(x / 5 + 0.5, 0), 1)),
    ({"type": "hard_sigmoid", "offset": 0.25}, lambda x: min(max(x / 6 + 0.25, 0), 1)),
    ("hard_silu", lambda x: x * min(max(x / 6 + 0.5, 0), 1)),
    ("hard_swish", lambda x: x * min(max(x / 6 + 0.5, 0), 1)),
    ("tanh", math.tanh),
    ("tanh_shrink", lambda x: x - math.tanh(x)),
    ("hard_tanh", lambda x: min(max(x, -1), 1)),
    ("exponential", exp),
    ("mish", lambda x: x * math.tanh(log1pexp(x))),
    ({"type": "threshold", "threshold": 0.5, "default_value": -7}, lambda x: x if x > 0.5 else -7),
]
ALONG_AXIS = {"softmax", "log_softmax", "sparsemax", "glu"}


def layer(activation):
    return validated(Activation, {"activation": activation}, Scope(), "Activation")


def lowered(activation, of, mask=None, compute="float32"):
    b = Builder(layer="a", policy=Policy.named(compute))
    x = b.value(of)
    carried = None if mask is None else Mask(b.value(TensorType("bool", mask)), "input")
    return b, x, layer(activation).lower(b, Signal(x, carried))


def run(activation, array, dtype=None):
    """The layer's result for an array, computed in its dtype; any warning is an error."""
    dtype = dtype or array.dtype.name
    # the first axis is symbolic, as the batch is in a model
    of = TensorType(array.dtype.name, (BATCH, *array.shape[1:]))
    b, x, y = lowered(activation, of, compute=dtype)
    graph = b.graph({"x": x}, {"y": y.value})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = evaluate(graph, {"x": array}, {}, {"batch": len(array)})["y"]
    assert result.dtype.name == y.dtype
    return result


def test_every_activation_has_a_formula():
    named = {item["type"] if isinstance(item, dict) else item for item, _ in FORMULAS}
    missing = set(ACTIVATIONS.by_name) ^ (named | ALONG_AXIS)
    assert not missing, f"FORMULAS has the formula of each, this not: {missing}"


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
@pytest.mark.parametrize(
    ("activation", "formula"), FORMULAS, ids=[str(name) for name, _ in FORMULAS]
)
def test_formula(activation, formula, dtype, tolerance):
    x = GRID.astype(dtype)
    expected = np.array([formula(float(value)) for value in x])
    if dtype == "float32":
        expected = np.where(expected > 3.4028235e38, np.inf, expected)
    np.testing.assert_allclose(run(activation, x), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("activation", "formula"), FORMULAS, ids=[str(name) for name, _ in FORMULAS]
)
def test_half_precision_stays_near_the_formula(activation, formula):
    x = np.array([-1e4, -60, -3, -1, 0, 0.5, 1, 3, 11, 60, 1e4], np.float16)
    expected = np.array([formula(float(value)) for value in x])
    expected = np.where(expected > 65504, np.inf, expected)
    np.testing.assert_allclose(run(activation, x), expected, rtol=0.01, atol=0.01)


@pytest.mark.parametrize("activation", ["sigmoid", "softplus", "exponential"])
def test_small_results_keep_their_relative_precision(activation):
    x = np.array([-80.0, -40.0, -20.0])
    np.testing.assert_allclose(run(activation, x), np.exp(x), rtol=1e-8)


def test_a_result_that_is_not_a_number_stays_visible():
    x = np.array([np.nan, 1.0], np.float32)
    for name in ("relu", "sigmoid", "softplus", "silu", "tanh", "elu", "exponential"):
        assert list(np.isnan(run(name, x))) == [True, False], name


def along(function, x, axis):
    return np.apply_along_axis(function, axis, x)


def softmax_of(row):
    powers = [math.exp(value - max(row)) for value in row]
    return np.array(powers) / sum(powers)


def sparsemax_of(row):
    """The projection on the simplex by bisection of its threshold."""
    low, high = max(row) - 1, max(row)
    for _ in range(200):
        middle = (low + high) / 2
        total = sum(max(value - middle, 0) for value in row)
        low, high = (middle, high) if total > 1 else (low, middle)
    return np.array([max(value - high, 0) for value in row])


ROWS = np.array(
    [[0, 0, 0, 0], [1e4, -1e4, 0, 1], [88, 87.5, 87, -88], [0.3, 0.2, 0.1, 0.9], [1, 1, 0.5, 0.5]]
)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-12), ("float32", 1e-6)])
@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize(
    ("name", "formula"), [("softmax", softmax_of), ("sparsemax", sparsemax_of)]
)
def test_shares_along_an_axis(name, formula, axis, dtype, tolerance):
    x = ROWS.astype(dtype)
    result = run({"type": name, "axis": axis}, x)
    expected = along(formula, x.astype(np.float64), axis)
    np.testing.assert_allclose(result, expected, atol=tolerance)
    np.testing.assert_allclose(result.sum(axis), 1, atol=tolerance * 4)


def test_log_softmax_is_exact_where_softmax_is_0():
    result = run("log_softmax", ROWS)
    shifted = ROWS - ROWS.max(1, keepdims=True)
    totals = np.array([[math.log(sum(map(math.exp, row)))] for row in shifted])
    np.testing.assert_allclose(result, shifted - totals, rtol=1e-12)


def test_softmax_of_a_vector():
    found = run({"type": "softmax", "axis": 0}, ROWS[3])
    np.testing.assert_allclose(found, softmax_of(ROWS[3]), rtol=1e-12)


def test_rows_of_a_batch_do_not_mix_by_default():
    with pytest.raises(Refusal, match="would work along the batch"):
        run("softmax", ROWS[3])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_glu_gates_the_first_half_with_the_second(axis):
    x = np.random.default_rng(0).normal(size=(6, 4, 2))
    first, second = np.split(x, 2, axis)
    expected = first / (1 + np.exp(-second))
    np.testing.assert_allclose(run({"type": "glu", "axis": axis}, x), expected, rtol=1e-12)


def test_glu_halves_an_unknown_axis_and_checks_it_with_the_data():
    steps = symbol("seq")
    b, _, y = lowered({"type": "glu", "axis": 1}, TensorType("float32", (2, steps, 3)))
    assert y.shape == (2, floor_divide(steps, 2), 3)
    (check,) = b.checks
    assert check.holds({"seq": 4})
    assert not check.holds({"seq": 5})
    b, _, y = lowered({"type": "glu", "axis": 1}, TensorType("float32", (2, steps * 6, 3)))
    assert y.shape == (2, steps * 3, 3)
    assert b.checks == ()


@pytest.mark.parametrize(
    ("activation", "shape", "code"),
    [
        ({"type": "softmax", "axis": 2}, (2, 3), "SPC0310"),
        ({"type": "log_softmax", "axis": -3}, (2, 3), "SPC0310"),
        ({"type": "sparsemax", "axis": 1}, (2,), "SPC0310"),
        ({"type": "glu", "axis": 5}, (2, 3), "SPC0310"),
        ("glu", (2, 3), "SPC0311"),
        ("softmax", (2, 0), "SPC0314"),
    ],
)
def test_an_axis_that_does_not_fit_is_refused(activation, shape, code):
    with pytest.raises(Refusal) as caught:
        lowered(activation, TensorType("float32", shape))
    assert caught.value.code == code
    assert caught.value.argument[0] == "activation"


@pytest.mark.parametrize(
    ("activation", "code", "at"),
    [
        ("Relu", "SPC0106", ("activation",)),
        ("rellu", "SPC0106", ("activation",)),
        (7, "SPC0104", ("activation",)),
        ("threshold", "SPC0102", ("activation",)),
        ({"type": "relu", "max_valu": 3}, "SPC0103", ("activation", "max_valu")),
        ({"type": "celu", "alpha": 0}, "SPC0104", ("activation", "alpha")),
        ({"type": "squareplus", "b": -1}, "SPC0104", ("activation", "b")),
        ({"type": "softmax", "axis": 1.5}, "SPC0104", ("activation", "axis")),
        ({"type": "gelu", "approximate": "yes"}, "SPC0104", ("activation", "approximate")),
        ({"type": "relu", "threshold": float("inf")}, "SPC0104", ("activation", "threshold")),
    ],
)
def test_a_mistake_is_refused_at_its_place(activation, code, at):
    with pytest.raises(Refusals) as caught:
        layer(activation)
    assert {(item.code, item.argument) for item in caught.value.parts} == {(code, at)}


def test_a_missing_activation_is_refused_and_null_is_linear():
    with pytest.raises(Refusals) as caught:
        validated(Activation, {}, Scope(), "Activation")
    assert [item.code for item in caught.value.parts] == ["SPC0102"]
    assert layer(None).activation == ACTIVATIONS.by_name["linear"]()


@pytest.mark.parametrize(
    ("activation", "given", "result"),
    [
        ("linear", "int64", "int64"),
        ("relu", "int8", "int8"),
        ("relu6", "uint8", "uint8"),
        ({"type": "relu", "max_value": 3}, "int8", "int8"),
        ({"type": "relu", "max_value": 300}, "int8", "float32"),
        ({"type": "relu", "negative_slope": 0.5}, "int8", "float32"),
        ("tanh", "int32", "float32"),
        ("linear", "float64", "float32"),
    ],
)
def test_whole_numbers_stay_whole_where_the_results_are(activation, given, result):
    x = np.arange(8).astype(given)
    assert run(activation, x, "float32").dtype == result


def test_bfloat16_overflows_to_infinity_without_a_warning():
    of = TensorType("bfloat16", (3,))
    b, x, y = lowered("exponential", of, compute="bfloat16")
    graph = b.graph({"x": x}, {"y": y.value})
    result = evaluate(graph, {"x": np.array([-1e4, 88, 89], np.float32)}, {}, {})["y"]
    assert result[0] == 0
    assert np.isfinite(result[1])
    assert result[2] == np.inf


@pytest.mark.parametrize(
    ("activation", "kept"),
    [
        ("relu", True),
        ({"type": "softmax", "axis": 1}, True),
        ("glu", True),
        ({"type": "glu", "axis": 1}, False),
        ({"type": "glu", "axis": -2}, False),
    ],
)
def test_a_mask_passes_unless_its_axis_is_halved(activation, kept):
    _, _, y = lowered(activation, TensorType("float32", (2, 6, 4)), mask=(2, 6))
    assert (y.mask is not None) is kept


def test_arguments_are_printed_as_they_may_be_written():
    for written in ("relu", {"type": "glu", "axis": 1}):
        assert layer(written).arguments() == {"activation": written}
