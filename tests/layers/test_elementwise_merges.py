"""Subtract, Multiply, Average, Maximum and Minimum: values, dtypes, and padding entry by entry."""

from __future__ import annotations

import math

import numpy as np
import pytest
from driving import refusal, run, spread
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.dims import BATCH
from spec_compiler.layers.merging.average import Average
from spec_compiler.layers.merging.extremum import Maximum, Minimum
from spec_compiler.layers.merging.multiply import Multiply
from spec_compiler.layers.merging.subtract import Subtract

RANDOM = np.random.default_rng(5)
SHAPE = (2, 3, 2)


def kept_only(entries):
    return [value for value, kept in entries if kept]


MEANINGS = {
    Multiply: lambda entries: math.prod(kept_only(entries)) if kept_only(entries) else None,
    Maximum: lambda entries: max(kept_only(entries), default=entries[0][0]),
    Minimum: lambda entries: min(kept_only(entries), default=entries[0][0]),
    Average: lambda entries: sum(value for value, _ in entries) / len(entries),
}
"""What becomes of one place: `(value, kept)` of each input, to the result (None: nothing kept)."""


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(MEANINGS)), st.integers(2, 4), st.data())
def test_padding_takes_part_as_the_layer_says(kind, count, data):
    arrays = [RANDOM.normal(size=SHAPE) for _ in range(count)]
    ranks = [data.draw(st.none() | st.integers(1, 3)) for _ in arrays]
    masks = [r and RANDOM.random(SHAPE[:r]) < 0.5 for r in ranks]
    kept = [np.ones(SHAPE, bool) if m is None else spread(m, SHAPE) for m in masks]
    found, mask = run(kind(), arrays, masks)
    all_masked = all(m is not None for m in masks)
    for place in np.ndindex(SHAPE):
        entries = [(float(x[place]), bool(k[place])) for x, k in zip(arrays, kept, strict=True)]
        wanted = MEANINGS[kind](entries)
        assert found[place] == pytest.approx(0 if wanted is None else wanted, rel=1e-12)
    assert (mask is not None) is all_masked
    if all_masked:
        np.testing.assert_array_equal(spread(mask, SHAPE), np.logical_or.reduce(kept))


def test_a_masked_vector_beside_a_sequence_pads_all_of_its_steps():
    steps, vector = RANDOM.normal(size=(2, 3, 4)), RANDOM.normal(size=(2, 4))
    rows = np.array([True, False])
    found, mask = run(Multiply(), [steps, vector], [None, rows])
    np.testing.assert_allclose(found[0], steps[0] * vector[0])
    np.testing.assert_array_equal(found[1], steps[1])
    assert mask is None


def test_a_difference_keeps_its_order_and_broadcasts_after_the_batch():
    steps, vector = RANDOM.normal(size=(2, 3, 4)), RANDOM.normal(size=(2, 4))
    np.testing.assert_array_equal(run(Subtract(), [vector, steps])[0], vector[:, None] - steps)


@pytest.mark.parametrize(
    ("layer", "dtype", "expected"),
    [
        (Multiply(), "int32", "int32"),
        (Multiply(), "bool", "bool"),
        (Maximum(), "bool", "bool"),
        (Minimum(), "uint8", "uint8"),
        (Subtract(), "int8", "int8"),
        (Average(), "int8", "float32"),
    ],
)
def test_whole_numbers_stay_whole_except_in_a_mean(layer, dtype, expected):
    left, right = np.array([[0, 1, 1]], dtype), np.array([[1, 0, 1]], dtype)
    found, _ = run(layer, [left, right], policy="float32")
    meaning = {Multiply: np.minimum, Average: lambda x, y: (x + y) / 2, Maximum: np.maximum}
    meaning |= {Minimum: np.minimum, Subtract: np.subtract}
    wanted = meaning[type(layer)](left.astype(int), right.astype(int))
    np.testing.assert_array_equal(found, wanted.astype(expected))
    assert str(found.dtype) == expected


def test_a_mean_of_small_whole_numbers_does_not_wrap():
    hundred = np.array([[100]], np.int8)
    assert run(Average(), [hundred, hundred, hundred], policy="float32")[0] == 100


@pytest.mark.parametrize("kind", [Average, Maximum, Minimum, Multiply])
def test_one_input_is_refused(kind):
    found = refusal(kind(), (2, 3))
    assert found.code == "SPC0340"
    assert kind.__name__ in found.message


@pytest.mark.parametrize("count", [1, 3])
def test_a_difference_of_other_than_two_is_refused(count):
    assert refusal(Subtract(), *[(2, 3)] * count).code == "SPC0350"


def test_sizes_that_do_not_broadcast_name_the_layer():
    found = refusal(Maximum(), (BATCH, 3), (BATCH, 4))
    assert (found.code, found.argument) == ("SPC0303", ("from", 1))
    assert found.message.startswith("Maximum")


ONE_MASKED = """\
specc: 1
inputs: {{x: {{shape: [4, 3], mask: true}}, y: {{shape: [4, 3]}}}}
layers: [{{type: {layer}, from: [x, y]{mask}}}]
"""


@pytest.mark.parametrize("layer", ["Subtract", "Multiply", "Average", "Maximum", "Minimum"])
def test_a_mask_of_one_input_is_lost_only_by_decision(layer):
    with pytest.raises(SpecError) as refused:
        program_of_text(ONE_MASKED.format(layer=layer, mask=""))
    (error,) = refused.value.diagnostics.errors
    assert error.code == "SPC0410"
    assert "every input" in error.annotation
    for mask, has_one in (("drop", False), ("pass", True)):
        program = program_of_text(ONE_MASKED.format(layer=layer, mask=f", mask: {mask}"))
        (output,) = program.outputs.values()
        assert (output.mask is not None) is has_one
