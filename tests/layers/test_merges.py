"""Add and Concatenate: sizes, dtypes and masks, against NumPy and by the rules of the facts."""

from __future__ import annotations

import numpy as np
import pytest
from driving import refusal, run
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.merging.add import Add
from spec_compiler.layers.merging.concatenate import Concatenate
from spec_compiler.layers.signal import Mask, Signal

SEQ = symbol("seq")
RANDOM = np.random.default_rng(11)


def after_batch(array, rank):
    return array.reshape(array.shape[:1] + (1,) * (rank - array.ndim) + array.shape[1:])


@st.composite
def shapes_that_may_broadcast(draw):
    whole = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    shapes = []
    for _ in range(draw(st.integers(2, 4))):
        kept = draw(st.integers(1, len(whole)))
        tail = whole[1:][len(whole) - kept :]
        one = draw(st.lists(st.booleans(), min_size=len(tail), max_size=len(tail)))
        shape = [whole[0], *(1 if flag else size for size, flag in zip(tail, one, strict=True))]
        if draw(st.integers(0, 9)) == 0:
            shape[draw(st.integers(0, len(shape) - 1))] = draw(st.integers(1, 4))
        shapes.append(tuple(shape))
    return shapes


@settings(max_examples=150, deadline=None)
@given(shapes_that_may_broadcast())
def test_add_broadcasts_as_numpy_does_after_the_batch(shapes):
    arrays = [RANDOM.normal(size=shape) for shape in shapes]
    rank = max(array.ndim for array in arrays)
    try:
        expected = sum(after_batch(array, rank) for array in arrays)
    except ValueError:
        assert refusal(Add(), *shapes).code == "SPC0303"
        return
    found, _ = run(Add(), arrays)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    assert found.shape == expected.shape


def masks_of(shape, rank):
    return RANDOM.random(shape[:rank]) < 0.5


@settings(max_examples=100, deadline=None)
@given(shapes_that_may_broadcast(), st.data())
def test_the_mask_of_a_sum_is_the_union_of_what_each_element_keeps(shapes, data):
    arrays = [np.zeros(shape) for shape in shapes]
    masks = [masks_of(shape, data.draw(st.integers(1, len(shape)))) for shape in shapes]
    rank = max(array.ndim for array in arrays)
    elements = []
    for array, mask in zip(arrays, masks, strict=True):
        trailing = mask.reshape(mask.shape + (1,) * (array.ndim - mask.ndim))
        elements.append(after_batch(np.broadcast_to(trailing, array.shape), rank))
    try:
        kept = np.logical_or.reduce(np.broadcast_arrays(*elements))
    except ValueError:
        return
    _, found = run(Add(), arrays, masks)
    np.testing.assert_array_equal(
        np.broadcast_to(found.reshape(found.shape + (1,) * (kept.ndim - found.ndim)), kept.shape),
        kept,
    )
    assert found.shape == kept.shape[: found.ndim]


def test_a_sum_with_an_unmasked_input_has_no_mask():
    x = np.zeros((2, 3, 4))
    assert run(Add(), [x, x], [np.ones((2, 3), bool), None])[1] is None


def test_a_residual_keeps_the_very_mask():
    b = Builder(layer="merge")
    mask = Mask(b.value(TensorType("bool", (BATCH, SEQ))), "embed")
    x, y = (
        Signal(b.value(TensorType("float32", (BATCH, SEQ, 8)))).masked(Mask(mask.value, "embed"))
        for _ in range(2)
    )
    assert Add().lower(b, x, y).mask == mask


def test_mask_pass_takes_the_one_mask_to_the_result():
    b = Builder(layer="merge")
    mask = Mask(b.value(TensorType("bool", (BATCH, 1))), "embed")
    x = Signal(b.value(TensorType("float32", (BATCH, 1, 8)))).masked(mask)
    y = Signal(b.value(TensorType("float32", (BATCH, SEQ, 8))))
    carried = Add().carry_mask(b, Add().lower(b, x, y), x, y)
    assert carried.value.shape == (BATCH, SEQ)
    assert carried.origin == "embed"


@pytest.mark.parametrize("layer", [Add(), Concatenate()])
@pytest.mark.parametrize(
    ("left", "right", "policy", "expected"),
    [
        ("int32", "int32", "float32", "int32"),
        ("int32", "int64", "float32", "int64"),
        ("int8", "uint8", "float32", "int16"),
        ("uint32", "int32", "float32", "int64"),
        ("bool", "bool", "float32", "bool"),
        ("bool", "int32", "float32", "int32"),
        ("int64", "uint64", "float32", "float32"),
        ("int32", "float32", "float32", "float32"),
        ("float16", "float32", "float32", "float32"),
        ("float64", "float64", "float32", "float32"),
        ("float32", "float32", "mixed_float16", "float16"),
    ],
)
def test_dtypes_as_keras_promotes_them(layer, left, right, policy, expected):
    found, _ = run(layer, [np.ones((2, 3), left), np.ones((2, 3), right)], policy=policy)
    assert str(found.dtype) == expected


def test_sizes_known_only_from_the_data_are_checked_then():
    b = Builder(layer="merge")
    shapes = (BATCH, SEQ, 8), (BATCH, 5, 8)
    y = Add().lower(b, *[Signal(b.value(TensorType("float32", shape))) for shape in shapes])
    assert y.shape == (BATCH, 5, 8)
    assert b.checks
    for seq, fits in ((5, True), (1, True), (4, False)):
        assert all(check.holds({"seq": seq, "batch": 2}) for check in b.checks) is fits


def test_a_sum_of_one_is_refused():
    assert refusal(Add(), (2, 3)).code == "SPC0340"


def test_a_conflict_names_both_inputs_and_sizes():
    found = refusal(Add(), (BATCH, 7, 8), (BATCH, 7, 1), (BATCH, 6))
    assert found.argument == ("from", 2)
    assert found.related[0][0] == ("from", 0)
    assert "axis -1: it is 8 in input 0 and 6 in input 2" in found.message


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_concatenate_joins_values_and_masks_element_by_element(data):
    rank = data.draw(st.integers(2, 4))
    axis = data.draw(st.integers(1, rank - 1))
    shape = data.draw(st.lists(st.integers(1, 3), min_size=rank, max_size=rank))
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    arrays = [RANDOM.normal(size=(*shape[:axis], n, *shape[axis + 1 :])) for n in sizes]
    ranks = [data.draw(st.none() | st.integers(1, rank)) for _ in arrays]
    masks = [r and masks_of(x.shape, r) for x, r in zip(arrays, ranks, strict=True)]
    negative = data.draw(st.booleans())
    layer = Concatenate(axis=axis - rank if negative else axis)
    found, mask = run(layer, arrays, masks)
    np.testing.assert_array_equal(found, np.concatenate(arrays, axis))
    if all(m is None for m in masks):
        assert mask is None
        return
    elements = [
        np.ones(x.shape, bool)
        if m is None
        else np.broadcast_to(m.reshape(m.shape + (1,) * (rank - m.ndim)), x.shape)
        for x, m in zip(arrays, masks, strict=True)
    ]
    widest = max(m.ndim for m in masks if m is not None)
    joined = np.concatenate(elements, axis).any(tuple(range(widest, rank)))
    np.testing.assert_array_equal(mask, joined)


def test_unknown_lengths_add_up():
    b = Builder(layer="merge")
    shapes = (BATCH, SEQ, 8), (BATCH, 2, 8), (BATCH, SEQ, 8)
    inputs = [Signal(b.value(TensorType("float32", shape))) for shape in shapes]
    assert Concatenate(axis=1).lower(b, *inputs).shape == (BATCH, 2 * SEQ + 2, 8)
    assert not b.checks


@pytest.mark.parametrize("axis", [0, -2, 2, -3])
def test_an_axis_that_cannot_be_joined_is_refused(axis):
    found = refusal(Concatenate(axis=axis), (2, 3), (2, 4))
    assert (found.code, found.argument) == ("SPC0341", ("axis",))


@pytest.mark.parametrize(
    ("shapes", "blamed"),
    [
        ([(2, 3, 4), (2, 5, 4)], 1),
        ([(2, 3, 4), (2, 3, 5), (2, 1, 4)], 2),
        ([(2, 4), (2, 1, 4)], 1),
    ],
)
def test_inputs_that_do_not_join_are_refused(shapes, blamed):
    found = refusal(Concatenate(), *shapes)
    assert (found.code, found.argument) == ("SPC0342", ("from", blamed))
