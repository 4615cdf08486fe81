"""A stream that cannot hold a character is no failure, and documents on it are what they say."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
import yaml

SPEC = """\
specc: 1
name: "mödel → ∑"
inputs: {x: {shape: [4]}}
layers:
  - {type: Dense, name: a, units: 3, doc: "é →"}
tests:
  - {name: "é →", dims: {batch: 2}, expect: {a: {finite: true}}}
"""


@pytest.fixture(params=["ascii", "latin-1", "cp1252", "utf-8"])
def specc(request, tmp_path):
    (tmp_path / "model.yaml").write_text(SPEC, encoding="utf-8")
    settings = {"PYTHONIOENCODING": request.param, "PYTHONUTF8": "0"}

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "spec_compiler", *arguments],
            cwd=tmp_path,
            env={**os.environ, **settings, "PYTHONPATH": os.getcwd()},
            capture_output=True,
            check=False,
        )

    return run


def test_documents_are_the_same_on_every_stream(specc):
    expanded = specc("expand", "model.yaml").stdout.decode("utf-8")
    assert yaml.safe_load(expanded)["name"] == yaml.safe_load(SPEC)["name"]
    report = specc("test", "model.yaml", "--format", "junit").stdout
    (case,) = ET.fromstring(report).iter("testcase")  # noqa: S314
    assert case.get("name") == "é → [batch=2]"


@pytest.mark.parametrize(
    "command",
    [["validate", "--help"], ["test", "model.yaml"], ["validate", "mödel → ∑.yaml"], ["explain"]],
)
def test_words_for_people_always_come_out(specc, command):
    done = specc(*command)
    assert done.returncode in {0, 3}, done.stderr
    assert b"bug" not in done.stderr
