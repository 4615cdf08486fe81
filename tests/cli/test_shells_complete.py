"""The scripts that `specc --show-completion` prints, in the shells that are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spec_compiler.cli.words_in_bash import joined

ROOT = Path(__file__).parents[2]
SPEC = """\
specc: 1
params: {width: 16}
dims: {seq: {min: 2, max: 5}}
inputs: {x: {shape: [seq, 8]}}
layers: [{type: Dense, name: hidden, units: width}]
"""
TWO = """\
specc: 1
inputs: {left: {shape: [8]}, right: {shape: [8]}}
layers: [{type: Add, from: [left, right]}]
"""
ASK = {
    "bash": """
        source script
        COMP_WORDS=(LINE)
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _specc_completion specc
        printf '%s\\n' "${COMPREPLY[@]}"
    """,
    "zsh": """
        compdef() { }
        _arguments() { print -r -- "$@" }
        source script
        words=(LINE)
        CURRENT=${#words}
        _specc_completion
    """,
    "fish": "source script; complete -C 'LINE'",
}


@pytest.fixture(params=sorted(ASK))
def shell(request, tmp_path):
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no {request.param}")
    (tmp_path / "m.yaml").write_text(SPEC)
    (tmp_path / "two.yaml").write_text(TWO)
    command = tmp_path / "specc"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m spec_compiler "$@"\n')
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }

    def run(*words):
        return subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout

    (tmp_path / "script").write_text(run("specc", "--show-completion", request.param))
    return request.param, lambda line: run(
        request.param, "-c", ASK[request.param].replace("LINE", line)
    )


def test_values_are_completed(shell):
    name, ask = shell
    assert "validate" in ask("specc val")
    assert "16" in ask("specc summary m.yaml --set wid")
    if name == "bash":
        assert ask("specc summary m.yaml --set width =") == "16\n"
        assert ask("specc run m.yaml --dim seq = 5") == "5\n"
        assert ask("specc run m.yaml --random batch = 2,") == "2,seq=5\n"
    else:
        assert "width=16" in ask("specc summary m.yaml --set width=")


def test_an_option_whose_value_is_to_come_knows_what_stands_before_it(shell, tmp_path):
    name, ask = shell
    nothing = "" if name == "fish" else "''"
    assert "width=64" in ask(f"specc new mlp --set {nothing}")
    assert "width=64" in ask("specc new mlp --set wid")
    for inputs in ("left=", "right="):
        assert inputs in ask(f"specc run two.yaml --input {nothing}")
    for typed in ("l", "le"):
        assert "left=" in ask(f"specc run two.yaml --input {typed}")
    (tmp_path / "data.npy").touch()
    assert "left=data.npy" in ask("specc run two.yaml --input le")


@pytest.mark.parametrize(
    ("words", "at", "whole"),
    [
        (["specc", "val"], 1, (["specc", "val"], 1, "")),
        (["specc", "--set", "a", "="], 3, (["specc", "--set", "a="], 2, "a=")),
        (["specc", "--set", "a", "=", "1"], 4, (["specc", "--set", "a=1"], 2, "a=")),
        (["specc", "--set", "a", "=", "1", "x"], 5, (["specc", "--set", "a=1", "x"], 3, "")),
        (["specc", "f", ":", "o", "=", "p"], 5, (["specc", "f:o=p"], 1, "f:o=")),
        (["specc", "a", "=", "1", ""], 4, (["specc", "a=1", ""], 2, "")),
        (["specc", ""], 1, (["specc", ""], 1, "")),
        (["specc"], 1, (["specc"], 1, "")),
    ],
)
def test_words_that_bash_parts_are_put_together(words, at, whole):
    assert joined(words, at) == whole
