"""Layers that bring features to a common scale: statistics, groups, lengths, given numbers."""

from __future__ import annotations

import numpy as np
import pytest
from driving import refusal, run

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.layers.normalization.batch_normalization import BatchNormalization
from spec_compiler.layers.normalization.group_normalization import GroupNormalization
from spec_compiler.layers.normalization.normalization import Normalization
from spec_compiler.layers.normalization.rescaling import Rescaling
from spec_compiler.layers.normalization.rms_normalization import RMSNormalization
from spec_compiler.layers.normalization.unit_normalization import UnitNormalization

RANDOM = np.random.default_rng(3)


def program(layer, shape="[4, 3]", more=""):
    return program_of_text(
        f"specc: 1\ninputs: {{x: {{shape: {shape}}}}}\nlayers: [{layer}]\n{more}"
    )


def refused(layer, shape="[4, 3]", more=""):
    with pytest.raises(SpecError) as caught:
        program(layer, shape, more)
    (error,) = caught.value.diagnostics.errors
    return error.code, error.message, error.help


# --- batches and groups --------------------------------------------------------------------------


def test_the_statistics_are_weights_that_training_does_not_change():
    weights = program("{type: BatchNormalization, name: n}").graph.weights
    assert {name: weight.trainable for name, weight in weights.items()} == {
        "n.gamma": True, "n.beta": True, "n.moving_mean": False, "n.moving_variance": False,
    }  # fmt: skip
    assert list(weights) == ["n.gamma", "n.beta", "n.moving_mean", "n.moving_variance"]


def test_half_precision_is_computed_in_float32():
    """300 times 300 is beyond float16, and so is 1e-7 below it."""
    x = np.array([[300, -300, 1]], np.float16)
    ones, zeros = np.ones(3, np.float16), np.zeros(3, np.float16)
    weights = {"gamma": ones, "beta": zeros, "moving_mean": zeros, "moving_variance": ones}
    found, _ = run(BatchNormalization(epsilon=0), [x], policy="float16", weights=weights)
    np.testing.assert_array_equal(found, x)
    small = {**weights, "moving_variance": np.full(3, 6e-8, np.float16)}
    found, _ = run(BatchNormalization(epsilon=0), [x / 300], policy="float16", weights=small)
    np.testing.assert_allclose(found, x.astype(float) / 300 / np.sqrt(5.96e-8), rtol=2e-3)
    for layer in (RMSNormalization(epsilon=0), UnitNormalization()):
        given = {"scale": ones} if isinstance(layer, RMSNormalization) else {}
        found, _ = run(layer, [x], policy="float16", weights=given)
        length = np.sqrt((x.astype(float) ** 2).sum())
        length /= np.sqrt(3) if given else 1
        np.testing.assert_allclose(found, x.astype(float) / length, rtol=2e-3)


@pytest.mark.parametrize("groups", [1, 2, 3, 6, -1])
@pytest.mark.parametrize("axis", [1, 2, -1])
def test_groups_are_neighbours_with_statistics_of_their_own(groups, axis):
    x = RANDOM.normal(2, 3, size=(2, 6, 6, 6))
    weights = {name: RANDOM.normal(size=6) for name in ("gamma", "beta")}
    layer = GroupNormalization(groups=groups, axis=axis)
    found, _ = run(layer, [x], weights=weights)
    moved = np.moveaxis(x, axis, 1)
    expected = np.empty_like(moved)
    for group in np.split(np.arange(6), 6 if groups == -1 else groups):
        part = moved[:, group]
        mean = part.mean((1, 2, 3), keepdims=True)
        expected[:, group] = (part - mean) / np.sqrt(part.var((1, 2, 3), keepdims=True) + 1e-3)
    expected = np.moveaxis(expected, 1, -1) * weights["gamma"] + weights["beta"]
    np.testing.assert_allclose(found, np.moveaxis(expected, -1, axis), rtol=1e-9, atol=1e-9)


def test_groups_that_do_not_divide_are_refused():
    assert refused("{type: GroupNormalization, groups: 4}", "[5, 6]") == (
        "SPC0369",
        "4 groups do not divide the 6 features of axis 2 of float32[batch, 5, 6]",
        "write one of [1, 2, 3, 6], or -1 for a group of each feature",
    )
    assert refused("{type: GroupNormalization}", "[6]")[0] == "SPC0369"
    found = refusal(GroupNormalization(groups=2, axis=0), (2, 3))
    assert (found.code, found.argument, found.help) == (
        "SPC0354",
        ("axis",),
        "write an axis from 1 to 1",
    )
    assert refused("{type: GroupNormalization, groups: -2}")[:2] == (
        "SPC0308",
        "`groups` must be positive, or -1 for a group of each feature, not -2",
    )


def test_whether_groups_divide_an_unknown_number_is_checked_on_the_data():
    layer = "{type: GroupNormalization, groups: 4, center: false, scale: false}"
    (check,) = program(layer, "[n]", "dims: {n: null}\n").graph.checks
    assert [check.holds({"n": n}) for n in (0, 2, 4, 8)] == [True, False, True, True]


# --- lengths -------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [1, 2, [1, 2], [-1, 1]])
def test_a_length_is_1_unless_all_is_0(axis):
    x = RANDOM.normal(size=(3, 4, 5))
    x[0] = 0
    axes = tuple(axis) if isinstance(axis, list) else axis
    found, _ = run(UnitNormalization.model_validate({"axis": axis}), [x])
    np.testing.assert_allclose((found[1:] ** 2).sum(axes), 1, rtol=1e-12)
    assert not found[0].any()
    scale = np.full([x.shape[i] for i in sorted(np.atleast_1d(axis) % 3)], 2.0)
    layer = RMSNormalization.model_validate({"axis": axis, "epsilon": 0})
    scaled, _ = run(layer, [x[1:]], weights={"scale": scale})
    np.testing.assert_allclose((scaled**2).mean(axes), 4, rtol=1e-12)


def test_mixed_precision_rounds_the_scale_of_rms_as_keras_does():
    """It is read in float16, where 1 + 2**-12 is 1."""
    weights = {"scale": np.full(2, 1 + 2**-12, np.float32)}
    x = np.array([[-1, 1]], np.float32)
    found, _ = run(RMSNormalization(epsilon=0), [x], policy="mixed_float16", weights=weights)
    np.testing.assert_array_equal(found, np.array([[-1, 1]], np.float16))


# --- given numbers -------------------------------------------------------------------------------


def test_statistics_in_the_spec_are_no_weights():
    assert list(program("{type: Normalization, name: n}").graph.weights) == ["n.mean", "n.variance"]
    assert not program("{type: Normalization, mean: 1, variance: [1, 2, 3]}").graph.weights


def test_a_weight_that_stands_in_the_spec_cannot_be_read():
    more = "  - {type: Lambda, name: l, from: [x, n.mean], function: x}\n"
    text = (
        "specc: 1\ninputs: {x: {shape: [3]}}\nlayers:\n"
        "  - {type: Normalization, name: n, from: x, mean: 1, variance: 1}\n" + more
    )
    with pytest.raises(SpecError) as caught:
        program_of_text(text)
    (error,) = caught.value.diagnostics.errors
    assert error.code == "SPC0203"


def test_the_way_back_is_the_inverse():
    x = RANDOM.normal(size=(5, 3))
    weights = {"mean": RANDOM.normal(size=3), "variance": RANDOM.random(3) + 0.1}
    there, _ = run(Normalization(), [x], weights=weights)
    np.testing.assert_allclose(there, (x - weights["mean"]) / np.sqrt(weights["variance"]))
    back, _ = run(Normalization(invert=True), [there], weights=weights)
    np.testing.assert_allclose(back, x, rtol=1e-12)


def test_statistics_are_for_the_last_of_several_axes():
    x = RANDOM.normal(size=(2, 3, 4))
    mean = [1.0, 2.0, 3.0, 4.0]
    layer = Normalization.model_validate(
        {"axis": [1, 2], "mean": mean, "variance": [[4.0] * 4] * 3}
    )
    found, _ = run(layer, [x])
    np.testing.assert_allclose(found, (x - np.array(mean)) / 2, rtol=1e-12)


@pytest.mark.parametrize(
    ("layer", "found"),
    [
        (
            "{type: Normalization, mean: [1, 2], variance: 1}",
            (
                "SPC0336",
                "`mean` has the shape [2], and the axes [2] of float32[batch, 4, 3] have [3]",
                "write one number, or one for each entry of the axes",
            ),
        ),
        (
            "{type: Normalization, variance: 1}",
            ("SPC0108", "`variance` needs `mean` beside it", "without both they are weights"),
        ),
        (
            "{type: Normalization, mean: 0, variance: [1, -2, 0]}",
            ("SPC0104", "`variance` must be 0 or more, not -2", ""),
        ),
        (
            "{type: Rescaling, scale: 1, offset: [1, 2]}",
            (
                "SPC0336",
                "`offset` has the shape [2], and the input is float32[batch, 4, 3]",
                "write one number, or one for each feature of the last axis",
            ),
        ),
        (
            "{type: Rescaling, scale: .inf}",
            ("SPC0104", "`scale` must be a finite number, not inf", ""),
        ),
    ],
)
def test_numbers_that_do_not_fit_are_refused(layer, found):
    assert refused(layer) == found


def test_a_number_beyond_the_dtype_is_blamed_on_its_argument():
    code, message, _ = refused("{type: Rescaling, scale: 1e6, dtype: float16}")
    assert (code, message.split(",")[0]) == ("SPC0504", "1e+06 is beyond `float16`")


def test_rescaling_reads_numbers_of_several_axes():
    x = RANDOM.normal(size=(2, 2, 3))
    scale = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    found, _ = run(Rescaling.model_validate({"scale": scale, "offset": [1.0, 0.0, 0.0]}), [x])
    np.testing.assert_allclose(found, x * np.array(scale) + np.array([1, 0, 0]), rtol=1e-12)
