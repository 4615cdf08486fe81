"""Numbers in bins, in vocabularies and as vectors, compared with loops over numbers of Python."""

from __future__ import annotations

import bisect

import numpy as np
import pytest
from driving import refusal, run
from hypothesis import given, settings
from hypothesis import strategies as st

import spec_compiler as sc
from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.layers.preprocessing.discretization import Discretization
from spec_compiler.layers.preprocessing.integer_lookup import IntegerLookup

WIDE = st.integers(-(2**63) + 1, 2**63 - 1)
SOME = st.integers(-3, 3) | WIDE


def layer(cls, **given_settings):
    return validated(cls, given_settings, Scope(), cls.__name__)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-3, 3), max_size=9).map(sorted), st.data())
def test_a_boundary_is_the_least_number_of_its_bin(boundaries, data):
    values = st.sampled_from([*boundaries, 0.0]) | st.floats(-4, 4)
    x = np.array([data.draw(st.lists(values, max_size=5))], "float64")
    found, _ = run(layer(Discretization, bin_boundaries=boundaries), [x])
    assert found.tolist() == [[bisect.bisect_right(boundaries, number) for number in x[0]]]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-3, 3) | st.sampled_from([1e300, -1e300]), max_size=5), st.lists(SOME))
def test_whole_numbers_are_compared_exactly(boundaries, numbers):
    boundaries = sorted(boundaries)
    found, _ = run(layer(Discretization, bin_boundaries=boundaries), [np.array([numbers], "int64")])
    assert found.tolist() == [[sum(bound <= number for bound in boundaries) for number in numbers]]


def test_what_is_no_number_lies_in_the_last_bin_and_the_infinite_at_the_ends():
    x = np.array([[np.nan, np.inf, -np.inf]])
    found, _ = run(layer(Discretization, bin_boundaries=[0, 1, 2]), [x])
    assert found.tolist() == [[3, 3, 0]]


def places(numbers, tokens, others, mask):
    """A place for each number, by a dictionary."""
    first = int(mask is not None)
    table = {token: first + others + i for i, token in enumerate(tokens)}
    found = [table.get(number, first + number % others) for number in numbers]
    return [0 if number == mask else place for number, place in zip(numbers, found, strict=True)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(SOME, min_size=1, max_size=6, unique=True), st.integers(1, 3), st.booleans(), st.data()
)
def test_the_way_into_a_vocabulary_and_back(tokens, others, padded, data):
    mask = 2**63 - 1 if padded and 2**63 - 1 not in tokens else None
    given_settings = {"vocabulary": tokens, "num_oov_indices": others, "mask_token": mask}
    numbers = data.draw(st.lists(SOME | st.sampled_from([*tokens, 2**63 - 1])))
    x = np.array([numbers], "int64")
    found, _ = run(layer(IntegerLookup, **given_settings), [x])
    assert found.tolist() == [places(numbers, tokens, others, mask)]
    unused = next(number for number in range(99) if number not in tokens)
    back = layer(IntegerLookup, **given_settings, invert=True, oov_token=unused)
    returned, _ = run(back, [found])
    known = [number if number in {*tokens, mask} else unused for number in numbers]
    assert returned.tolist() == [known]


def test_what_stands_for_padding_and_for_others_may_lead_the_vocabulary():
    plain = layer(IntegerLookup, vocabulary=[5, 6], mask_token=0)
    led = layer(IntegerLookup, vocabulary=[0, -1, 5, 6], mask_token=0)
    assert plain.tokens == led.tokens == (5, 6)


@pytest.mark.parametrize(
    ("more", "key", "message"),
    [
        ("vocabulary: words.txt", "vocabulary", "is a list of whole numbers here, not the name"),
        ("vocabulary: [1, 2, 1]", "vocabulary", "must hold different numbers, and 1 is there tw"),
        ("vocabulary: [1, 2], mask_token: 2", "vocabulary", "must not hold the `mask_token` 2"),
        ("vocabulary: [1, 2], max_tokens: 2", "max_tokens", "must be 3 or more, as many as there"),
        ("vocabulary: [1], pad_to_max_tokens: true", "pad_to_max_tokens", "needs `max_tokens`"),
        ("vocabulary: [1], invert: true, output_mode: count", "output_mode", "must be `int` with"),
    ],
)
def test_a_lookup_that_contradicts_itself(more, key, message):
    text = "specc: 1\ninputs: {x: {shape: [3], dtype: int32}}\nlayers: [{type: IntegerLookup, "
    text += f"{more}}}]\n"
    (found,) = [item for item in sc.validate(text) if item.code == "SPC0104"]
    assert found.message.startswith(f"`{key}` {message}")


def test_a_category_that_is_not_there_is_an_error_of_the_data():
    text = "specc: 1\ninputs: {x: {shape: [2], dtype: int32}}\nlayers: [{type: CategoryEncoding, "
    model = sc.compile_text(f"{text}num_tokens: 3}}]\n")
    assert model(np.array([[0, 2]], "int32")).tolist() == [[1, 0, 1]]
    with pytest.raises(sc.SpecError) as refused:
        model(np.array([[0, 3]], "int32"))
    assert [item.code for item in refused.value.diagnostics] == ["SPC0502"]


def test_a_boundary_that_the_dtype_cannot_hold_is_blamed_where_it_is_written():
    found = refusal(layer(Discretization, bin_boundaries=[0, 1e300]), (2, 3))
    assert (found.code, found.argument) == ("SPC0504", ("bin_boundaries",))
