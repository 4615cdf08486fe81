"""Masking finds padding by its value; Identity changes nothing."""

import math

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.build import Builder
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.ranges import Range
from spec_compiler.ir.types import Policy, TensorType
from spec_compiler.layers.core.identity import Identity
from spec_compiler.layers.core.masking import Masking
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.refusals import Refusal, Refusals

SEQ = symbol("seq")


def lowered(shape=(BATCH, SEQ, 2), dtype="float32", policy="float32", interval=None, **arguments):
    b = Builder(layer="pad", policy=Policy.named(policy))
    x = b.value(TensorType(dtype, shape))
    layer = validated(Masking, arguments, Scope(), "Masking")
    earlier = Mask(b.value(TensorType("bool", shape[:-1])), "embed")
    if interval:
        b.ranges.known[x] = Range(*interval, met=True)
    return b, x, layer.lower(b, Signal(x, earlier))


def run(data, **arguments):
    shape = (BATCH, SEQ, data.shape[2]) if data.ndim == 3 else (BATCH, *data.shape[1:])
    b, x, y = lowered(shape, str(data.dtype), **arguments)
    graph = b.graph({"x": x}, {"y": y.value, "m": y.mask.value})
    sizes = {"batch": len(data), "seq": data.shape[1]}
    out = evaluate(graph, {"x": data}, {}, sizes)
    return out["y"], out["m"]


@pytest.mark.parametrize(
    ("data", "value", "kept"),
    [
        (np.array([[[0, 0], [0, 1], [2, 3]]], "f"), 0.0, [[False, True, True]]),
        (np.array([[[-1, -1], [0, 0], [-1, 3]]], "i4"), -1, [[False, True, True]]),
        (np.array([[[0, 9], [9, 0], [9, 9]]], "f"), [0, 9], [[False, True, True]]),
        (np.array([[[0, 0], [0, 1], [2, 3]]], "u1"), [0], [[False, True, True]]),
        (np.array([[[True, True], [False, True]]]), 1, [[False, True]]),
        (np.array([[[math.inf, math.inf], [math.nan, math.inf]]], "f"), math.inf, [[False, True]]),
        (np.array([[0, 0], [0, 1]], "f"), 0, [False, True]),
    ],
)
def test_a_step_is_padding_when_all_its_features_are(data, value, kept):
    y, mask = run(data, mask_value=value)
    np.testing.assert_array_equal(mask, kept)
    np.testing.assert_array_equal(y, np.where(mask[..., None], data, np.zeros_like(data)))
    assert y.dtype == data.dtype


def test_values_may_differ_along_several_axes():
    data = np.arange(8.0, dtype="f").reshape(2, 2, 2)
    _, mask = run(data[:, :, None, :], mask_value=[[0.0, 1.0]])
    np.testing.assert_array_equal(mask[..., 0], [[False, True], [True, True]])


def test_one_value_for_each_feature_makes_an_unknown_size_known_to_the_data():
    b, _, _ = lowered((BATCH, 4, SEQ), mask_value=[0, 1, 2])
    assert [check.holds({"seq": 3}) for check in b.checks] == [True] * len(b.checks)
    assert not any(check.holds({"seq": 4}) for check in b.checks)


def test_the_new_mask_replaces_the_old_one():
    _, _, y = lowered()
    assert (y.mask.origin, y.mask.value.shape) == ("pad", (BATCH, SEQ))


@pytest.mark.parametrize(
    ("dtype", "policy", "made"),
    [
        ("float64", "float32", "float32"),
        ("float32", "mixed_float16", "float16"),
        ("int64", "mixed_float16", "int64"),
    ],
)
def test_only_floats_are_cast(dtype, policy, made):
    assert lowered(dtype=dtype, policy=policy)[2].dtype == made


def test_the_comparison_is_made_after_the_cast():
    # 1.0001 is 1 in half precision, and 1.01 is not
    data = np.array([[[1.0], [1.0001], [1.01]]], "f")
    _, mask = run(data, policy="mixed_float16", mask_value=1.0)
    np.testing.assert_array_equal(mask, [[False, False, True]])


def test_zero_joins_the_declared_range():
    b, _, y = lowered(dtype="int32", interval=(3, 9))
    assert b.range_of(y.value)[:2] == (0, 9)


@pytest.mark.parametrize(
    ("case", "code", "argument"),
    [
        ({"shape": (BATCH,)}, "SPC0304", ("from",)),
        ({"shape": ()}, "SPC0304", ("from",)),
        ({"mask_value": [0, 1, 2]}, "SPC0336", ("mask_value",)),
        ({"mask_value": [[[0, 1]]]}, "SPC0336", ("mask_value",)),
        ({"shape": (BATCH, 2), "mask_value": [[0, 1]]}, "SPC0336", ("mask_value",)),
        ({"dtype": "int32", "mask_value": 0.5}, "SPC0503", ("mask_value",)),
        ({"dtype": "int32", "mask_value": math.inf}, "SPC0503", ("mask_value",)),
        ({"dtype": "uint8", "mask_value": -1}, "SPC0503", ("mask_value",)),
        ({"dtype": "int8", "mask_value": [0, 128]}, "SPC0503", ("mask_value",)),
        ({"dtype": "bool", "mask_value": 2}, "SPC0503", ("mask_value",)),
    ],
)
def test_what_does_not_fit_the_input_is_refused(case, code, argument):
    with pytest.raises(Refusal) as refused:
        lowered(**case)
    assert (refused.value.code, refused.value.argument) == (code, argument)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (math.nan, "SPC0503"),
        ([0.0, math.nan], "SPC0503"),
        ("zero", "SPC0205"),
        (None, "SPC0104"),
        (True, "SPC0104"),
        ([], "SPC0104"),
        ([[1], [1, 2]], "SPC0104"),
        ([1, [2]], "SPC0104"),
    ],
)
def test_a_mask_value_that_is_none_is_refused(value, code):
    with pytest.raises(Refusals) as refused:
        validated(Masking, {"mask_value": value}, Scope(), "Masking")
    (refusal,) = refused.value.parts
    assert (refusal.code, refusal.argument) == (code, ("mask_value",))


def test_identity_keeps_whole_numbers_and_their_mask():
    b = Builder(layer="same")
    x = Signal(
        b.value(TensorType("uint8", (BATCH, SEQ))),
        Mask(b.value(TensorType("bool", (BATCH, SEQ))), "embed"),
        sparse=True,
    )
    assert Identity().lower(b, x) == x
    assert not b.nodes


def test_identity_casts_floats_as_every_layer_does():
    b = Builder(layer="same", policy=Policy.named("mixed_float16"))
    x = b.value(TensorType("float32", (BATCH, SEQ)))
    assert Identity().lower(b, Signal(x)).dtype == "float16"


def test_a_mask_that_masking_replaces_is_used_neither_there_nor_behind():
    text = """
specc: 1
inputs: {x: {shape: [5, 3], mask: true}}
layers:
  - {type: Reshape, name: lossy, target_shape: [5, 3]}
  - {type: Masking}
  - {type: LSTM, units: 2}
"""
    with pytest.raises(SpecError) as refused:
        program_of_text(text, "spec.yaml")
    (finding,) = refused.value.diagnostics.errors
    assert finding.code == "SPC0410"
    assert finding.notes == ("path of the mask: x -> lossy",)
