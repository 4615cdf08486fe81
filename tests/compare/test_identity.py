"""The identity is of the model: how it is written makes no difference, what it means does."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from compared_model import MODEL

from spec_compiler.compare import identity
from spec_compiler.compile import program_of_text
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml

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
    return identity(program_of_text(text, file, weights=False, **settings))


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


PLAIN = """\
specc: 1
params: {k: 2}
inputs: {x: {shape: [5, 8]}}
layers:
  - {type: Dense, name: d, units: 4}
  - {type: Lambda, name: l, function: x*2+k}
  - {type: LayerNormalization, epsilon: 0.001, name: n}
  - {type: EinsumDense, name: e, equation: 'abc,cd->abd', output_shape: [5, 4],
     kernel_regularizer: {type: l2, l2: 0.001}}
outputs: {y: e}
"""


@pytest.mark.parametrize(
    "changes",
    [
        {"0.001}": "1e-3}"},
        {"0.001}": "1.0E-3}"},
        {"shape: [5, 8]": "batch_shape: [null, 5, 8]"},
        {"shape: [5, 8]": "batch_shape: [None, 5, 8]"},
        {"shape: [5, 8]": "shape: [5, 8], doc: words"},
        {"units: 4": "units: 4, bias_initializer: zeros, activation: null"},
        {"units: 4": "units: 4, kernel_initializer: {type: GlorotUniform}, activation: linear"},
        {"units: 4": "units: n", "k: 2": "k: 2, n: 4"},
        {", units: 4}": "}", "inputs:": "defaults: {Dense: {units: 4}}\ninputs:"},
        {"inputs:": "dims: {nobody: {max: 3}}\ninputs:"},
        {"inputs:": "constraints: [k < 3]\ninputs:"},
        {"inputs:": "x-words: [1, 2]\nmask_policy: error\nseed: 0\ninputs:"},
        {"inputs:": "tests: [{name: t, expect: {y: {finite: true}}}]\ninputs:"},
        {"x*2+k": "x * 2  + k"},
        {"x*2+k": "x * k + k"},
        {"x*2+k": "x * 2 + 2"},
        {"x*2+k": "x*2+j, arguments: {j: 2}"},
        {"abc,cd->abd": "abc, cd -> abd"},
        {"epsilon: 0.001, name: n": "name: n"},
    ],
)
def test_another_way_to_write_it_is_the_same_model(changes):
    changed = PLAIN
    for before, after in changes.items():
        assert before in changed
        changed = changed.replace(before, after)
    assert of(changed) == of(PLAIN)


def test_a_block_is_the_layers_that_it_stands_for():
    block = "{inputs: {x: {}}, layers: [{type: Dense, units: 4, name: up}], outputs: {y: up}}"
    used = PLAIN.replace("inputs:", f"blocks: {{b: {block}}}\ninputs:", 1)
    used = used.replace("{type: Dense, name: d, units: 4}", "{use: b, name: d}")
    program = program_of_text(used, "model.yaml")
    assert of(used) == of(to_yaml(core_document(program)))
    assert of(used) == of(PLAIN.replace("name: d", "name: d.up"))


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


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_constant_counts_as_the_model_has_it(dtype, tmp_path):
    np.save(tmp_path / "c.npy", np.array([[0.1, 0.7]], dtype))
    spec = f"specc: 1\ninputs: {{c: {{tensor: [[0.1, 0.7]], dtype: {dtype}}}, x: {{shape: [2]}}}}\n"
    spec += "layers: [{type: Add, from: [x, c]}]\n"
    file = str(tmp_path / "model.yaml")
    assert of(spec, file) == of(spec.replace("[[0.1, 0.7]]", "{file: c.npy}"), file)


def function(text, dtype="int32", outputs="l"):
    return of(
        f"specc: 1\ninputs: {{x: {{shape: [4], dtype: {dtype}}}}}\n"
        f"layers: [{{type: Lambda, name: l, function: {text}}}]\noutputs: {outputs}\n"
    )


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("cast(x*25e-1+1.0, 'float64')", True),
        ("cast(x*2.5+1, 'float64')", False),
        ("cast(x*2.5+1.0, 'float32')", False),
    ],
)
def test_parts_of_an_expression_have_one_spelling(text, same):
    assert (function(f'"{text}"') == function("""'cast(x * 2.50 + 1., "float64")'""")) == same


@pytest.mark.parametrize(
    ("one", "other"), [("2", "2.0"), ("0.0", "-0.0"), (".nan", ".inf"), (".inf", "-.inf")]
)
def test_arguments_of_an_expression_count_as_they_are(one, other):
    first, second = (function(f"x * k, arguments: {{k: {item}}}") for item in (one, other))
    assert first != second


def test_an_output_of_a_lambda_may_be_called_doc():
    first, second = (
        function(f"{{doc: x * {k}, y: x}}", outputs="{a: l.doc, b: l.y}") for k in (2, 3)
    )
    assert first != second


def test_values_may_make_an_expression_longer_than_authors_may_write():
    text = " + ".join(["x * k"] * 450)
    assert len(function(f"{text}, arguments: {{k: 0.123456789}}", "float32")) == 64


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan"])
def test_the_core_form_keeps_what_is_no_finite_number(value):
    spec = (
        "specc: 1\ninputs: {x: {shape: [1]}}\n"
        f"layers: [{{type: Lambda, name: y, function: x * k, arguments: {{k: {value}}}}}]\n"
        f"tests: [{{name: t, inputs: {{x: [[{value}]]}}, expect: {{y: {{max: .inf}}}}}}]\n"
    )
    program = program_of_text(spec, "model.yaml")
    text = to_yaml(core_document(program))
    assert (text.count(value), "null" in text) == (spec.count(value), False)
    assert of(text) == of(spec)


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
    of_list = identity(program_of_text(text))
    assert identity(program_of_text(text.replace("[a, b]", "{b: b, a: a}"))) == of_list
    assert identity(program_of_text(text.replace("[a, b]", "{a: b, b: a}"))) != of_list
