"""The identity is of the model: how it is written makes no difference, what it means does."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from compared_model import MODEL

from spec_compiler.compile import compile_text
from spec_compiler.identity import identity

ROOT = Path(__file__).parents[2]
EXPLICIT = """\
# the same model, in other words
specc: 1
name: somebody's
doc: words
metadata: {by: nobody}
dtype: float32
dims: {steps: {max: 9}}
layers:
  - {from: [hidden], activation: softmax, units: 10, name: probs, type: Dense, use_bias: true,
     expect: {shape: [batch, 10]}, doc: one for each class}
  - {from: memory, activation: relu, units: 16, name: hidden, type: Dense, dtype: float32}
  - {from: x, units: 2 * 8, name: memory, type: LSTM, trainable: true}
inputs:
  x: {mask: true, batch_shape: [null, steps, 8], dtype: float32}
outputs: {probs: {from: probs, dtype: float32}}
weights: {file: nowhere.safetensors}
"""


def of(text, file="model.yaml", **settings):
    return identity(compile_text(text, file, weights=False, **settings))


def test_it_does_not_depend_on_how_the_model_is_written():
    assert of(EXPLICIT) == of(MODEL)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("classes: 10", "classes: 11"),
        ("relu", "gelu"),
        ("max: 9", "max: 8"),
        (", mask: true", ""),
        ("name: hidden", "name: other"),
        ("name: hidden", "name: hidden, trainable: false"),
        ("name: hidden", "name: hidden, dtype: float64"),
        ("name: hidden", "name: hidden, kernel_initializer: zeros"),
        ("dims:", "seed: 1\ndims:"),
        ("dims:", "constraints: [steps > 2]\ndims:"),
    ],
)
def test_what_changes_the_meaning_changes_it(before, after):
    assert of(MODEL.replace(before, after)) != of(MODEL)


def test_params_count_by_their_values():
    assert of(MODEL, params={"classes": "12"}) == of(MODEL.replace("10", "12"))


def test_a_whole_number_is_the_same_as_a_float():
    spec = (
        "specc: 1\ninputs: {x: {shape: [4]}}\nlayers: [{type: Dense, units: 2, "
        "kernel_initializer: {type: Constant, value: 1}}]\n"
    )
    assert of(spec) == of(spec.replace("value: 1", "value: 1.0"))
    assert of(spec) != of(spec.replace("value: 1", "value: 1.5"))


def test_a_constant_counts_by_its_content(tmp_path):
    np.save(tmp_path / "a.npy", np.array([[1, 2], [3, 4]], "float32"))
    np.save(tmp_path / "b.npy", np.array([[1, 2], [3, 5]], "float32"))
    spec = (
        "specc: 1\ninputs: {{x: {{shape: [2]}}, c: {{tensor: {}}}}}\n"
        "layers: [{{type: Add, from: [x, c]}}]\n"
    )
    spec = spec.replace("shape: [2]", "batch_shape: [2, 2]")
    inline, first, second = (
        of(spec.format(tensor), str(tmp_path / "model.yaml"))
        for tensor in ("[[1, 2], [3, 4]]", "{file: a.npy}", "{file: b.npy}")
    )
    assert inline == first
    assert first != second


def test_every_machine_computes_the_same(tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(MODEL)
    printed = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "spec_compiler", "hash", path],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        printed.add(done.stdout)
    assert printed == {f"{of(MODEL)}\n"}


def test_json_means_the_same(specc, tmp_path):
    (tmp_path / "model.yaml").write_text(MODEL)
    _, core, _ = specc("expand", tmp_path / "model.yaml", "--format", "json")
    (tmp_path / "core.json").write_text(core)
    hashes = {specc("hash", tmp_path / name)[:2] for name in ("model.yaml", "core.json")}
    assert hashes == {(0, f"{of(MODEL)}\n")}


def test_what_is_refused_has_no_identity(specc, tmp_path):
    (tmp_path / "model.yaml").write_text(MODEL.replace("units", "unit"))
    status, out, err = specc("hash", tmp_path / "model.yaml")
    assert (status, out) == (1, "")
    assert "SPC0103" in err


def test_a_list_that_is_read_by_its_names_is_roles():
    text = """\
specc: 1
inputs: {a: {shape: [2]}, b: {shape: [2]}}
layers:
  - {type: Lambda, name: y, from: [a, b], function: a - b}
"""
    of_list = identity(compile_text(text))
    assert identity(compile_text(text.replace("[a, b]", "{b: b, a: a}"))) == of_list
    assert identity(compile_text(text.replace("[a, b]", "{a: b, b: a}"))) != of_list
