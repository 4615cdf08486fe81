"""LayerNormalization: against NumPy's mean and variance on any axes; weights in the axes' order."""

from __future__ import annotations

import numpy as np
import pytest
from driving import refusal, run
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.compile import program_of_text
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.normalization.layer_normalization import LayerNormalization
from spec_compiler.layers.signal import Signal

RANDOM = np.random.default_rng(2)


def layer(**settings):
    return LayerNormalization.model_validate(settings)


@settings(max_examples=80, deadline=None)
@given(st.data(), st.booleans(), st.booleans())
def test_any_axes_have_mean_0_and_variance_1_before_the_weights(data, scale, center):
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=2, max_size=4)))
    axes = data.draw(st.lists(st.integers(1, len(shape) - 1), min_size=1, unique=True))
    epsilon = data.draw(st.sampled_from([1e-12, 1e-3, 0.5]))
    x = RANDOM.normal(3, 2, size=shape)
    written = [data.draw(st.sampled_from([axis, axis - len(shape)])) for axis in axes]
    ordered = tuple(sorted(axes))
    sizes = [shape[axis] for axis in ordered]
    weights = {}
    expected = (x - x.mean(ordered, keepdims=True)) / np.sqrt(
        x.var(ordered, keepdims=True) + epsilon
    )
    others = tuple(axis for axis in range(len(shape)) if axis not in ordered)
    if scale:
        weights["gamma"] = RANDOM.normal(size=sizes)
        expected = expected * np.expand_dims(weights["gamma"], others)
    if center:
        weights["beta"] = RANDOM.normal(size=sizes)
        expected = expected + np.expand_dims(weights["beta"], others)
    made = layer(axis=written, epsilon=epsilon, scale=scale, center=center)
    found, _ = run(made, [x], weights=weights)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_the_weights_are_made_gamma_first_with_ones_and_zeros():
    text = "specc: 1\ninputs: {x: {shape: [4, 3]}}\nlayers: [{type: LayerNormalization, name: n}]\n"
    weights = program_of_text(text).weights
    assert list(weights) == ["n.gamma", "n.beta"]
    assert [type(weight.training.initializer).__name__ for weight in weights.values()] == [
        "Ones",
        "Zeros",
    ]


@pytest.mark.parametrize("policy", ["float16", "mixed_float16"])
def test_half_precision_is_computed_in_float32(policy):
    """The squares of 300 are beyond float16."""
    stored = Policy.named(policy).variable
    weights = {"gamma": np.ones(4, stored), "beta": np.zeros(4, stored)}
    x = np.array([[-600, -200, 200, 600]], stored)
    found, _ = run(layer(epsilon=0), [x], policy=policy, weights=weights)
    assert found.dtype == np.float16
    np.testing.assert_allclose(found, np.array([[-3, -1, 1, 3]]) / np.sqrt(5), rtol=1e-3)


def test_mixed_precision_reads_its_weights_unrounded():
    """In float16 1 + 2**-12 is 1, and 1 - 1 would be 0."""
    weights = {"gamma": np.full(2, 1 + 2**-12, np.float32), "beta": np.full(2, -1, np.float32)}
    x = np.array([[-1, 1]], np.float32)
    found, _ = run(layer(epsilon=0), [x], policy="mixed_float16", weights=weights)
    np.testing.assert_array_equal(found, np.array([[-2 - 2**-12, 2**-12]], np.float16))


def test_unknown_sizes_are_counted_when_it_runs():
    batch, seq = BATCH, symbol("seq", 0)
    b = LayerBuilder(policy=Policy.named("float64"), layer="n")
    value = b.value(TensorType("float64", (batch, seq, 2)))
    y = layer(axis=[1, 2], scale=False, center=False, epsilon=0).lower(b, Signal(value))
    graph = b.graph({"x": value}, {"y": y.value})
    x = RANDOM.normal(size=(3, 5, 2))
    found = evaluate(graph, {"x": x}, {}, {"batch": 3, "seq": 5})["y"]
    expected = (x - x.mean((1, 2), keepdims=True)) / x.std((1, 2), keepdims=True)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_whole_numbers_are_not_cut():
    weights = {"gamma": np.ones(3, np.float32), "beta": np.zeros(3, np.float32)}
    found, _ = run(layer(), [np.array([[1, 2, 4]])], policy="float32", weights=weights)
    assert found.dtype == np.float32
    assert found.std() == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("axis", [3, -4, [1, -2], []])
def test_axes_that_cannot_be_are_refused(axis):
    found = refusal(layer(axis=axis), (2, 3, 4))
    assert (found.code, found.argument) == ("SPC0354", ("axis",))
