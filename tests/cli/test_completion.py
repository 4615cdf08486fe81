"""What a shell offers while a command is typed: values of the spec, and nothing that could act."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.report import FORMATS

EXAMPLES = Path(__file__).parents[2] / "examples"
SPEC = """\
specc: 1
params:
  width: 4
  masked: {type: bool, default: true}
  half: {value: width / 2}
dims: {seq: {min: 2, max: 5}, other: {min: 20}}
inputs: {left: {shape: [seq]}, right: {shape: [other]}}
layers: [{type: Dense, name: d, units: half, from: left2}]
tests: [{name: it is finite, dims: {batch: 1}, expect: {d: {finite: true}}}]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "models").mkdir()
    spec = SPEC.replace("left2", "right").replace("[other]", "[other, width]")
    (tmp_path / "models" / "good.yaml").write_text(spec)
    (tmp_path / "models" / "broken.yaml").write_text(SPEC)
    (tmp_path / "models" / "other.yaml").write_text("a: 1\n")
    (tmp_path / "models" / "$(touch made).yaml").write_text(spec)
    (tmp_path / "models" / "weights.safetensors").write_bytes(b"")
    np.save(tmp_path / "data.npy", np.zeros(3))
    return tmp_path


@pytest.fixture
def offered(specc, folder, monkeypatch):
    """The words that bash is offered behind a line; the last word is what has been typed of it."""

    def words(line: str) -> list[str]:
        parts = ["specc", *line.split(" ")]
        monkeypatch.setenv("_SPECC_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", " ".join(parts))
        monkeypatch.setenv("COMP_CWORD", str(len(parts) - 1))
        ran = specc(folder=folder)
        assert ran.err == ""
        return ran.out.split()

    return words


GOOD = "models/good.yaml"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("va", ["validate"]),
        ("validate mod", ["models/broken.yaml", "models/good.yaml", "models/"]),
        ("validate models/g", [GOOD]),
        ("diff models/g", [GOOD]),
        ("validate --format ", [*FORMATS]),
        ("test --format j", ["json", "junit"]),
        ("diff --format m", ["markdown"]),
        ("summary --format ", ["text", "json", "markdown"]),
        ("graph --depth a", ["auto", "all"]),
        ("expand --format y", ["yaml"]),
        ("graph --format d", ["dot"]),
        ("run --color n", ["never"]),
        ("explain SPC0301", ["SPC0301"]),
        ("explain Den", ["Dense"]),
        ("explain gath", ["gather"]),
        ("explain leaky", ["leaky_relu"]),
        (f"run {GOOD} --set ", ["width=4", "masked=true"]),
        (f"validate {GOOD} --set w", ["width=4"]),
        (f"run {GOOD} --dim ", ["batch=1", "seq=5", "other=20"]),
        (f"summary {GOOD} --dim s", ["seq=5"]),
        (f"run {GOOD} --random seq=3,", ["seq=3,batch=1", "seq=3,other=20"]),
        (f"run {GOOD} --input ", ["left=", "right=", "data.npy", "models/"]),
        (f"run {GOOD} --input l", ["left=data.npy", "left=models/"]),
        (f"run {GOOD} --input right=d", ["right=data.npy"]),
        (f"run {GOOD} --weights mod", ["models/weights.safetensors", "models/"]),
        ("run models/broken.yaml --dim ", []),
        (f"test {GOOD} -k f", ["finite"]),
        (f"run {GOOD} --show ", ["left", "right", "d"]),
        (f"run {GOOD} --engine e", ["evaluator"]),
        (f"trace {GOOD} --with-engine p", ["plan"]),
        ("new tex", ["text-classifier"]),
        ("fmt models/g", [GOOD]),
        (
            "validate --select SPC1001,SPC1002,SPC1003,SPC1004,SPC1005,SPC102",
            [f"SPC1001,SPC1002,SPC1003,SPC1004,SPC1005,SPC102{n}" for n in range(1, 7)],
        ),
        ("run models/none.yaml --dim ", []),
        ("run --dim ", []),
    ],
)
def test_values_are_offered(offered, line, words):
    assert offered(line) == words


def test_nothing_that_a_shell_could_run_is_offered(specc, folder, offered, monkeypatch):
    assert not any("touch" in word for word in offered("run models/"))
    monkeypatch.setenv("_SPECC_COMPLETE", "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "specc run models/")
    out = specc(folder=folder).out
    assert "good.yaml" in out
    assert "touch" not in out


def test_the_examples_offer_their_sizes(offered, folder):
    shutil.copytree(EXAMPLES / "text", folder / "text")
    assert offered("run text/model.yaml --dim s") == ["subject_length=8"]


def test_what_is_inside_of_layers_is_offered(offered, folder):
    layer = "{type: Bidirectional, name: d, layer: {type: GRU, units: half}"
    spec = SPEC.replace("{type: Dense, name: d, units: half", layer).replace("left2", "right")
    (folder / "models" / "both.yaml").write_text(spec.replace("[other]", "[other, width]"))
    found = ["d.forward_layer.cell.state", "d.forward_layer"]
    assert offered("run models/both.yaml --show d.f") == found
