"""Weights that a caller from Python hands over, beside the same in a file."""

import numpy as np
import pytest
from safetensors.numpy import save_file

import spec_compiler as sc

SPEC = """\
specc: 1
inputs: {x: {shape: [3]}}
layers:
  - {type: Dense, name: dense, units: 2}
"""
KERNEL = np.arange(6, dtype=np.float32).reshape(3, 2)
BIAS = np.float32([1, -1])
RIGHT = {"dense.kernel": KERNEL, "dense.bias": BIAS}
X = np.float32([[1, 2, 3]])


def test_they_are_what_the_model_computes_with(tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC)
    of_text, of_file = (
        sc.compile_text(SPEC, weights=RIGHT),
        sc.compile_file(tmp_path / "model.yaml", weights=RIGHT),
    )
    later = sc.compile_text(SPEC)
    assert not np.array_equal(later(X), X @ KERNEL + BIAS)
    later.weights = {"dense.kernel": KERNEL.tolist(), "dense.bias": [1.0, -1.0]}
    for model in (of_text, of_file, later):
        np.testing.assert_array_equal(model(X), X @ KERNEL + BIAS)
        np.testing.assert_array_equal(model.weights["dense.bias"], BIAS)
    assert sc.validate(SPEC, weights=RIGHT) == []


def test_one_may_be_replaced_and_nothing_slips_in_unchecked():
    model = sc.compile_text(SPEC, weights=RIGHT)
    model.weights = {**model.weights, "dense.bias": BIAS * 2}
    np.testing.assert_array_equal(model(X), X @ KERNEL + BIAS * 2)
    with pytest.raises(TypeError):
        model.weights["dense.bias"] = np.zeros(7)
    with pytest.raises(sc.SpecError):
        model.weights = {"dense.bias": BIAS}
    np.testing.assert_array_equal(model(X), X @ KERNEL + BIAS * 2)


def test_they_take_the_place_of_the_file_and_its_map(tmp_path):
    spec = SPEC + "weights: {file: none.safetensors, map: {dense.bias: b}, strict: false}\n"
    model = sc.compile_text(spec, file=str(tmp_path / "model.yaml"), weights=RIGHT)
    np.testing.assert_array_equal(model(X), X @ KERNEL + BIAS)
    assert list(model.diagnostics) == []


def test_they_become_the_dtype_of_the_weights():
    third = np.array([1 / 3, 2.0])
    spec = "specc: 1\ndtype: {}\n" + SPEC.removeprefix("specc: 1\n")
    half = sc.compile_text(spec.replace("{}", "float16"), weights={**RIGHT, "dense.bias": third})
    assert half.weights["dense.bias"].dtype == np.float16
    assert half.weights["dense.bias"].tolist() == [float(np.float16(1 / 3)), 2.0]
    brain = sc.compile_text(spec.replace("{}", "bfloat16"), weights={**RIGHT, "dense.bias": third})
    assert brain.weights["dense.bias"].tolist() == [0.333984375, 2.0]


WRONG = {
    "missing": ({"dense.bias": None}, "SPC0611"),
    "shape": ({"dense.kernel": KERNEL.T.copy()}, "SPC0612"),
    "rank": ({"dense.bias": np.float32([[1, 2]])}, "SPC0612"),
    "whole": ({"dense.bias": np.array([1, 2])}, "SPC0613"),
    "truth": ({"dense.bias": np.array([True, False])}, "SPC0613"),
    "extra": ({"dens.gamma": BIAS}, "SPC0614"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_has_the_code_that_it_has_in_a_file(fault, tmp_path):
    changes, code = WRONG[fault]
    tensors = {name: of for name, of in {**RIGHT, **changes}.items() if of is not None}
    save_file(tensors, tmp_path / "w.safetensors")
    spec = SPEC + "weights: {file: w.safetensors}\n"
    of_file = sc.validate(spec, file=str(tmp_path / "model.yaml"))
    given = sc.validate(SPEC, weights=tensors)
    assert [item.code for item in of_file] == [item.code for item in given] == [code]
    wanted = of_file[0].message.replace("the weights file", "the mapping of weights")
    assert given[0].message == wanted
    model = sc.compile_text(SPEC)
    with pytest.raises(sc.SpecError, match=code):
        model.weights = tensors


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ([[1.0], [1.0, 2.0]], "[SPC0612] `dense.bias` has rows of different lengths"),
        (["a", "b"], "[SPC0613] `dense.bias` holds <U1, not floats"),
        (BIAS * 1j, "[SPC0613] `dense.bias` holds complex64, not floats"),
        (None, "[SPC0613] `dense.bias` holds object, not floats"),
    ],
)
def test_what_no_file_can_hold_is_refused_too(item, message):
    with pytest.raises(sc.SpecError) as refused:
        sc.compile_text(SPEC, weights={**RIGHT, "dense.bias": item})
    assert refused.value.findings.headline == message


def test_a_slip_in_a_name_is_one_finding():
    (found,) = sc.validate(SPEC, weights={"dense.kernel": KERNEL, "dense.bais": BIAS})
    assert found.code == "SPC0611"
    assert found.help == "it has `dense.bais`, which the model does not use"
    assert [label.span.line for label in found.labels] == [4]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"dense.kernel": np.zeros((4, 2), np.float32)}, ["axis 1 of `x` is 3"]),
        ({"dense.bias": np.zeros(3, np.float32)}, ["makes an axis of `dense` 2"]),
        (
            {"dense.kernel": KERNEL.T.copy()},
            ["axis 1 of `x` is 3", "makes an axis of `dense` 2"],
        ),
    ],
)
def test_what_makes_the_shape_that_is_needed_is_shown(wrong, said):
    (found,) = sc.validate(SPEC, weights={**RIGHT, **wrong})
    assert [label.text for label in found.labels][1:] == said
