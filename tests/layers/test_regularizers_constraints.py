"""Regularisers and constraints give Keras's numbers and refuse what they cannot use."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.ir.build import Builder
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.choices.constraints import CONSTRAINTS
from spec_compiler.layers.choices.regularizers import REGULARIZERS
from spec_compiler.layers.core.dense import Dense
from spec_compiler.refusals import Refusal, Refusals

FOLDER = Path(__file__).parents[1] / "conformance"
CASES = json.loads((FOLDER / "reg_constraint.json").read_text())


def chosen(kind, written):
    field = f"kernel_{kind}"
    return getattr(validated(Dense, {"units": 1, field: written}, Scope(), "Dense"), field)


def run(kind, written, array):
    b = Builder()
    w = b.value(TensorType(array.dtype.name, array.shape))
    choice = chosen(kind, written)
    y = choice.penalty(b, w) if kind == "regularizer" else choice.project(b, w)
    result = evaluate(b.graph({"w": w}, {"y": y}), {"w": array}, {}, {})["y"]
    assert (result.dtype.name, result.shape) == (y.dtype, y.shape)
    return result


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["output"])
def test_numbers_of_keras(case):
    settings = dict(case["config"])
    with np.load(FOLDER / "reg_constraint.npz") as arrays:
        w, expected = arrays[case["input"]], arrays[case["output"]]
    result = run(case["kind"], {"type": settings.pop("class_name"), **settings}, w)
    np.testing.assert_allclose(result, expected, rtol=2e-6, atol=1e-7)
    assert result.shape == expected.shape


W = np.array([[3.0, -1.0], [4.0, 0.0], [0.0, -2.0]])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("l1", 0.01 * 10),
        ("L2", 0.01 * 30),
        ("l1l2", 0),
        ({"type": "L1L2", "l1": 1, "l2": 2}, 10 + 60),
        # the cosine of the two columns, and of the three pairs of rows
        ({"type": "orthogonal_regularizer", "mode": "columns"}, 0.01 * 3 / (5 * math.sqrt(5))),
        ("orthogonal_regularizer", 0.01 * (3 / math.sqrt(10) + 1 / math.sqrt(10) + 0) / 3),
    ],
    ids=str,
)
def test_penalties(written, expected):
    result = run("regularizer", written, W)
    assert result.shape == ()
    assert result == pytest.approx(expected, rel=1e-12)


def test_orthogonality_of_degenerate_matrices():
    assert run("regularizer", "orthogonal_regularizer", np.zeros((3, 2))) == 0
    assert run("regularizer", "orthogonal_regularizer", np.ones((1, 4))) == 0


@pytest.mark.parametrize(
    ("written", "lengths"),
    [
        ("max_norm", [2, 2]),
        ({"type": "MaxNorm", "max_value": 3}, [3, math.sqrt(5)]),
        ({"type": "max_norm", "axis": [0, 1]}, [math.sqrt(10 / 3), math.sqrt(2 / 3)]),
        ("unit_norm", [1, 1]),
        ("min_max_norm", [1, 1]),
        ({"type": "min_max_norm", "min_value": 3, "max_value": 4}, [4, 3]),
        ({"type": "min_max_norm", "min_value": 2, "max_value": 2}, [2, 2]),
        ({"type": "min_max_norm", "rate": 0.5}, [3, (1 + math.sqrt(5)) / 2]),
    ],
    ids=str,
)
def test_lengths_of_columns_after_projection(written, lengths):
    projected = run("constraint", written, W)
    np.testing.assert_allclose(np.linalg.norm(projected, axis=0), lengths, rtol=1e-6)
    np.testing.assert_allclose(projected / np.linalg.norm(projected, axis=0), W / [5, 5**0.5])


def test_zero_stays_zero_and_non_neg_cuts():
    for written in ("max_norm", "unit_norm", "min_max_norm"):
        assert not run("constraint", written, np.zeros((2, 2))).any()
    np.testing.assert_array_equal(run("constraint", "non_neg", W), np.maximum(W, 0))


@pytest.mark.parametrize(
    ("kind", "written", "shape"),
    [
        ("regularizer", "orthogonal_regularizer", (2, 3, 4)),
        ("constraint", {"type": "max_norm", "axis": 2}, (2, 3)),
        ("constraint", {"type": "unit_norm", "axis": [0, -2]}, (2, 3)),
    ],
    ids=str,
)
def test_a_weight_that_does_not_fit_is_refused(kind, written, shape):
    for use in (
        lambda: chosen(kind, written).check(shape),
        lambda: run(kind, written, np.ones(shape)),
    ):
        with pytest.raises(Refusal) as caught:
            use()
        assert caught.value.code == "SPC0315"


@pytest.mark.parametrize(
    ("kind", "written", "code", "argument"),
    [
        ("regularizer", "l3", "SPC0106", None),
        ("regularizer", {"type": "l1", "l1": -0.1}, "SPC0104", "l1"),
        ("regularizer", {"type": "l2", "l2": math.nan}, "SPC0104", "l2"),
        ("regularizer", {"type": "l1", "l2": 0.1}, "SPC0103", "l2"),
        ("regularizer", {"type": "orthogonal_regularizer", "mode": "row"}, "SPC0104", "mode"),
        ("constraint", "maxnorm2d", "SPC0106", None),
        ("constraint", {"type": "max_norm", "axis": "first"}, "SPC0205", "axis"),
        ("constraint", {"type": "max_norm", "axis": [0.5]}, "SPC0104", "axis"),
        ("constraint", {"type": "max_norm", "max_value": -1}, "SPC0104", "max_value"),
        ("constraint", {"type": "min_max_norm", "min_value": 2}, "SPC0104", "min_value"),
    ],
    ids=str,
)
def test_a_mistake_is_refused_at_its_place(kind, written, code, argument):
    with pytest.raises(Refusals) as caught:
        chosen(kind, written)
    at = (f"kernel_{kind}", argument) if argument else (f"kernel_{kind}",)
    assert {(item.code, item.argument) for item in caught.value.parts} == {(code, at)}


def test_the_name_that_keras_once_had_is_suggested_in_its_new_form():
    with pytest.raises(Refusals) as caught:
        chosen("regularizer", "l1_l2")
    (refusal,) = caught.value.parts
    assert refusal.code == "SPC0106"
    assert "`l1l2`" in refusal.annotation


def test_every_name_of_keras():
    assert set(REGULARIZERS.by_name) == {
        *("l1", "l2", "l1l2", "orthogonal_regularizer"),
        *("L1", "L2", "L1L2", "OrthogonalRegularizer"),
    }
    assert set(CONSTRAINTS.by_name) == {
        *("max_norm", "min_max_norm", "unit_norm", "non_neg"),
        *("MaxNorm", "MinMaxNorm", "UnitNorm", "NonNeg"),
    }
