"""Attention with one head: rows with nothing to attend to, masks that do not go together."""

from __future__ import annotations

import numpy as np
import pytest
from driving import refusal, run

from spec_compiler.layers.attention.additive_attention import AdditiveAttention
from spec_compiler.layers.attention.dot_attention import Attention

RANDOM = np.random.default_rng(3)
KINDS = [Attention(), Attention(score_mode="concat"), AdditiveAttention(use_scale=False)]
WEIGHTS = [{}, {"concat_score_weight": np.array(0.7)}, {}]
EACH = pytest.mark.parametrize(("layer", "weights"), [*zip(KINDS, WEIGHTS, strict=True)])


@EACH
def test_what_may_attend_to_nothing_gives_0(layer, weights):
    query, value = RANDOM.normal(size=(2, 3, 4)), RANDOM.normal(size=(2, 5, 4))
    kept = np.array([[False] * 5, [True] * 5])
    found, mask = run(layer, [query, value], [None, kept], weights=weights)
    assert mask is None
    assert (found[0] == 0).all()
    assert (found[1] != 0).all()


@EACH
@pytest.mark.parametrize("policy", ["float16", "float32", "float64"])
def test_what_stands_in_padding_does_not_matter(layer, weights, policy):
    query = RANDOM.normal(size=(1, 3, 4)).astype(policy)
    value = RANDOM.normal(size=(1, 5, 4)).astype(policy)
    kept = np.array([[True, False, True, True, False]])
    weights = {name: array.astype(policy) for name, array in weights.items()}
    found, _ = run(layer, [query, value], [None, kept], policy, weights)
    value[~kept] = 500
    again, _ = run(layer, [query, value], [None, kept], policy, weights)
    alone, _ = run(layer, [query, value[:, [0, 2, 3]]], [], policy, weights)
    np.testing.assert_array_equal(found, again)
    np.testing.assert_allclose(found, alone, rtol=4 * np.finfo(policy).eps)


@EACH
def test_the_result_is_0_where_the_query_is_masked(layer, weights):
    query, value = RANDOM.normal(size=(1, 3, 4)), RANDOM.normal(size=(1, 5, 4))
    kept = np.array([[True, False, True]])
    found, mask = run(layer, [query, value], [kept], weights=weights)
    plain, _ = run(layer, [query, value], weights=weights)
    np.testing.assert_array_equal(found, plain * kept[..., None])
    np.testing.assert_array_equal(mask, kept)


@pytest.mark.parametrize("layer", KINDS)
@pytest.mark.parametrize(
    ("shapes", "code"),
    [
        (((2, 3), (2, 3)), "SPC0304"),
        (((2, 3, 4), (2, 5)), "SPC0304"),
        (((2, 3, 4), (2, 5, 6)), "SPC0363"),
        (((2, 3, 4), (2, 5, 6), (2, 4, 4)), "SPC0363"),
        (((2, 3, 4), (2, 0, 4)), "SPC0363"),
    ],
)
def test_inputs_that_do_not_go_together(layer, shapes, code):
    found = refusal(layer, *shapes)
    assert found.code == code
    assert type(layer).__name__ in found.message
