"""A layer that gets another name: weights that files hold under the old one are told of."""

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from spec_compiler.authoring.document import read_document
from spec_compiler.authoring.renaming import in_vain, renamed
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import read

SPEC = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
- {type: Dense, name: d1, units: 4}
- {type: Dense, name: d2, units: 4}
"""
TRAINED = (
    "train: {loss: mse, optimizer: sgd, epochs: 1, batch_size: 2, initial_weights: w.safetensors}\n"
)
LIB = """\
specc: 1
blocks:
  deepen:
    inputs: {x: {shape: [n]}}
    layers: [{type: Dense, name: up, units: 4}]
    outputs: up
"""
USING = """\
specc: 1
imports: {lib: lib.yaml}
inputs: {x: {shape: [4]}}
layers: [{use: lib.deepen, name: deep}]
weights: {file: w.safetensors}
"""


def saved(path, *layers):
    tensors = {f"{name}.kernel": np.ones((4, 4), "float32") for name in layers}
    tensors |= {f"{name}.bias": np.ones(4, "float32") for name in layers}
    save_file(tensors, path)


def told(folder, text, old="name: d1", name="newly", others=(), file="model.yaml"):
    """What is said when a layer is renamed whose name stands at the end of `old`."""
    path = str(folder / file)
    document = read_document(text, path, weights=False)
    assert not document.analysis.found.errors, list(document.analysis.found)
    place = document.position(text.index(old) + len(old) - 1)
    texts = {path: text} | {str(folder / name): other for name, other in others}
    roots = [read(other, str(folder / name), Diagnostics()) for name, other in others]
    edits = renamed(document, place, name, roots, texts)
    assert edits
    return in_vain(document, edits, roots, texts)


def test_weights_under_the_old_name_are_told_of(tmp_path):
    saved(tmp_path / "w.safetensors", "d1", "d2")
    (said,) = told(tmp_path, SPEC + "weights: {file: w.safetensors}\n")
    for words in ("`w.safetensors`", "`d1.bias`", "`d1.kernel`", "map: {NEW: d1."):
        assert words in said
    assert "d2" not in said


@pytest.mark.parametrize(
    "weights",
    [
        "",
        "weights: {file: absent.safetensors}\n",
        "weights: {file: w.safetensors, map: {d1.kernel: a.kernel, d1.bias: a.bias}}\n",
    ],
)
def test_where_nothing_is_left_behind_nothing_is_said(tmp_path, weights):
    saved(tmp_path / "w.safetensors", "a", "d2")
    assert told(tmp_path, SPEC + weights) == []


def test_a_pattern_that_no_longer_fits_leaves_its_tensors_behind(tmp_path):
    saved(tmp_path / "w.safetensors", "a1", "a2")
    entries = '"d{i}.kernel": "a{i}.kernel", "d{i}.bias": "a{i}.bias"'
    mapped = f"weights: {{file: w.safetensors, map: {{{entries}}}}}\n"
    (said,) = told(tmp_path, SPEC + mapped)
    assert "`a1.kernel`" in said
    assert "a2" not in said
    assert told(tmp_path, SPEC + mapped, name="d3") != []  # `a3` is another tensor


def test_shards_are_looked_into(tmp_path):
    saved(tmp_path / "one.safetensors", "d1")
    saved(tmp_path / "two.safetensors", "d2")
    shards = {"d1": "one.safetensors", "d2": "two.safetensors"}
    parts = {f"{name}.{part}": of for name, of in shards.items() for part in ("bias", "kernel")}
    (tmp_path / "w.json").write_text(json.dumps({"weight_map": parts}))
    (said,) = told(tmp_path, SPEC + "weights: {file: w.json}\n", "name: d2")
    assert "`w.json`" in said
    assert "d2.kernel" in said


def test_what_training_begins_with_is_told_of(tmp_path):
    saved(tmp_path / "w.safetensors", "d1")
    (said,) = told(tmp_path, SPEC + TRAINED)
    assert "d1.kernel" in said
    assert "drawn anew" in said
    assert told(tmp_path, SPEC + TRAINED, "name: d2") == []


def test_a_layer_of_a_block_is_renamed_for_those_who_use_it(tmp_path):
    saved(tmp_path / "w.safetensors", "deep.up")
    (tmp_path / "lib.yaml").write_text(LIB)
    (tmp_path / "using.yaml").write_text(USING)
    (said,) = told(tmp_path, LIB, "name: up", others=[("using.yaml", USING)], file="lib.yaml")
    assert "`deep.up.kernel`" in said
