"""Softmax: shares of 1 along any axes; padding gets exactly 0."""

from __future__ import annotations

import numpy as np
import pytest
from driving import refusal, run, spread
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.ir.dims import BATCH
from spec_compiler.layers.core.softmax import Softmax

RANDOM = np.random.default_rng(9)


def layer(axis):
    return Softmax.model_validate({"axis": axis})


def shares(x, kept, axes):
    """Softmax of the kept entries alone, group by group."""
    other = [axis for axis in range(x.ndim) if axis not in axes]
    result = np.zeros(x.shape)
    for group in np.ndindex(*(x.shape[axis] for axis in other)):
        at = [slice(None)] * x.ndim
        for axis, index in zip(other, group, strict=True):
            at[axis] = index
        chosen = kept[tuple(at)]
        powers = np.exp(x[tuple(at)][chosen])
        result[tuple(at)][chosen] = powers / powers.sum()
    return result


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_the_kept_entries_share_1(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 3), min_size=2, max_size=4)))
    every = range(len(shape))
    axes = data.draw(st.lists(st.sampled_from(every), min_size=1, unique=True))
    x = RANDOM.normal(size=shape)
    rank = data.draw(st.none() | st.integers(1, len(shape)))
    mask = rank and RANDOM.random(shape[:rank]) < 0.6
    written = [data.draw(st.sampled_from([axis, axis - len(shape)])) for axis in axes]
    found, carried = run(layer(written), [x], [mask])
    kept = np.ones(shape, bool) if mask is None else spread(mask, shape)
    np.testing.assert_allclose(found, shares(x, kept, axes), rtol=1e-12, atol=1e-15)
    assert (found[~kept] == 0).all()
    assert (carried is None) is (mask is None)
    if mask is not None:
        np.testing.assert_array_equal(carried, mask)


@pytest.mark.parametrize("policy", ["float16", "float32", "float64"])
def test_what_stands_in_padding_does_not_matter(policy):
    kept = np.array([[True, True, False, False]])
    x = np.array([[-60000.0, -60000.0, 60000.0, np.nan]], policy)
    found, _ = run(layer(-1), [x], [kept], policy)
    np.testing.assert_array_equal(found, np.array([[0.5, 0.5, 0, 0]], policy))


def test_a_row_of_padding_is_0():
    found, _ = run(layer(-1), [np.array([[1.0, -np.inf]])], [np.zeros((1, 2), bool)])
    np.testing.assert_array_equal(found, [[0, 0]])


def test_whole_numbers_are_cast():
    found, _ = run(layer(1), [np.array([[3, 3]])], policy="float32")
    np.testing.assert_array_equal(found, np.array([[0.5, 0.5]], np.float32))


@pytest.mark.parametrize("axis", [2, -3, [], [1, 1], [1, -1], [0, 7]])
def test_axes_that_cannot_be_are_refused(axis):
    found = refusal(layer(axis), (2, 3))
    assert (found.code, found.argument) == ("SPC0354", ("axis",))


def test_an_empty_axis_is_refused():
    assert refusal(layer([1, 2]), (BATCH, 3, 0)).code == "SPC0314"
