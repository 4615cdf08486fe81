"""A weight's random values depend on the seed and its name alone, and have their distribution."""

import hashlib
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

from spec_compiler.weights.random import Stream, logarithm, normal_quantile

MANY = 200_000


def draws(kind, seed=0, name="dense.kernel", shape=(MANY,)):
    return getattr(Stream(seed, name), kind)(shape)


def test_a_stream_does_not_depend_on_the_others():
    names = ["a.kernel", "b.kernel", "c.kernel"]
    forward = {name: draws("normal", name=name, shape=(4, 5)) for name in names}
    backward = {name: draws("normal", name=name, shape=(4, 5)) for name in reversed(names)}
    for name in names:
        np.testing.assert_array_equal(forward[name], backward[name])


@pytest.mark.parametrize("other", [{"seed": 1}, {"name": "dense.bias"}])
def test_other_seeds_and_names_give_unrelated_values(other):
    correlation = np.corrcoef(draws("uniform"), draws("uniform", **other))[0, 1]
    assert abs(correlation) < 5 / MANY**0.5


def test_a_stream_goes_on():
    stream = Stream(3, "w")
    assert not np.array_equal(stream.uniform((8,)), stream.uniform((8,)))


def test_values_do_not_depend_on_the_shape_that_holds_them():
    flat = draws("normal", shape=(100_000,))
    np.testing.assert_array_equal(draws("normal", shape=(10, 100, 100)).reshape(-1), flat)
    np.testing.assert_array_equal(draws("normal", shape=(7,)), flat[:7])


def test_values_are_the_documented_ones():
    # From the description: Philox keyed by a hash, 53 bits of each draw; inv_cdf is the
    # standard library's own AS 241, to its last bits.
    key = int.from_bytes(hashlib.sha256(b"7/w").digest()[:16], "little")
    raw = [int(value) for value in np.random.Philox(key=key).random_raw(1000)]
    expected = [-1 + 2 * ((value >> 11) / 2**53) for value in raw]
    assert Stream(7, "w").uniform((1000,), -1, 1).tolist() == expected
    quantiles = [NormalDist().inv_cdf(((value >> 12) + 0.5) / 2**52) for value in raw]
    np.testing.assert_allclose(Stream(7, "w").normal((1000,)), quantiles, rtol=1e-14)


def test_the_raw_stream_is_the_published_philox():
    # Known answers of Random123 for philox4x64-10: counter and key of zeros; NumPy's counter
    # starts at one, so it is set back.
    generator = np.random.Philox(key=0, counter=2**256 - 1)
    assert [f"{int(v):016x}" for v in generator.random_raw(4)] == [
        "16554d9eca36314c",
        "db20fe9d672d0fdc",
        "d7e772cee186176b",
        "7e68b68aec7ba23b",
    ]


@pytest.mark.parametrize(
    ("values", "distribution"),
    [
        (draws("uniform"), stats.uniform()),
        (Stream(0, "u").uniform((MANY,), -3, 5), stats.uniform(-3, 8)),
        (draws("normal"), stats.norm()),
        (Stream(0, "n").normal((MANY,), 4, 0.5), stats.norm(4, 0.5)),
        (draws("truncated_normal"), stats.truncnorm(-2, 2)),
        (Stream(0, "t").truncated_normal((MANY,), 1, 3), stats.truncnorm(-2, 2, 1, 3)),
    ],
)
def test_values_have_their_distribution(values, distribution):
    assert values.dtype == np.float64
    error = distribution.std() / MANY**0.5
    assert abs(values.mean() - distribution.mean()) < 5 * error
    assert values.std() == pytest.approx(distribution.std(), rel=0.01)
    assert stats.kstest(values, distribution.cdf).pvalue > 1e-4


def test_values_stay_within_their_bounds():
    uniform = Stream(0, "w").uniform((MANY,), -0.05, 0.05)
    assert uniform.min() >= -0.05
    assert uniform.max() < 0.05
    truncated = Stream(0, "w").truncated_normal((MANY,), 10, 0.1)
    assert np.abs(truncated - 10).max() <= 0.2 + 1e-12
    assert np.abs(truncated - 10).max() > 0.199


@pytest.mark.parametrize("p", [2.0**-53, 1e-12, 1e-5, 0.02, 0.075, 0.3, 0.5, 0.9, 1 - 2.0**-53])
def test_quantiles_and_logarithms_are_those_of_scipy_and_numpy(p):
    expected = stats.norm.ppf(p)
    assert normal_quantile(np.array([p]))[0] == pytest.approx(expected, rel=1e-13, abs=1e-15)
    assert logarithm(np.array([p]))[0] == pytest.approx(np.log(p), rel=1e-15, abs=1e-300)


@pytest.mark.parametrize("shape", [(6, 6), (8, 3), (3, 8), (2, 3, 4), (1, 5), (5, 1)])
def test_orthogonal_rows_or_columns(shape):
    matrix = Stream(0, "w").orthogonal(shape, gain=1.5).reshape(-1, shape[-1])
    rows, columns = matrix.shape
    product = matrix.T @ matrix if rows >= columns else matrix @ matrix.T
    np.testing.assert_allclose(product, 2.25 * np.eye(min(rows, columns)), atol=1e-12)


def test_orthogonal_matrices_are_uniformly_distributed():
    # Rotations and reflections are equally likely, and no entry prefers a sign.
    matrices = [Stream(0, f"w{i}").orthogonal((2, 2)) for i in range(2000)]
    assert abs(np.mean([np.linalg.det(m) for m in matrices])) < 5 / 2000**0.5
    assert np.abs(np.mean(matrices, axis=0)).max() < 5 / 4000**0.5


def test_orthogonal_needs_two_axes():
    with pytest.raises(ValueError, match="two axes"):
        Stream(0, "w").orthogonal((3,))


def test_ten_million_values():
    values = Stream(0, "embed.embeddings").normal((1000, 10_000))
    assert values.shape == (1000, 10_000)
    assert values.std() == pytest.approx(1, rel=1e-3)
