"""Dot: sums of products along an axis of each input, sample by sample."""

from __future__ import annotations

import numpy as np
import pytest
from driving import refusal, run
from hypothesis import given, settings
from hypothesis import strategies as st

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.merging.dot import Dot
from spec_compiler.layers.signal import Signal

RANDOM = np.random.default_rng(3)


@settings(max_examples=80, deadline=None)
@given(st.data(), st.booleans())
def test_each_sample_is_a_tensordot(data, normalize):
    ranks = [data.draw(st.integers(2, 4)) for _ in range(2)]
    axes = [data.draw(st.integers(1, rank - 1)) for rank in ranks]
    shapes = [[3, *(data.draw(st.integers(1, 3)) for _ in range(rank - 1))] for rank in ranks]
    shapes[1][axes[1]] = shapes[0][axes[0]]
    x, y = (RANDOM.normal(size=shape) for shape in shapes)
    negative = [data.draw(st.booleans()) for _ in axes]
    written = [a - r if n else a for a, r, n in zip(axes, ranks, negative, strict=True)]
    layer = Dot.model_validate({"axes": written, "normalize": normalize})
    found, _ = run(layer, [x, y])
    if normalize:
        x = x / np.linalg.norm(x, axis=axes[0], keepdims=True)
        y = y / np.linalg.norm(y, axis=axes[1], keepdims=True)
    samples = [np.tensordot(x[i], y[i], (axes[0] - 1, axes[1] - 1)) for i in range(3)]
    expected = np.stack(samples)
    expected = expected.reshape(3, 1) if expected.ndim == 1 else expected
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def test_one_axis_is_counted_in_each_input():
    x, y = RANDOM.normal(size=(2, 3, 4)), RANDOM.normal(size=(2, 4))
    found, _ = run(Dot.model_validate({"axes": -1}), [x, y])
    np.testing.assert_allclose(found, (x * y[:, None]).sum(-1))


def test_the_cosine_of_nothing_is_0_and_of_long_half_vectors_is_1():
    layer = Dot.model_validate({"axes": 1, "normalize": True})
    zero, long = np.zeros((1, 3), np.float16), np.full((1, 3), 1000, np.float16)
    assert run(layer, [zero, long], policy="float16")[0] == 0
    assert run(layer, [long, long], policy="float16")[0] == pytest.approx(1, abs=2e-3)


def test_small_whole_numbers_do_not_wrap():
    x = np.full((1, 3), 100, np.int8)
    found, _ = run(Dot.model_validate({"axes": 1}), [x, x], policy="float32")
    assert (found.dtype, found.item()) == (np.int32, 30_000)


@pytest.mark.parametrize("axes", [0, -2, 2, [1, 0], [-3, 1]])
def test_the_batch_and_axes_that_do_not_exist_are_refused(axes):
    found = refusal(Dot.model_validate({"axes": axes}), (2, 3), (2, 3))
    assert (found.code, found.argument) == ("SPC0352", ("axes",))


def test_inputs_that_do_not_pair_are_refused():
    layer = Dot.model_validate({"axes": [1, 2]})
    found = refusal(layer, (2, 3), (2, 3, 4))
    assert (found.code, [axis for _, axis in found.origins]) == ("SPC0353", [1, 2])
    found = refusal(layer, (2, 3), (5, 3, 3))
    assert [axis for _, axis in found.origins] == [0, 0]
    assert refusal(layer, (2,), (2, 3, 4)).code == "SPC0304"


def test_unknown_sizes_are_checked_on_the_data():
    b = Builder(layer="dot")
    batch, left, right = BATCH, symbol("left"), symbol("right")
    shapes = (batch, 3, left), (batch, right)
    x, y = (Signal(b.value(TensorType("float32", shape))) for shape in shapes)
    assert Dot.model_validate({"axes": [2, 1]}).lower(b, x, y).shape == (batch, 3)
    assert all(check.holds({"left": 4, "right": 4, "batch": 1}) for check in b.checks)
    assert not all(check.holds({"left": 4, "right": 5, "batch": 1}) for check in b.checks)


def test_the_core_form_of_the_axes_is_itself_valid():
    layer = Dot.model_validate({"axes": -1})
    assert Dot.model_validate(layer.arguments()) == layer


@pytest.mark.parametrize("axes", ["[]", "[1]", "[1, 1, 1]", "[[1], 1]", "one", "1.5", "null"])
def test_axes_are_one_or_two_whole_numbers(axes):
    text = "specc: 1\ninputs: {x: {shape: [4]}}\n"
    text += f"layers: [{{type: Dot, from: [x, x], axes: {axes}}}]\n"
    with pytest.raises(SpecError) as refused:
        program_of_text(text)
    assert len(refused.value.diagnostics.errors) == 1
