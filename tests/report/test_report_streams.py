"""A stream that cannot hold a character is no failure, and documents on it are what they say."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SPEC = """\
specc: 1
name: "mödel → ∑"
inputs: {x: {shape: [4]}}
layers:
  - {type: Dense, name: a, units: 3, doc: "é →"}
tests:
  - {name: "é →", dims: {batch: 2}, expect: {a: {finite: true}}}
"""


ENCODINGS = ("ascii", "latin-1", "cp1252", "utf-8")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_documents_are_the_same_on_every_stream(specc, folder, encoding):
    expanded = specc("expand", "model.yaml", folder=folder, encoding=encoding).out
    assert yaml.safe_load(expanded)["name"] == yaml.safe_load(SPEC)["name"]
    report = specc("test", "model.yaml", "--format", "junit", folder=folder, encoding=encoding).out
    (case,) = ET.fromstring(report).iter("testcase")  # noqa: S314
    assert case.get("name") == "é → [batch=2]"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "words",
    [["validate", "--help"], ["test", "model.yaml"], ["validate", "mödel → ∑.yaml"], ["explain"]],
)
def test_words_for_people_always_come_out(specc, folder, words, encoding):
    done = specc(*words, folder=folder, encoding=encoding)
    assert done.status in {0, 3}, done.err
    assert "bug" not in done.err


def test_the_streams_of_a_process_are_treated_so(specc, folder):
    """What the others do within this process."""
    settings = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
    for words in (["expand", "model.yaml"], ["validate", "mödel → ∑.yaml"]):
        done = subprocess.run(
            [sys.executable, "-m", "spec_compiler", *words],
            cwd=folder,
            env={**os.environ, **settings},
            capture_output=True,
            check=False,
        )
        same = specc(*words, folder=folder, encoding="ascii")
        assert (done.returncode, done.stdout.decode(), done.stderr.decode()) == same
