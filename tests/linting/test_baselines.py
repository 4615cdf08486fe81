"""Findings that are known: not shown, not counted, and told when they are gone."""

from __future__ import annotations

import json

import pytest

SPEC = (
    "specc: 1\nparams: {old: 4}\ninputs: {x: {shape: [4]}}\nlayers:\n  - {type: Dense, units: 3}\n"
)
WRITE = ("--baseline", "known.json", "--write-baseline")
READ = ("--baseline", "known.json", "--deny-warnings")


@pytest.fixture
def run(specc, tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "m.yaml").write_text(SPEC)
    return lambda *words, folder="": specc("validate", *words, folder=tmp_path / folder)


def test_what_is_known_is_not_said(run, tmp_path):
    assert run("m.yaml", "--deny-warnings").status == 1
    assert run("m.yaml", *WRITE).status == 0
    ran = run("m.yaml", *READ)
    assert (ran.status, ran.out) == (0, "1 spec is valid\n")
    assert ran.err == "note: 1 finding in the baseline\n"


def test_lines_that_move_make_nothing_new(run, tmp_path):
    run("m.yaml", *WRITE)
    (tmp_path / "m.yaml").write_text("# a line\n\n" + SPEC)
    assert run("m.yaml", *READ).status == 0


def test_what_is_new_is_said(run, tmp_path):
    run("m.yaml", *WRITE)
    (tmp_path / "m.yaml").write_text(SPEC.replace("old: 4", "old: 4, more: 5"))
    ran = run("m.yaml", *READ)
    assert ran.status == 1
    assert "`more`" in ran.out
    assert "`old`" not in ran.out


def test_what_is_mended_is_said_until_it_is_written_again(run, tmp_path):
    run("m.yaml", *WRITE)
    (tmp_path / "m.yaml").write_text(SPEC.replace("params: {old: 4}\n", ""))
    ran = run("m.yaml", *READ)
    assert ran.status == 1
    assert "warning[SPC1094]: 1 finding of the baseline is not found any more" in ran.out
    assert "m.yaml: SPC1001: nothing reads the param `old`" in ran.out
    assert run("m.yaml", *WRITE).status == 0
    assert json.loads((tmp_path / "known.json").read_text()) == {"baseline": 1, "findings": {}}
    assert run("m.yaml", *READ).status == 0


def test_other_specs_stay_in_it(run, tmp_path):
    (tmp_path / "n.yaml").write_text(SPEC)
    run(".", *WRITE)
    (tmp_path / "n.yaml").write_text(SPEC.replace("params: {old: 4}\n", ""))
    assert run("m.yaml", *READ).status == 0
    run("m.yaml", *WRITE)
    files = {
        item["file"]
        for item in json.loads((tmp_path / "known.json").read_text())["findings"].values()
    }
    assert files == {"m.yaml", "n.yaml"}


def test_it_holds_wherever_specc_runs(run, tmp_path):
    (tmp_path / "sub").mkdir()
    run("m.yaml", *WRITE)
    assert (
        run("../m.yaml", "--baseline", "../known.json", "--deny-warnings", folder="sub").status == 0
    )
    (tmp_path / "specc.toml").write_text('baseline = "known.json"\ndeny-warnings = true\n')
    assert run("m.yaml").status == 0
    assert run("../m.yaml", folder="sub").status == 0


def test_an_error_is_never_known(run, tmp_path):
    (tmp_path / "m.yaml").write_text(SPEC.replace("units: 3", "units: three"))
    assert run("m.yaml", *WRITE).status == 1
    assert json.loads((tmp_path / "known.json").read_text())["findings"] == {}
    assert run("m.yaml", *READ).status == 1


def test_a_spec_with_errors_mends_nothing(run, tmp_path):
    run("m.yaml", *WRITE)
    (tmp_path / "m.yaml").write_text(SPEC.replace("units: 3", "units: three"))
    assert "SPC1094" not in run("m.yaml", *READ).out


@pytest.mark.parametrize(
    "text", ["", "[]", '{"baseline": 2}', '{"baseline": 1, "findings": [1]}', "[" * 9999]
)
def test_what_is_no_baseline_is_refused_and_kept(run, tmp_path, text):
    (tmp_path / "known.json").write_text(text)
    for words in (READ, WRITE):
        ran = run("m.yaml", *words)
        assert ran.status == 1
        assert "SPC1096" in ran.out + ran.err
    assert (tmp_path / "known.json").read_text() == text


def test_one_that_is_not_there_yet_is_told_how_it_is_made(run, tmp_path):
    (tmp_path / "specc.toml").write_text('baseline = "later.json"\n')
    ran = run("m.yaml")
    assert ran.status == 3
    assert "later.json: No such file or directory: `--write-baseline` makes it" in ran.err
    assert run("m.yaml", "--write-baseline").status == 0
    assert run("m.yaml", "--deny-warnings").status == 0


def test_it_needs_a_name_and_a_file(run):
    assert run("m.yaml", "--write-baseline").status == 2
    assert run("m.yaml", "--baseline", "missing.json").status == 3


@pytest.mark.parametrize("name", ["json", "gitlab", "junit", "markdown", "github", "concise"])
def test_no_format_tells_of_what_is_known(run, name):
    assert "SPC1001" in run("m.yaml", "--format", name).out or name == "junit"
    run("m.yaml", *WRITE)
    assert "SPC1001" not in run("m.yaml", "--format", name, *READ).out
