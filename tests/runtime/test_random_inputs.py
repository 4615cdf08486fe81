"""Random sizes and data are such as the spec allows, and the same for the same seed."""

import numpy as np
import pytest

from spec_compiler import SpecError
from spec_compiler.compile import program_of_text
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes


def program(inputs, *layers, dims="{}", seed=None):
    listed = "".join(f"  - {layer}\n" for layer in layers or ["{type: Identity}"])
    head = "" if seed is None else f"seed: {seed}\n"
    return program_of_text(f"specc: 1\n{head}dims: {dims}\ninputs: {{{inputs}}}\nlayers:\n{listed}")


@pytest.mark.parametrize(
    ("declared", "size"),
    [
        ("{}", 8),
        ("{min: 10}", 10),
        ("{max: 5}", 5),
        ("{min: 3, max: 20}", 8),
        ("{multiple_of: 3}", 9),
        ("{multiple_of: 3, max: 8}", 6),
        ("{multiple_of: 4, min: 10}", 12),
        ("{multiple_of: 16}", 16),
    ],
)
def test_a_size_that_is_not_given_is_a_usual_one_within_its_bounds(declared, size):
    made = program("x: {shape: [n]}", dims=f"{{n: {declared}}}")
    assert random_sizes(made, {}) == {"batch": 1, "n": size}
    assert random_sizes(made, {"n": 7, "batch": 3}) == {"batch": 3, "n": 7}


def test_a_size_that_a_check_asks_for_is_taken():
    made = program("x: {shape: [n]}, y: {shape: [5]}", "{type: Dot, axes: 1, from: [x, y]}",
        dims="{n: {}}")  # fmt: skip
    assert [check.relation for check in made.graph.checks] == ["=="]
    assert random_sizes(made, {}) == {"batch": 1, "n": 5}


@pytest.mark.parametrize(
    ("name", "help"), [("sqe", "did you mean `seq`?"), ("zzz", "the sizes are batch, seq")]
)
def test_a_size_that_the_model_has_not_is_refused(name, help):
    with pytest.raises(SpecError) as caught:
        random_sizes(program("x: {shape: [seq]}", dims="{seq: {}}"), {name: 1})
    (found,) = caught.value.diagnostics.errors
    said = f"the model has no size `{name}`"
    assert (found.code, found.message, found.help) == ("SPC0516", said, help)


def drawn(made, **sizes):
    return random_inputs(made, {"batch": 4000, **sizes})["x"]


def test_floats_are_normal_or_lie_in_their_interval():
    free = drawn(program("x: {shape: [2]}"))
    assert (free.dtype, free.shape) == ("float32", (4000, 2))
    assert abs(free.mean()) < 0.05
    assert abs(free.std() - 1) < 0.05
    held = drawn(program("x: {shape: [2], dtype: float64, values: {min: 3, max: 5}}"))
    assert held.dtype == "float64"
    assert 3 <= held.min() < 3.01
    assert 4.99 < held.max() <= 5


def test_four_in_five_of_a_mask_are_true():
    made = program("x: {shape: [3], mask: true}")
    mask = random_inputs(made, {"batch": 4000})["x.mask"]
    assert mask.dtype == "bool"
    assert abs(mask.mean() - 0.8) < 0.02


EMBEDDING = "{type: Embedding, input_dim: %d, output_dim: 1}"


@pytest.mark.parametrize(
    ("declared", "layers", "least", "most"),
    [
        ("dtype: int32, values: {min: -2, max: 3}", (), -2, 3),
        ("dtype: int32", (), 0, 9),
        ("dtype: int32", (EMBEDDING % 5,), 0, 4),
        ("dtype: int8", (EMBEDDING % 1000,), 0, 127),
        ("dtype: float32, values: {min: 0, max: 1}", (), 0, 1),
        # through what moves numbers or casts them, to the smaller of two tables
        ("dtype: int16", ("{type: Lambda, name: i, function: 'flip(x[:, :1])'}", EMBEDDING % 6),
         0, 5),
        ("dtype: int16", ("{type: Lambda, name: i, function: \"cast(x, 'int32')\"}",
         EMBEDDING % 6), 0, 5),
        ("dtype: int32", ("{type: Lambda, name: s, function: 'shift_left(1, x)'}",), 0, 31),
        ("dtype: int32", ("{type: Lambda, name: g, function: 'gather(zeros([7]), x, axis=0)'}",),
         0, 6),
    ],
)  # fmt: skip
def test_whole_numbers_lie_in_what_they_name(declared, layers, least, most):
    found = drawn(program(f"x: {{shape: [2], {declared}}}", *layers))
    assert (np.floor(found.min()), np.ceil(found.max())) == (least, most)


def test_the_same_seed_draws_the_same():
    made = program("x: {shape: [2]}", seed=5)
    usual, same, other = (random_inputs(made, {"batch": 3}, seed)["x"] for seed in (None, 5, 6))
    np.testing.assert_array_equal(usual, same)
    assert not np.array_equal(usual, other)
