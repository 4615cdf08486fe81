"""Findings that their authors know of: SARIF tells them as suppressed, other formats not at all."""

from __future__ import annotations

import json

import pytest
from read_back import of_sarif

SPEC = (
    "specc: 1\nparams: {old: 4}\ninputs: {x: {shape: [4]}}\nlayers:\n  - {type: Dense, units: 3}\n"
)
WRITE = ("--baseline", "known.json", "--write-baseline")
READ = ("--baseline", "known.json")


@pytest.fixture
def run(specc, tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "m.yaml").write_text(SPEC)
    return lambda *words: specc("validate", *words, folder=tmp_path)


def test_sarif_tells_what_is_suppressed_and_why(run, tmp_path):
    """A run says it of all its results or of none; what is said is no more than before."""
    (result,) = json.loads(run("m.yaml", "--format", "sarif").out)["runs"][0]["results"]
    assert "suppressions" not in result
    run("m.yaml", *WRITE)
    comment = "# specc: ignore[SPC1002] tied in the next version\n"
    known = SPEC.replace("inputs", f"dims:\n  {comment}  n: {{min: 1}}\ninputs")
    (tmp_path / "m.yaml").write_text(known.replace("old: 4", "old: 4, new: 5"))
    ran = run("m.yaml", "--format", "sarif", *READ)
    report = ran.out
    results = json.loads(report)["runs"][0]["results"]
    told = {item["message"]["text"].split("`")[1]: item["suppressions"] for item in results}
    assert told == {
        "old": [{"kind": "external"}],
        "new": [],
        "n": [{"kind": "inSource", "justification": "tied in the next version"}],
    }
    assert len(of_sarif(report)) == 1
    names = {item["partialFingerprints"]["specc/v1"] for item in results}
    assert len(names) == 3
    assert result["partialFingerprints"]["specc/v1"] in names  # it is the same finding as before


def test_sarif_does_not_tell_what_is_not_asked_for(run, tmp_path):
    text = SPEC.replace("old: 4}", "old: 4} # specc: ignore[SPC1001] later")
    (tmp_path / "m.yaml").write_text(text)
    report = run("m.yaml", "--format", "sarif", "--ignore", "SPC1001").out
    assert json.loads(report)["runs"][0]["results"] == []
