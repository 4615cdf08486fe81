"""`specc diff` as people call it: files, revisions of git, formats and exit codes."""

import json
import re
import subprocess

import pytest
from compared_model import MODEL

from spec_compiler.compare import Comparison, Finding, FindingKind
from spec_compiler.report import Style
from spec_compiler.report.comparison import COMPARISON_FORMATS

MORE = MODEL.replace("classes: 10", "classes: 12")


@pytest.fixture
def pair(tmp_path):
    paths = tmp_path / "old.yaml", tmp_path / "new.yaml"
    for path, text in zip(paths, (MODEL, MORE), strict=True):
        path.write_text(text)
    return paths


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A file with two revisions, and a third state that is not committed."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    folder = tmp_path / "repository"
    (folder / "models").mkdir(parents=True)

    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)

    git("init")
    for message, text in (("first", MODEL), ("second", MORE)):
        (folder / "models" / "model.yaml").write_text(text)
        git("add", ".")
        git("commit", "-m", message)
    (folder / "models" / "model.yaml").write_text(MODEL.replace("relu", "tanh"))
    monkeypatch.chdir(folder)
    return folder


def names(out):
    return [item["name"] for item in json.loads(out)["findings"]]


def test_the_text_says_what_breaks(specc, pair):
    status, out, err = specc("diff", *pair)
    assert (status, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines() if line] == [
        "interface", "outputs.probs.shape",
        "weights", "probs.kernel", "probs.bias",
        "graph", "probs.units",
        "interface",
    ]  # fmt: skip
    assert out.endswith("weights of 1 of 3 layers no longer load\n")


@pytest.mark.parametrize(
    ("kinds", "status"),
    [("interface", 1), ("cosmetic,weights", 1), ("graph", 1), ("cosmetic", 0), ("wieghts", 2)],
)
def test_it_fails_only_on_what_is_named(specc, pair, kinds, status):
    assert specc("diff", *pair, "--fail-on", kinds)[0] == status


def test_json_is_for_programs(specc, pair):
    report = json.loads(specc("diff", *pair, "--format", "json")[1])
    assert report["format_version"] == 1
    assert (report["old"], report["new"]) == tuple(map(str, pair))
    assert report["unloadable"] == ["probs"]
    assert {item["kind"]: item["loads"] for item in report["findings"]} == {
        "interface": None,
        "weights": False,
        "graph": None,
    }


def test_revisions_of_git(specc, repository):
    path = "models/model.yaml"
    past = specc("diff", path, "--rev", "HEAD~1", "--format", "json")
    assert (past[0], names(past[1])) == (0, ["hidden.activation"])
    both = specc("diff", f"git:HEAD~1:{path}", f"git:HEAD:{path}", "--format", "json")
    assert "outputs.probs.shape" in names(both[1])
    assert "hidden.activation" not in names(both[1])


def test_two_revisions_of_one_file(specc, repository):
    path = "models/model.yaml"
    between = specc("diff", path, "--rev", "HEAD~1..HEAD", "--format", "json")
    assert "outputs.probs.shape" in names(between[1])
    assert "hidden.activation" not in names(between[1]), "what is not committed does not count"
    assert specc("diff", path, "--rev", "HEAD~1..", "--format", "json") == between


def test_a_file_whose_folder_is_gone_is_read_from_its_revision(specc, repository):
    old = "git:HEAD~1:models/model.yaml"
    (repository / "models" / "model.yaml").rename(repository / "model.yaml")
    (repository / "models").rmdir()
    status, out, err = specc("diff", old, "model.yaml", "--format", "json")
    assert (status, names(out), err) == (0, ["hidden.activation"], "")


@pytest.mark.parametrize("path", [".", "..", "models", "models/", "models/none.yaml", "/"])
def test_a_path_that_is_no_file_of_the_revision(specc, repository, path):
    status, out, err = specc("diff", f"git:HEAD:{path}", "models/model.yaml")
    assert (status, out, err.count("\n")) == (3, "", 1), err


@pytest.mark.parametrize("folder", [".", "models"])
def test_a_file_of_a_revision_is_called_what_git_calls_it(specc, repository, monkeypatch, folder):
    monkeypatch.chdir(repository / folder)
    path = "models" if folder == "." else "model.yaml"
    status, out, err = specc("diff", "--rev", "HEAD", path, "--format", "markdown")
    assert (status, err) == (0, "")
    (name,) = re.findall(r"`([0-9a-f]{10}:\S*)`", out)
    assert name.endswith(":models/model.yaml")
    shown = subprocess.run(["git", "show", name], capture_output=True, text=True, check=True)
    assert shown.stdout == MORE


def test_imports_are_those_of_the_revision(specc, repository):
    library = repository / "models" / "parts" / "blocks.yaml"
    library.parent.mkdir()
    block = (
        "{inputs: {x: {shape: [d]}}, layers: [{type: Dense, name: up, units: 4}], outputs: {y: up}}"
    )
    library.write_text(f"specc: 1\nblocks:\n  ffn: {block}\n")
    (repository / "models" / "model.yaml").write_text(
        "specc: 1\nimports: {b: parts/blocks.yaml}\ninputs: {x: {shape: [8]}}\n"
        "layers: [{use: b.ffn, name: one}]\n"
    )
    for arguments in (["add", "."], ["commit", "-m", "third"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *who, *arguments], check=True, capture_output=True)
    library.write_text(library.read_text().replace("units: 4", "units: 5"))
    _, out, _ = specc("diff", "models/model.yaml", "--rev", "HEAD", "--format", "json")
    assert "one.up.units" in names(out)
    library.write_text("specc: 1\nblocks: 3\n")
    assert specc("diff", "git:HEAD:models/model.yaml", "git:HEAD:models/model.yaml")[0] == 0
    library.unlink()
    assert specc("diff", "git:HEAD:models/model.yaml", "git:HEAD:models/model.yaml")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["models/model.yaml", "--rev", "nowhere"], 3, "no such revision"),
        (["models/model.yaml", "--rev", "HEAD...HEAD"], 2, "two dots"),
        (["models/model.yaml", "--rev", "..HEAD"], 2, "git:REV:PATH"),
        (["git:HEAD:models", "models/model.yaml"], 3, "no file in the revision"),
        (["git:HEAD:models/old.yaml", "models/model.yaml"], 3, ":models/old.yaml: the revision"),
        (["/dev/null", "--rev", "HEAD"], 3, "no git repository"),
        (["models/other.yaml", "--rev", "HEAD"], 3, "no such file"),
        (["models/model.yaml", "--rev=--help"], 2, "git:REV:PATH"),
        (["models/model.yaml", "git:--output=x:models/model.yaml"], 2, "git:REV:PATH"),
        (["models/model.yaml"], 2, "NEW is missing"),
        (["models/model.yaml"] * 3, 2, "more than two"),
        (["-", "-"], 2, "standard input"),
    ],
)
def test_what_cannot_be_compared(specc, repository, arguments, status, words):
    code, out, err = specc("diff", *arguments)
    assert (code, out) == (status, "")
    assert words in err
    assert not (repository / "x").exists()


def test_without_git_it_says_so(specc, repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    code, _, err = specc("diff", "models/model.yaml", "--rev", "HEAD")
    assert code == 3
    assert "git is not installed" in err


def test_a_refused_spec_is_shown_with_its_findings(specc, pair):
    pair[1].write_text(MODEL.replace("units: classes", "units: classes / 3"))
    code, out, err = specc("diff", *pair)
    assert (code, out) == (1, "")
    assert f"{pair[1]}:9" in err


def test_weights_on_disk_are_not_asked(specc, pair):
    for path in pair:
        path.write_text(path.read_text() + "weights: {file: weights.safetensors}\n")
    (pair[0].parent / "weights.safetensors").write_bytes(b"not a safetensors file")
    assert specc("diff", *pair)[0] == 0


def test_text_of_strangers_does_not_act():
    bad = "a\x1b[31m|b`<script>\n::error::"
    findings = (Finding(FindingKind.COSMETIC, bad, bad, bad),)
    comparison = Comparison("old", "new", findings, (), ())
    for name, printer in COMPARISON_FORMATS.items():
        out = printer(comparison, Style())
        assert "\x1b" not in out
        assert "\n::error" not in out, name
    page = COMPARISON_FORMATS["markdown"](comparison, Style())
    (row,) = [line for line in page.splitlines() if line.startswith("| `")]
    assert row.count("|") == 4
    assert row.count("`") == 6
