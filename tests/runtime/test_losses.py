"""Penalties are those of Keras's formulas, of the weights and of the activities for given data."""

import numpy as np
import pytest

import spec_compiler as sc

TEXT = """\
specc: 1
inputs: {x: {shape: [3]}}
layers:
  - {type: Dense, name: a, units: 2, kernel_regularizer: {type: L1L2, l1: 0.5, l2: 0.25},
     bias_regularizer: l2, activity_regularizer: {type: L2, l2: 2}}
  - {type: Dense, name: b, units: 2, kernel_regularizer: l1, trainable: false}
  - {type: Dense, name: c, units: 1, activity_regularizer: {type: L1, l1: 3}}
"""
KERNEL = np.array([[1.0, -2], [3, 4], [-5, 6]])
BIAS = np.array([-1.0, 2])
WEIGHTS = {
    "a.kernel": KERNEL,
    "a.bias": BIAS,
    "b.kernel": np.array([[1.0, -3], [2, 0.5]]),
    "b.bias": np.zeros(2),
    "c.kernel": np.array([[2.0], [-4]]),
    "c.bias": np.ones(1),
}
OF_WEIGHTS = {
    "a.kernel": 0.5 * np.abs(KERNEL).sum() + 0.25 * (KERNEL**2).sum(),
    "a.bias": 0.01 * (BIAS**2).sum(),
}
X = np.array([[1.0, 0, 2], [-1, 3, 0.5], [0, 0, 1], [2, 2, 2]])


@pytest.fixture
def model():
    return sc.compile_text(TEXT, weights={k: v.astype(np.float32) for k, v in WEIGHTS.items()})


def test_without_data_only_weights_that_are_trained_have_penalties(model):
    assert model.losses() == pytest.approx(OF_WEIGHTS, rel=1e-12)


def test_with_data_activities_have_theirs_divided_by_the_batch(model):
    a = X @ KERNEL + BIAS
    c = (a @ WEIGHTS["b.kernel"]) @ WEIGHTS["c.kernel"] + 1
    of_activities = {"a": 2 * (a**2).sum() / 4, "c": 3 * np.abs(c).sum() / 4}
    assert model.losses(X.astype(np.float32)) == pytest.approx(OF_WEIGHTS | of_activities, rel=1e-5)


def test_data_is_held_to_the_declarations(model):
    with pytest.raises(sc.SpecError) as caught:
        model.losses(np.zeros((2, 4)))
    assert [item.code for item in caught.value.diagnostics] == ["SPC0513"]


def test_a_layer_of_a_penalty_alone_has_it_for_whole_numbers_too():
    model = sc.compile_text(
        "specc: 1\ninputs: {x: {shape: [2], dtype: int32}}\n"
        "layers: [{type: ActivityRegularization, name: r, l1: 0.5, l2: 0.25}]\n"
    )
    found = model.losses(np.array([[1, -2], [3, 0]], np.int32))
    assert found == pytest.approx({"r": (0.5 * 6 + 0.25 * 14) / 2})
