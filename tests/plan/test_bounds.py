"""What kernels that approximate say of their errors is so, over all numbers of float32."""

from math import erf, exp, inf, nan

import numpy as np
import pytest
from plans import built, run_planned

from spec_compiler.ir.composites.normalizations import LayerNormalization
from spec_compiler.ir.composites.sigmoids import Sigmoid
from spec_compiler.ir.composites.smooth import Gelu
from spec_compiler.ir.composites.softmaxes import MaskedSoftmax, Softmax
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import TensorType
from spec_compiler.plan.kernels.exponentials import exponential
from spec_compiler.plan.recorder import Recorder

ENDS = np.array([0.0, -0.0, inf, -inf, nan, 3.4e38, -3.4e38, 1e-45, -1e-45, 1.2e-38], "f")
SIZES = np.logspace(-38, 3, 3000).astype("f")
NUMBERS = np.concatenate([np.linspace(-20, 20, 40001, dtype="f"), SIZES, -SIZES])


def found(write, x, *more):
    """What a plan makes of numbers."""
    types = [TensorType("bool" if a.dtype == bool else a.dtype.name, a.shape) for a in (x, *more)]
    (results,) = run_planned(built(types, write), [[x, *more]])
    return results["y0"].astype("float64")


def exact(function, x):
    return np.array([function(float(number)) for number in x])


def test_the_error_function():
    values, meant = found(lambda b, x: b.unary("erf", x), NUMBERS), exact(erf, NUMBERS)
    assert np.abs(values - meant).max() <= 1.4e-7
    inner = np.abs(NUMBERS) > 1e-37  # below, numbers have fewer digits
    assert (np.abs(values - meant)[inner] <= 7e-7 * np.abs(meant)[inner]).all()
    assert (np.abs(values) <= 1).all()
    ends = found(lambda b, x: b.unary("erf", x), ENDS)
    np.testing.assert_allclose(ends, exact(erf, ENDS), 1e-6, 1e-37)


def test_gelu_is_a_share_of_its_number():
    """The share is within 1.4e-7, and rounds with the product."""
    values = found(lambda b, x: b.compose(Gelu(approximate=False), x), NUMBERS)
    share = exact(lambda x: (1 + erf(x / 2**0.5)) / 2, NUMBERS)
    sizes = np.abs(NUMBERS.astype("float64"))
    assert (np.abs(values - NUMBERS * share) <= 2.1e-7 * sizes + 1e-44).all()
    ends = found(lambda b, x: b.compose(Gelu(approximate=False), x), ENDS)
    with np.errstate(invalid="ignore"):
        meant = ENDS * exact(lambda x: (1 + erf(x / 2**0.5)) / 2, ENDS)
    np.testing.assert_allclose(ends, meant, 1e-6, 1e-37)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_exponentials(sign, dtype):
    x = NUMBERS[np.abs(NUMBERS) < 86].astype(dtype)
    recorder, out = Recorder(), np.empty_like(x)
    exponential(recorder, x, out, sign)
    for call in recorder.calls:
        call()
    meant = exact(lambda number: exp(sign * number), x)
    bound = 1.5e-7 + 1.2e-7 * np.abs(x.astype("float64")) if dtype == "float32" else 2e-15
    assert (np.abs(out - meant) <= bound * meant).all()


def test_exponentials_end_at_numbers_and_keep_what_is_none():
    many = np.resize(ENDS, 2048)  # of few numbers it is NumPy's own
    recorder, out = Recorder(), np.empty_like(many)
    exponential(recorder, many, out)
    with np.errstate(over="ignore"):
        for call in recorder.calls:
            call()
    assert out[2] == out[5] == np.float32(2) ** 126
    assert out[3] == out[6] == np.float32(2) ** -126
    assert np.isnan(out[4])
    assert (out[[0, 1, 7, 8, 9]] == 1).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sigmoids(dtype):
    """To the left of -87, where a float32 has few digits, what is left is below 1.2e-38."""
    x = NUMBERS.astype(dtype)
    values = found(lambda b, x: b.compose(Sigmoid(), x), x)
    clipped = np.clip(x.astype("float64"), -700, 700)
    meant = 1 / (1 + np.exp(-clipped))
    relative = 3e-7 + 1.2e-7 * np.abs(clipped) if dtype == "float32" else 1e-14
    least = 1.2e-38 if dtype == "float32" else 1e-304
    assert (np.abs(values - meant) <= relative * meant + least).all()
    ends = found(lambda b, x: b.compose(Sigmoid(), x), ENDS.astype(dtype))
    np.testing.assert_allclose(ends[[0, 1, 2, 3, 4]], [0.5, 0.5, 1, 0, nan], 1e-7, 1.2e-38)


@pytest.mark.parametrize("spread", [1, 30, 1e4])
def test_shares(spread):
    """Within four units in the last place for each step of a thousand entries' sum."""
    x = (np.random.default_rng(0).normal(size=(20, 1000)) * spread).astype("f")
    values = found(lambda b, x: b.compose(Softmax((1,)), x), x)
    wide = x.astype("float64")
    below = (x - x.max(1, keepdims=True)).astype("float64")
    meant = np.exp(np.maximum(below, -600))
    meant /= meant.sum(1, keepdims=True)
    assert wide.shape == values.shape
    assert (np.abs(values - meant) <= 1e-6 * meant * (1 + np.abs(below)) + 1.2e-38).all()
    np.testing.assert_allclose(values.sum(1), 1, 2e-6)


def test_shares_of_what_is_kept():
    """What is not kept has none, whatever it is; where nothing is kept there are none at all."""
    x = np.array([[1, nan, 2, inf], [1e38, -1e38, 0, 1], [-inf, -inf, 0, 0], [1, 2, 3, 4]], "f")
    kept = np.array([[1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]], bool)
    values = found(lambda b, x, kept: b.compose(MaskedSoftmax((1,)), x, kept), x, kept)
    share = 1 / (1 + exp(-1))
    wanted = [[1 - share, 0, share, 0], [1, 0, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 0, 0]]
    np.testing.assert_allclose(values, wanted, 1e-6)
    assert (values[~kept] == 0).all()


def test_normalisation_far_from_zero():
    """Means are sums in another order: what is lost is what the evaluator loses, too."""
    x = (np.random.default_rng(0).normal(size=(8, 768)) + 100).astype("f")
    values = found(lambda b, x: b.compose(LayerNormalization((1,), 1e-5), x), x)
    wide = x.astype("float64")
    centered = wide - wide.mean(1, keepdims=True)
    meant = centered / np.sqrt((centered**2).mean(1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(values, meant, 0, 100 * 2e-7 * 4)


@pytest.mark.parametrize("shape", [(5,), (4, 5), (1, 5), (3, 4, 5), (3, 1, 5)])
def test_a_mask_may_have_fewer_axes(shape):
    """They are the last ones, in the definition and in the kernel."""
    rng = np.random.default_rng(0)
    x, kept = rng.normal(size=(3, 4, 5)).astype("f"), rng.random(shape) < 0.4
    graph = built(
        [TensorType("float32", x.shape), TensorType("bool", shape)],
        lambda b, x, kept: b.compose(MaskedSoftmax((2,)), x, kept),
    )
    shares = np.where(kept, np.exp(x.astype("float64")), 0)
    wanted = shares / np.maximum(shares.sum(2, keepdims=True), 1e-300)
    (results,) = run_planned(graph, [[x, kept]])
    meant = evaluate(graph, {"x0": x, "x1": kept}, {}, {})
    for found_there in (results, meant):
        np.testing.assert_allclose(found_there["y0"], wanted, 1e-5, 1e-37)
