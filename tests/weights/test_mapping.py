"""Weights that somebody else named."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import save_file

import spec_compiler as sc

SPEC = """
specc: 1
inputs: {{x: {{shape: [4]}}}}
layers:
  - {{type: Dense, name: block-0, units: 6}}
  - {{type: Dense, name: block-1, units: 6}}
  - {{type: Dense, name: head, units: 2, use_bias: false}}
weights:
  file: theirs.safetensors
  map:
    {map}
"""
MAP = """\
"block-{i}.kernel": {from: "h.{i}.weight", as: "transpose(w, [1, 0])"}
    "block-{i}.bias": "h.{i}.bias"
    head.kernel: {from: out, as: "reshape(w, [6, 2])"}
"""


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(0)
    tensors = {
        "h.0.weight": rng.normal(size=(6, 4)),
        "h.0.bias": rng.normal(size=6),
        "h.1.weight": rng.normal(size=(6, 6)),
        "h.1.bias": rng.normal(size=6),
        "out": rng.normal(size=12),
    }
    save_file(
        {name: x.astype("float16") for name, x in tensors.items()}, tmp_path / "theirs.safetensors"
    )
    return tmp_path


def findings(folder, text):
    return sc.validate(SPEC.format(map=text), file=str(folder / "model.yaml"))


def test_names_and_layouts_are_brought_to_the_model(folder) -> None:
    model = sc.compile_text(SPEC.format(map=MAP), file=str(folder / "model.yaml"))
    from safetensors.numpy import load_file

    theirs = {
        name: x.astype("float32") for name, x in load_file(folder / "theirs.safetensors").items()
    }
    x = np.arange(8, dtype=np.float32).reshape(2, 4)
    y = x @ theirs["h.0.weight"].T + theirs["h.0.bias"]
    y = y @ theirs["h.1.weight"].T + theirs["h.1.bias"]
    np.testing.assert_allclose(model(x), y @ theirs["out"].reshape(6, 2), rtol=1e-5)
    assert {array.dtype.name for array in model.weights.values()} == {"float32"}


def test_an_exact_entry_wins_over_a_pattern(folder) -> None:
    text = MAP + '    block-1.bias: "h.0.bias"\n'
    model = sc.compile_text(
        SPEC.format(map=text).replace("  map:", "  strict: false\n  map:"),
        file=str(folder / "model.yaml"),
    )
    np.testing.assert_array_equal(model.weights["block-1.bias"], model.weights["block-0.bias"])


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ('"transpose(w, [1, 0])"', '"w"', "SPC0612", "is [6, 4] in the weights file"),
        ('"reshape(w, [6, 2])"', '"reshape(w, [6, 3])"', "SPC0301", "elements"),
        ('"reshape(w, [6, 2])"', '"reshap(w, [6, 2])"', None, "reshap"),
        ("from: out", "from: outt", "SPC0611", "has no `outt`"),
        ("head.kernel:", "haed.kernel:", "SPC0620", "`haed.kernel` fits no weight"),
        ('"h.{i}.bias"', '"h.{j}.bias"', "SPC0620", "`{j}` is not a part"),
    ],
)
def test_what_does_not_fit_is_said_at_the_entry(folder, old, new, code, words) -> None:
    errors = [item for item in findings(folder, MAP.replace(old, new)) if item.severity == "error"]
    said = [item for item in errors if words in item.message]
    assert said, errors
    assert code in {None, said[0].code}
    assert said[0].span.line >= 11
