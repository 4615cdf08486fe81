"""Initialisers: Keras's spreads, exact shapes of the fixed ones, one stream for each weight."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.ir.types import Policy
from spec_compiler.layers.base.layer_builder import LayerBuilder
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.constraints import CONSTRAINTS
from spec_compiler.layers.choices.initializers import INITIALIZERS
from spec_compiler.layers.core.dense import Dense
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.random import Stream

CASES = json.loads(Path(__file__).parents[1].joinpath("conformance/initializers.json").read_text())
IN_EINSUM = " inside EinsumDense"


def chosen(written):
    layer = validated(Dense, {"units": 1, "kernel_initializer": written}, Scope(), "Dense")
    return layer.kernel_initializer


def draw(written, shape, fans=None, seed=1):
    return chosen(written).draw(Stream(seed, "w"), shape, fans)


class Asked:
    """A stream that keeps what it was asked for."""

    def uniform(self, shape, low, high):
        self.uniform_limit = high
        assert low == -high
        return np.zeros(shape)

    def normal(self, shape, mean, stddev):
        self.untruncated_stddev = stddev
        return np.zeros(shape)

    def truncated_normal(self, shape, mean, stddev):
        assert mean == 0
        self.untruncated_stddev = stddev
        self.clip_at = 2 * stddev
        return np.zeros(shape)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['name']}{case['shape']}")
def test_spread_is_that_of_keras(case):
    name, shape = case["name"], tuple(case["shape"])
    fans = (case["fan_in"], case["fan_out"])
    by_layer = name.endswith(IN_EINSUM)
    name = name.removesuffix(IN_EINSUM)
    written = [(name, fans if by_layer else None)]
    if by_layer:
        axes = {key: case[key] for key in ("input_axes", "output_axes")}
        written.append(({"type": name, **axes}, (1000, 1000)))
    for initializer, known in written:
        asked = Asked()
        chosen(initializer).draw(asked, shape, known)
        for quantity in ("uniform_limit", "untruncated_stddev", "clip_at"):
            expected = case.get(quantity)
            found = getattr(asked, quantity, None)
            assert found == (None if expected is None else pytest.approx(expected, rel=1e-14))


@pytest.mark.parametrize(
    ("mode", "fan"), [("fan_in", 6), ("fan_out", 24), ("fan_avg", 15)], ids=str
)
@pytest.mark.parametrize(
    "distribution", ["uniform", "truncated_normal", "normal", "untruncated_normal"]
)
def test_variance_scaling_gives_the_variance(mode, fan, distribution):
    written = {
        "type": "VarianceScaling",
        "scale": 3,
        "mode": mode,
        "distribution": distribution,
    }
    values = draw(written, (200, 300), fans=(6, 24))
    # the standard error of the variance of 60,000 draws is below 0.6 %
    assert np.var(values) == pytest.approx(3 / fan, rel=0.04)
    assert abs(np.mean(values)) < 5 * math.sqrt(3 / fan / values.size)
    largest = {"uniform": math.sqrt(9 / fan), "untruncated_normal": math.inf}
    assert np.abs(values).max() <= largest.get(
        distribution, 2 * math.sqrt(3 / fan) / 0.87962566103423978
    )


@pytest.mark.parametrize(
    ("written", "mean", "stddev"),
    [
        ("uniform", 0, 0.1 / math.sqrt(12)),
        ({"type": "RandomUniform", "minval": 2, "maxval": 4}, 3, 2 / math.sqrt(12)),
        ("normal", 0, 0.05),
        ({"type": "random_normal", "mean": -1, "stddev": 2}, -1, 2),
        ("truncated_normal", 0, 0.05 * 0.87962566103423978),
        ({"type": "TruncatedNormal", "mean": 5, "stddev": 1}, 5, 0.87962566103423978),
    ],
    ids=str,
)
def test_moments(written, mean, stddev):
    values = draw(written, (40_000,))
    assert np.mean(values) == pytest.approx(mean, abs=5 * stddev / 200)
    assert np.std(values) == pytest.approx(stddev, rel=0.03)


@pytest.mark.parametrize(("shape", "rows"), [((6, 4), 6), ((4, 6), 4), ((2, 3, 4), 6)], ids=str)
def test_orthogonal(shape, rows):
    values = draw({"type": "orthogonal", "gain": 3}, shape).reshape(rows, -1)
    product = values.T @ values if rows >= values.shape[1] else values @ values.T
    np.testing.assert_allclose(product, 9 * np.eye(len(product)), atol=1e-12)


def test_values_without_randomness():
    np.testing.assert_array_equal(draw("zeros", (2, 3)), np.zeros((2, 3)))
    np.testing.assert_array_equal(draw("ones", (2,)), [1, 1])
    np.testing.assert_array_equal(draw({"type": "Constant", "value": 2.5}, ()), 2.5)
    expected = [[2, 0, 0], [0, 2, 0]]
    np.testing.assert_array_equal(draw({"type": "identity", "gain": 2}, (2, 3)), expected)


@pytest.mark.parametrize("name", ["hann", "hamming", "blackman", "nuttall", "blackmanharris",
    "flattop", "bartlett", "triang", "cosine", "boxcar"])  # fmt: skip
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("steps", [1, 8, 9])
def test_windows_are_those_of_scipy(name, periodic, steps):
    signal = pytest.importorskip("scipy.signal")
    written = {"type": "STFT", "window": name, "scaling": None, "periodic": periodic}
    values = draw(written, (steps, 1, 5))
    expected = signal.get_window(name, steps, fftbins=periodic)
    np.testing.assert_allclose(values[:, 0, 0], expected, atol=1e-14)


@pytest.mark.parametrize("side", ["real", "imag"])
def test_stft_kernels_transform_as_numpy_does(side):
    frame = np.random.default_rng(0).normal(size=8)
    kernel = draw({"type": "stft", "side": side, "window": None}, (8, 1, 5))
    expected = getattr(np.fft.rfft(frame), side)
    np.testing.assert_allclose(frame @ kernel[:, 0, :], expected, atol=1e-12)


@pytest.mark.parametrize(("scaling", "scale"), [("density", math.sqrt(30)), ("spectrum", 10)])
def test_stft_scales_by_its_window(scaling, scale):
    written = {"type": "stft", "window": [1, -2, 3, 4], "scaling": scaling}
    values = draw(written, (4, 1, 3))
    np.testing.assert_allclose(values[:, 0, 0], np.array([1, -2, 3, 4]) / scale, rtol=1e-14)


@pytest.mark.parametrize(
    ("changes", "infinite"),
    [
        ({"window": [1, -1e5, 1], "scaling": None}, True),
        ({"window": [1, -1e5, 1], "scaling": "density"}, False),
        ({"window": [1, -6e4, 1], "scaling": None}, False),
        ({"window": "hann", "scaling": None}, False),
    ],
    ids=str,
)
def test_an_stft_kernel_reaches_as_far_as_its_window(changes, infinite):
    initializer = chosen({"type": "stft", **changes})
    values = initializer.draw(Stream(1, "w"), (3, 1, 2), None)
    with np.errstate(over="ignore"):
        assert np.isinf(values.astype(np.float16)).any() == infinite
    if infinite:
        with pytest.raises(Refusal) as caught:
            initializer.check_range((3, 1, 2), None, ["float32", "float16"])
        assert (caught.value.code, "`float16`" in caught.value.message) == ("SPC0504", True)
    else:
        initializer.check_range((3, 1, 2), None, ["float16"])


@pytest.mark.parametrize(
    ("written", "shape"),
    [
        ("identity", (2, 3, 4)),
        ("identity", (3,)),
        ("orthogonal", (3,)),
        ("stft", (8, 5)),
        ("stft", (8, 2, 5)),
        ("stft", (2, 1, 5)),
        ({"type": "stft", "window": [1, 2]}, (3, 1, 5)),
        ({"type": "he_normal", "input_axes": [0], "output_axes": [2]}, (3, 4)),
    ],
    ids=str,
)
def test_a_weight_that_it_cannot_make_is_refused(written, shape):
    for use in (lambda: chosen(written).check(shape), lambda: draw(written, shape)):
        with pytest.raises(Refusal) as caught:
            use()
        assert caught.value.code == "SPC0312"


@pytest.mark.parametrize(
    ("written", "code", "argument"),
    [
        ("glorot", "SPC0106", None),
        ({"type": "VarianceScaling", "scale": 0}, "SPC0104", "scale"),
        ({"type": "VarianceScaling", "mode": "fan"}, "SPC0104", "mode"),
        ({"type": "VarianceScaling", "distribution": "gauss"}, "SPC0104", "distribution"),
        ({"type": "RandomNormal", "stddev": -1}, "SPC0104", "stddev"),
        ({"type": "TruncatedNormal", "stddev": -1}, "SPC0104", "stddev"),
        ({"type": "RandomUniform", "minval": 1}, "SPC0104", "minval"),
        ({"type": "he_normal", "seed": 1.5}, "SPC0104", "seed"),
        ({"type": "he_normal", "input_axes": [0]}, "SPC0108", "input_axes"),
        ({"type": "stft", "side": "left"}, "SPC0104", "side"),
        ({"type": "stft", "window": "han"}, "SPC0106", "window"),
        ({"type": "stft", "window": [0, 0]}, "SPC0104", "window"),
        ({"type": "zeros", "seed": 1}, "SPC0103", "seed"),
    ],
    ids=str,
)
def test_a_mistake_is_refused_at_its_place(written, code, argument):
    with pytest.raises(Refusals) as caught:
        chosen(written)
    at = ("kernel_initializer", argument) if argument else ("kernel_initializer",)
    assert {(item.code, item.argument) for item in caught.value.parts} == {(code, at)}


def test_every_name_of_keras():
    spreads = [f"{who}_{how}" for who in ("glorot", "he", "lecun") for how in ("uniform", "normal")]
    drawn = ["random_uniform", "random_normal", "truncated_normal", "variance_scaling"]
    snake = ["zeros", "ones", "constant", "identity", "stft", "orthogonal", *spreads, *drawn]
    names = {
        *snake,
        *("".join(word.title() for word in name.split("_")) for name in snake if name != "stft"),
        *("STFT", "normal", "uniform", "zero", "one"),
        *("IdentityInitializer", "OrthogonalInitializer", "STFTInitializer"),
    }
    assert set(INITIALIZERS.by_name) == names


def weights_of(*described, dtype="float32"):
    """Weights of a layer `d`: (name, initializer, constraint) each, all of shape [8, 4]."""
    b = LayerBuilder(layer="d", policy=Policy.named(dtype))
    for name, initializer, *constraint in described:
        limit = CONSTRAINTS.by_name[constraint[0]]() if constraint else None
        b.weight(name, (8, 4), Training(name, chosen(initializer), constraint=limit))
    return b.made


def test_a_weight_keeps_its_values_when_others_come_or_move():
    alone = initialise(weights_of(("b", "he_normal")), 7)
    both = initialise(weights_of(("a", "he_normal"), ("b", "he_normal")), 7)
    np.testing.assert_array_equal(alone["d.b"], both["d.b"])
    assert not np.array_equal(both["d.a"], both["d.b"])
    other = initialise(weights_of(("b", "he_normal")), 8)
    assert not np.array_equal(alone["d.b"], other["d.b"])


def test_a_seed_of_its_own_takes_the_place_of_the_files():
    own = weights_of(("b", {"type": "he_normal", "seed": 0}))
    np.testing.assert_array_equal(initialise(own, 7)["d.b"], initialise(own, 8)["d.b"])
    plain = weights_of(("b", "he_normal"))
    np.testing.assert_array_equal(initialise(own, 7)["d.b"], initialise(plain, 0)["d.b"])


def test_values_have_the_dtype_of_the_weight():
    for dtype in ("float64", "float32", "float16"):
        assert initialise(weights_of(("b", "he_normal"), dtype=dtype), 7)["d.b"].dtype == dtype
    rounded = initialise(weights_of(("b", "he_normal"), dtype="bfloat16"), 7)["d.b"]
    assert rounded.dtype == "float32"
    assert not (rounded.view(np.uint32) & 0xFFFF).any()


def test_constraints_are_applied_on_request():
    weights = weights_of(("b", "he_normal", "unit_norm"))
    as_drawn, projected = initialise(weights, 7)["d.b"], initialise(weights, 7, project=True)["d.b"]
    lengths = np.linalg.norm(as_drawn, axis=0)
    assert not np.allclose(lengths, 1)
    np.testing.assert_allclose(projected, as_drawn / lengths, rtol=1e-5)
