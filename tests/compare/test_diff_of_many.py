"""`specc diff --rev REV FOLDER`: what a change does to all specs, as a reviewer wants it."""

import json
import subprocess

import pytest
from compared_model import MODEL

from spec_compiler.report.comparison import MARK

OTHER = "specc: 1\ninputs: {x: {shape: [4]}}\nlayers:\n  - {type: Dense, name: d, units: 2}\n"
PART = """\
specc: 1
blocks:
  b:
    inputs: {x: {shape: [..., n]}}
    layers: [{type: Dense, name: d, units: 3}]
    outputs: d
"""
USES = """\
specc: 1
imports: {p: part.yaml}
inputs: {x: {shape: [4]}}
layers:
  - {use: p.b, name: u}
"""


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """A folder of specs in which one is edited, one came, one went, one broke, a part changed."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    folder = tmp_path / "repository"
    models = folder / "models"
    models.mkdir(parents=True)

    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init")
    texts = {
        "edited": MODEL,
        "gone": OTHER,
        "breaks": OTHER,
        "part": PART,
        "uses": USES,
        "same": OTHER,
    }
    for name, text in texts.items():
        (models / f"{name}.yaml").write_text(text)
    (models / "no_spec.yaml").write_text("a: 1\n")
    git("add", ".")
    git("commit", "-m", "first")
    (models / "edited.yaml").write_text(MODEL.replace("classes: 10", "classes: 12"))
    (models / "gone.yaml").unlink()
    (models / "breaks.yaml").write_text(OTHER.replace("units", "unitz"))
    (models / "part.yaml").write_text(PART.replace("units: 3", "units: 5"))
    (models / "same.yaml").write_text("# words only\n" + OTHER)
    (models / "came.yaml").write_text(OTHER)
    monkeypatch.chdir(folder)
    return folder


def test_text_says_what_became_of_each(specc, changed):
    status, out, err = specc("diff", "--rev", "HEAD", "models")
    assert (status, err) == (0, "")
    edited, uses, rest = out.partition("\nmodels/uses.yaml\n")
    assert edited.startswith("models/edited.yaml\ninterface")
    assert uses
    assert "[batch, 3]" in rest
    assert "[batch, 5]" in rest
    assert rest.endswith(
        "models/breaks.yaml: it is not valid now: 1 error\n"
        "models/came.yaml: added\n"
        "models/gone.yaml: removed\n"
        "\n"
        "6 specs: 2 changed, 1 added, 1 removed, 1 not comparable, 1 the same\n"
    )


def test_json_has_all_of_it(specc, changed):
    report = json.loads(specc("diff", "--rev", "HEAD", "models", "--format", "json")[1])
    assert [one["new"] for one in report["comparisons"]] == [
        "models/edited.yaml",
        "models/uses.yaml",
    ]
    assert report["added"] == ["models/came.yaml"]
    assert report["removed"] == ["models/gone.yaml"]
    assert report["refused"] == {"models/breaks.yaml": "it is not valid now: 1 error"}
    assert report["same"] == 1


def test_markdown_is_one_comment(specc, changed):
    out = specc("diff", "--rev", "HEAD", "models", "--format", "markdown")[1]
    assert out.startswith(MARK)
    assert out.count(MARK) == 1
    assert "`models/came.yaml` | added" in out


def test_one_file_and_a_range_of_the_past(specc, changed):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["add", "."], [*who, "commit", "-m", "second"]):
        subprocess.run(["git", *command], cwd=changed, check=True, capture_output=True)
    (changed / "models" / "later.yaml").write_text(OTHER)
    status, out, _ = specc("diff", "--rev", "HEAD~1..HEAD", "models")
    assert status == 0
    assert "later" not in out
    assert "models/gone.yaml: removed" in out


def test_failing_on_a_kind_looks_at_all(specc, changed):
    assert specc("diff", "--rev", "HEAD", "models", "--fail-on", "weights")[0] == 1
    assert (
        specc(
            "diff", "--rev", "HEAD", "models/came.yaml", "models/same.yaml", "--fail-on", "graph"
        )[0]
        == 0
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--rev", "nothing", "models"], 3),
        (["--rev", "HEAD", "models/nowhere.yaml", "models/neither.yaml"], 2),
        (["--rev", "HEAD", "models", "-"], 2),
        (["models/came.yaml", "models/same.yaml", "models/part.yaml"], 2),
    ],
)
def test_what_cannot_be_asked(specc, changed, arguments, status):
    assert specc("diff", *arguments)[0] == status
