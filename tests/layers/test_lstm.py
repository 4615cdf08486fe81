"""LSTM against a step-by-step reference in plain NumPy that shares nothing with the compiler."""

from __future__ import annotations

import numpy as np
import pytest

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.ir.dims import symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.base.calling import lower_with
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.recurrent.lstm import LSTM
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal, Refusals

BATCH, STEPS, FEATURES, UNITS = 6, 5, 3, 4
MASKS = np.array(
    [
        [1, 1, 1, 1, 1],
        [0, 0, 1, 1, 1],
        [1, 0, 1, 0, 1],
        [1, 1, 1, 0, 0],
        [0, 1, 0, 1, 0],
        [0, 0, 0, 0, 0],
    ],
    bool,
)
RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(BATCH, STEPS, FEATURES))
STATES = RANDOM.normal(size=(2, BATCH, UNITS))
WEIGHTS = {
    "l.kernel": RANDOM.normal(size=(FEATURES, 4 * UNITS)),
    "l.recurrent_kernel": RANDOM.normal(size=(UNITS, 4 * UNITS)),
    "l.bias": RANDOM.normal(size=4 * UNITS),
}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def reference(x, mask, states, weights=WEIGHTS, *, backwards=False, zero=False):
    """One sample and one step at a time: all outputs in the order read, and the last h and c."""
    outputs = np.zeros((len(x), x.shape[1], UNITS))
    ends = states.copy()
    for sample in range(len(x)):
        h, c = states[:, sample]
        shown = np.zeros(UNITS)
        steps = range(x.shape[1])
        for position, time in enumerate(reversed(steps) if backwards else steps):
            kept = mask is None or mask[sample, time]
            if kept:
                z = x[sample, time] @ weights["l.kernel"] + h @ weights["l.recurrent_kernel"]
                i, f, g, o = np.split(z + weights.get("l.bias", 0), 4)
                c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
                h = shown = sigmoid(o) * np.tanh(c)
            outputs[sample, position] = 0 if zero and not kept else shown
        ends[:, sample] = h, c
    return outputs, *ends


def run(settings, x=X, mask=None, states=None, dtype="float64", weights=WEIGHTS, policy=None):
    """The results by name, and the mask of the first, with every size symbolic but the last."""
    b = LayerBuilder(policy=policy or Policy(dtype, dtype), layer="l")
    shape = (symbol("batch"), symbol("steps"))
    inputs = {"x": b.value(TensorType(dtype, (*shape, FEATURES)))}
    data = {"x": x.astype(dtype)}
    if mask is not None:
        inputs["mask"] = b.value(TensorType("bool", shape))
        data["mask"] = mask
    for name, state in zip("hc", () if states is None else states, strict=False):
        inputs[name] = b.value(TensorType(dtype, (shape[0], UNITS)))
        data[name] = state.astype(dtype)
    signals = [Signal(inputs[name]) for name in ("x", "h", "c") if name in inputs]
    if mask is not None:
        signals[0] = signals[0].masked(Mask(inputs["mask"], "origin"))
    layer = validated(LSTM, {"units": UNITS, **settings}, Scope(), "LSTM")
    made = lower_with(layer, b, signals, None)
    results = made if isinstance(made, dict) else {"output": made}
    outputs = {name: signal.value for name, signal in results.items()}
    first = results["output"].mask
    if first is not None:
        outputs["mask"] = first.value
    assert all(signal.mask is None for name, signal in results.items() if name != "output")
    stored = {name: weights[name].astype(b.policy.variable) for name in b.weights}
    sizes = {"batch": len(x), "steps": x.shape[1]}
    return evaluate(b.graph(inputs, outputs), data, stored, sizes)


def close(found, wanted):
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_every_step_and_the_last_states_are_those_of_the_equations(masked, given, backwards, zero):
    mask, states = MASKS if masked else None, STATES if given else None
    settings = {"return_state": True, "go_backwards": backwards, "zero_output_for_mask": zero}
    found = run({**settings, "return_sequences": True}, mask=mask, states=states)
    start = STATES if given else np.zeros_like(STATES)
    outputs, h, c = reference(X, mask, start, backwards=backwards, zero=zero)
    close(found["output"], outputs)
    close(found["state_h"], h)
    close(found["state_c"], c)
    last = run(settings, mask=mask, states=states)
    close(last["output"], outputs[:, -1])
    assert "mask" not in last


@pytest.mark.parametrize("backwards", [False, True])
def test_the_mask_stays_beside_the_outputs_that_it_belongs_to(backwards):
    settings = {"return_sequences": True, "go_backwards": backwards, "zero_output_for_mask": True}
    found = run(settings, mask=MASKS)
    np.testing.assert_array_equal(found["output"].any(-1), found["mask"])
    np.testing.assert_array_equal(found["mask"], MASKS[:, ::-1] if backwards else MASKS)


@pytest.mark.parametrize("backwards", [False, True])
def test_padding_changes_nothing(backwards):
    settings = {"return_state": True, "go_backwards": backwards}
    padding = RANDOM.normal(size=(BATCH, 3, FEATURES))
    longer = np.concatenate([padding, X[:, :2], padding, X[:, 2:], padding], 1)
    away = np.zeros((BATCH, 3), bool)
    mask = np.concatenate([away, MASKS[:, :2], away, MASKS[:, 2:], away], 1)
    short = run(settings, mask=MASKS)
    for name, found in run(settings, longer, mask).items():
        np.testing.assert_array_equal(found, short[name])


def test_no_bias_and_other_activations():
    settings = {"use_bias": False, "activation": "linear", "recurrent_activation": "linear"}
    x = X[:, :1]
    found = run({**settings, "return_state": True}, x, states=STATES)
    z = x[:, 0] @ WEIGHTS["l.kernel"] + STATES[0] @ WEIGHTS["l.recurrent_kernel"]
    i, f, g, o = np.split(z, 4, axis=1)
    close(found["state_c"], f * STATES[1] + i * g)
    close(found["output"], o * (f * STATES[1] + i * g))


def test_a_sequence_without_steps_ends_where_it_began():
    found = run({"return_state": True, "return_sequences": True}, X[:, :0], states=STATES)
    assert found["output"].shape == (BATCH, 0, UNITS)
    np.testing.assert_array_equal(found["state_h"], STATES[0])


@pytest.mark.parametrize(
    ("policy", "tolerance"),
    [("float32", 1e-5), ("float16", 2e-2), ("mixed_float16", 2e-2), ("mixed_bfloat16", 1e-1)],
)
def test_other_dtypes_agree_as_far_as_they_reach(policy, tolerance):
    small = {name: weight / 4 for name, weight in WEIGHTS.items()}
    settings = {"return_sequences": True}
    found = run(settings, mask=MASKS, weights=small, dtype="float32", policy=Policy.named(policy))
    wanted, _, _ = reference(X, MASKS, np.zeros_like(STATES), small)
    np.testing.assert_allclose(found["output"], wanted, atol=tolerance)


class Counting:
    """A stream whose draws tell their shapes."""

    def uniform(self, shape, low, high):
        return np.full(shape, float(len(shape)) * 7)


@pytest.mark.parametrize("forget", [True, False])
def test_the_forget_gate_starts_at_one_unless_told_otherwise(forget):
    b = LayerBuilder(layer="l")
    x = Signal(b.value(TensorType("float32", (symbol("batch"), 2, FEATURES))))
    settings = {"bias_initializer": "random_uniform", "unit_forget_bias": forget}
    validated(LSTM, {"units": UNITS, **settings}, Scope(), "LSTM").lower(b, x)
    drawn = b.made["l.bias"].training.initializer.draw(Counting(), (4 * UNITS,), None)
    expected = np.full(4 * UNITS, 7.0)
    if forget:
        expected[UNITS : 2 * UNITS] = 1
    np.testing.assert_array_equal(drawn, expected)
    assert list(b.weights) == ["l.kernel", "l.recurrent_kernel", "l.bias"]


def lower(*shapes, mask=None, **settings):
    b = LayerBuilder(layer="l")
    signals = [Signal(b.value(TensorType("float32", shape))) for shape in shapes]
    if mask is not None:
        signals[0] = signals[0].masked(Mask(b.value(TensorType("bool", mask)), "origin"))
    lower_with(LSTM(units=UNITS, **settings), b, signals, None)
    return b


@pytest.mark.parametrize(
    ("shapes", "code", "argument"),
    [
        ([(2, 3)], "SPC0304", ("from",)),
        ([(2, 5, 3, 1)], "SPC0304", ("from",)),
        ([(2, 5, symbol("n"))], "SPC0306", ("from",)),
        ([(2, 5, 3), (2, UNITS)], "SPC0343", ("from",)),
        ([(2, 5, 3), (2, UNITS), (2, 3)], "SPC0344", ("from", 2)),
        ([(2, 5, 3), (3, UNITS), (2, UNITS)], "SPC0344", ("from", 1)),
        ([(2, 5, 3), (2, 5, UNITS), (2, UNITS)], "SPC0344", ("from", 1)),
    ],
)
def test_inputs_that_do_not_fit_are_refused(shapes, code, argument):
    with pytest.raises(Refusal) as caught:
        lower(*shapes)
    assert (caught.value.code, caught.value.argument) == (code, argument)


def test_an_initial_state_is_blamed_by_its_role():
    b = LayerBuilder(layer="l")
    x, h, c = (
        Signal(b.value(TensorType("float32", shape))) for shape in ((2, 5, 3), (2, 4), (2, 1))
    )
    roles = ("sequence", "initial_state_c", "initial_state_h")
    with pytest.raises(Refusal) as caught:
        lower_with(LSTM(units=UNITS), b, [x, c, h], roles)
    assert caught.value.argument == ("from", "initial_state_c")


def test_a_batch_known_only_from_the_data_is_checked_then():
    b = lower((symbol("batch"), 5, 3), (2, UNITS), (2, UNITS))
    assert all(check.holds({"batch": 2}) for check in b.checks)
    assert any(not check.holds({"batch": 3}) for check in b.checks)


def test_a_mask_that_is_not_one_entry_for_each_step_is_refused():
    with pytest.raises(Refusal) as caught:
        lower((2, 5, 3), mask=(2, 5, 3))
    assert caught.value.code == "SPC0412"


@pytest.mark.parametrize(
    ("settings", "code", "argument"),
    [
        ({"stateful": True}, "SPC0109", ("stateful",)),
        ({"dropout": 1.5}, "SPC0104", ("dropout",)),
        ({"recurrent_dropout": -0.1}, "SPC0104", ("recurrent_dropout",)),
        ({"unroll": "yes"}, "SPC0104", ("unroll",)),
        ({"units": 0}, "SPC0308", ("units",)),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings, code, argument):
    with pytest.raises(Refusals) as caught:
        validated(LSTM, {"units": UNITS, **settings}, Scope(), "LSTM")
    assert [(item.code, item.argument) for item in caught.value.parts] == [(code, argument)]


def test_what_only_training_sees_changes_nothing():
    settings = {"dropout": 0.5, "recurrent_dropout": 0.5, "seed": 3, "unroll": True}
    np.testing.assert_array_equal(run(settings)["output"], run({})["output"])
