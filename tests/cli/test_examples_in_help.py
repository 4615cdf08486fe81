"""Every example that a help shows is run, in a folder with what it names."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.cli.commands import COMMANDS
from spec_compiler.cli.examples import examples

ROOT = Path(__file__).parents[2]
SPEC = """\
specc: 1
params: {width: 16}
inputs:
  x: {shape: [8]}
layers:
  - {type: Dense, name: hidden, units: width, activation: relu}
  - {type: Dense, name: probs, units: 3, activation: softmax}
train: {labels: y, loss: sparse_categorical_crossentropy, epochs: 1}
tests:
  - {name: finite, dims: {batch: 1}, expect: {probs: {finite: true}}}
"""
STAYS = {"--watch"}
"""Such have tests of their own, in tests/watch and tests/server."""
KERAS = {"train": "-o", "export": "keras", "import": "--check"}
"""With these words Keras computes, which is tried in tests/with_keras; here it is not installed."""
EXAMPLES = [(name, one) for name in COMMANDS for one in examples(name)]
RUN = [
    pytest.param(one.typed, id=one.typed)
    for name, one in EXAMPLES
    if name not in {"lsp", "mcp"} and not STAYS & {*one.typed.split()}
]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "models").mkdir()
    for name in ("model.yaml", "models/a.yaml"):
        (tmp_path / name).write_text(SPEC)
    (tmp_path / "old.yaml").write_text(SPEC)
    (tmp_path / "other.yaml").write_text(SPEC.replace("tests:", "doc: the same\ntests:"))
    shutil.copy(ROOT / "tests/keras/files/keras3.keras", tmp_path / "model.keras")
    x = np.ones((4, 8), "float32")
    np.save(tmp_path / "x.npy", x)
    np.savez(tmp_path / "data.npz", x=x, y=np.zeros(4, "int32"))
    git = [
        "git",
        "-c",
        "user.name=n",
        "-c",
        "user.email=e@example.com",
        "-c",
        "init.defaultBranch=main",
    ]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path


@pytest.mark.parametrize("typed", RUN)
def test_an_example_does_what_it_says(specc, folder, typed, monkeypatch):
    if "fmt" in typed and "--check" in typed:
        specc("fmt", "models/", folder=folder)
    monkeypatch.setitem(sys.modules, "keras", None)
    before, _, target = typed.partition(" > ")
    program, *words = shlex.split(before)
    ran = specc(*words, folder=folder)
    assert program == "specc"
    if KERAS.get(words[0]) in words and "train --check" not in f"{words[0]} {words[-1]}":
        assert ran.status == 1
        assert "not installed" in ran.err
        return
    assert ran.status == (1 if "--diff" in words and words[0] == "fmt" else 0), ran.err + ran.out
    assert ran.out or ran.err or "-o" in words
    assert not target or ran.out.startswith("{")
    if "-o" in words and "--check" not in words:
        assert (folder / words[words.index("-o") + 1]).exists()


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_some_and_its_help_shows_them(specc, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    shown = [" ".join(line.split()) for line in specc(name, "--help").out.splitlines()]
    found = examples(name)
    assert len(found) <= 4
    for one in found:
        assert one.typed.startswith(f"specc {name}")
        assert shown[shown.index(f"# {one.does}") + 1] == one.typed
