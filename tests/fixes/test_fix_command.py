"""`specc validate --fix` and `--diff`: what is written, what is said, and what is left alone."""

import json
import os
import stat

import pytest

from spec_compiler import mending, rewriting
from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostic
from spec_compiler.drafts import Drafts
from spec_compiler.mending import mended
from spec_compiler.rewriting import ChangedError
from spec_compiler.source import Limits
from spec_compiler.spans import Edit, Span

WRONG = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n  - {type: dense, units: 3, mask: pas}\n"
SAFE = WRONG.replace("dense", "Dense")
BOTH = SAFE.replace("pas", "pass")


def test_what_has_one_reading_is_fixed_and_the_rest_is_reported(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(WRONG)
    ran = specc("validate", "--fix", "m.yaml", folder=tmp_path)
    assert ran.status == 1
    assert ran.err == "1 fixed, 1 left\n"
    assert "error[SPC0203]" in ran.out
    assert "SPC0202" not in ran.out
    assert (tmp_path / "m.yaml").read_text() == SAFE
    ran = specc("validate", "--fix", "--unsafe", "m.yaml", folder=tmp_path)
    assert (ran.status, ran.out, ran.err) == (0, "1 spec is valid\n", "1 fixed, 0 left\n")
    assert (tmp_path / "m.yaml").read_text() == BOTH
    assert specc("validate", "--fix", "m.yaml", folder=tmp_path).err == "0 fixed, 0 left\n"


def test_a_diff_changes_nothing_and_can_be_applied(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(WRONG)
    ran = specc("validate", "--diff", "m.yaml", folder=tmp_path)
    assert (ran.status, ran.err) == (1, "1 would be fixed, 1 left\n")
    removed, added = (
        [line[1:] for line in ran.out.splitlines() if line[0] == sign and line[:3] != sign * 3]
        for sign in "-+"
    )
    assert removed == [WRONG.splitlines()[3]]
    assert added == [SAFE.splitlines()[3]]
    assert (tmp_path / "m.yaml").read_text() == WRONG


HIDING = """\
specc: 1
imports: {std: specc:std}
inputs: {x: {shape: [8]}}
layers:
  - {type: dense, units: 3}
  - {type: Softmax}
  - {type: Dense, units: 3}
  - {type: Softmax}
"""


@pytest.mark.parametrize("known", [False, True])
def test_what_is_left_and_what_was_behind_others_is_the_same_for_both(specc, tmp_path, known):
    """An import that nothing uses is said once there is no error; two activations stay."""
    (tmp_path / "m.yaml").write_text(
        HIDING.replace("units: 3}\n  - {type: S", "units: 3, activation: relu}\n  - {type: S")
    )
    words = ["m.yaml"]
    if known:
        (tmp_path / "whole.yaml").write_text(
            (tmp_path / "m.yaml").read_text().replace("dense", "Dense")
        )
        words += ["--baseline", "known.json"]
        (tmp_path / "m.yaml").rename(tmp_path / "kept.yaml")
        (tmp_path / "whole.yaml").rename(tmp_path / "m.yaml")
        specc("validate", *words, "--write-baseline", "--select", "SPC1011", folder=tmp_path)
        (tmp_path / "kept.yaml").rename(tmp_path / "m.yaml")
    left = 0 if known else 2
    ran = specc("validate", "--diff", *words, folder=tmp_path)
    assert f"2 would be fixed, 1 of them behind others, {left} left\n" in ran.err
    ran = specc("validate", "--fix", *words, folder=tmp_path)
    assert f"2 fixed, 1 of them behind others, {left} left\n" in ran.err


def test_a_report_says_how_much_can_be_fixed(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(WRONG.replace("pas", "drop").replace("3,", "'3',"))
    ran = specc("validate", "m.yaml", folder=tmp_path)
    assert "m.yaml:4:12 (--fix)" in ran.out
    assert ran.out.endswith("1 can be fixed with `specc validate --fix`\n")
    found = json.loads(specc("validate", "m.yaml", "--format", "json", folder=tmp_path).out)
    (finding,) = found["diagnostics"]
    assert (finding["edits"][0]["text"], finding["safe"]) == ("Dense", True)


def test_a_link_stays_one_and_a_mode_stays(specc, tmp_path):
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "m.yaml", tmp_path / "m.yaml"
    real.write_text(WRONG)
    real.chmod(0o640)
    link.symlink_to(real)
    assert specc("validate", "--fix", "m.yaml", folder=tmp_path).err == "1 fixed, 1 left\n"
    assert link.is_symlink()
    assert real.read_text() == SAFE
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert [item.name for item in real.parent.iterdir()] == ["m.yaml"]


def test_a_file_that_nobody_may_write_stays(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(WRONG)
    (tmp_path / "m.yaml").chmod(0o444)
    (tmp_path / "n.yaml").write_text(WRONG)
    ran = specc("validate", "--fix", "m.yaml", "n.yaml", folder=tmp_path)
    assert ran.status == 3
    assert ran.err == "1 fixed, 2 left\nerror: m.yaml: Permission denied: it is read-only\n"
    assert (tmp_path / "m.yaml").read_text() == WRONG
    assert "m.yaml:4:12 (--fix)" in ran.out  # as it stands there
    assert (tmp_path / "n.yaml").read_text() == SAFE  # the other is not kept from it
    assert sorted(os.listdir(tmp_path)) == ["m.yaml", "n.yaml"]
    assert (
        specc("validate", "--diff", "m.yaml", folder=tmp_path).err == "1 would be fixed, 1 left\n"
    )


def test_a_folder_that_takes_no_file_keeps_what_it_has(specc, tmp_path, monkeypatch):
    (tmp_path / "m.yaml").write_text(WRONG)
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: str(path) != str(tmp_path) and allowed(path, mode)
    )
    ran = specc("validate", "--fix", "m.yaml", folder=tmp_path)
    assert ran.status == 3
    assert ran.err.endswith("m.yaml: Permission denied: its folder takes no file to replace it\n")
    assert (tmp_path / "m.yaml").read_text() == WRONG
    assert os.listdir(tmp_path) == ["m.yaml"]


def test_a_file_that_changed_meanwhile_is_not_edited(tmp_path, monkeypatch):
    path = tmp_path / "m.yaml"
    path.write_text(WRONG)
    analyze = mending.analyze_file

    def analyzed(*given, **options):
        try:
            return analyze(*given, **options)
        finally:
            path.write_text(WRONG.replace("3", "4"))

    monkeypatch.setattr(mending, "analyze_file", analyzed)
    with pytest.raises(ChangedError):
        mended(str(path), Drafts.of([str(path)]), unsafe=False)
    assert path.read_text() == WRONG.replace("3", "4")


def test_a_file_that_changes_while_it_is_written_stays(specc, tmp_path, monkeypatch):
    path = tmp_path / "m.yaml"
    path.write_text(WRONG)
    writing = rewriting.writing

    def slowly(target):
        path.write_text("theirs")
        return writing(target)

    monkeypatch.setattr(rewriting, "writing", slowly)
    ran = specc("validate", "--fix", "m.yaml", folder=tmp_path)
    assert ran.status == 3
    assert ran.err.endswith("m.yaml: it was changed meanwhile, and was not edited\n")
    assert ran.err.startswith("0 fixed, 2 left\n")
    assert path.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["m.yaml"]


def test_of_what_was_not_read_nothing_is_said_to_be_left(specc, tmp_path):
    ran = specc("validate", "--fix", "gone.yaml", folder=tmp_path)
    assert (ran.status, "left" in ran.err) == (3, False)
    (tmp_path / "m.yaml").write_text(WRONG)
    ran = specc("validate", "--fix", "gone.yaml", "m.yaml", folder=tmp_path)
    assert (ran.status, ran.err.splitlines()[0]) == (3, "1 fixed, 1 left")


def test_standard_input_is_fixed_to_standard_output(specc, tmp_path):
    ran = specc("validate", "--fix", "-", stdin=WRONG, folder=tmp_path)
    assert (ran.status, ran.out) == (1, SAFE)
    assert "error[SPC0203]" in ran.err
    assert "1 fixed, 1 left" in ran.err
    ran = specc("validate", "--fix", "--unsafe", "-", stdin=WRONG, folder=tmp_path)
    assert (ran.status, ran.out) == (0, BOTH)
    assert ran.err == "2 fixed, 1 of them behind others, 0 left\n1 spec is valid\n"
    text = "\ufeff" + BOTH.replace("\n", "\r\n").rstrip()
    assert specc("validate", "--fix", "-", stdin=text, folder=tmp_path).out == text
    ran = specc("validate", "--fix", "--format", "json", "-", stdin=WRONG, folder=tmp_path)
    assert (ran.out, json.loads(ran.err.partition("\n}")[0] + "}")["summary"]["errors"]) == (
        SAFE,
        1,
    )
    assert os.listdir(tmp_path) == []


def test_what_is_too_large_to_be_read_is_not_printed(specc, monkeypatch):
    few = Limits(bytes=20)
    for module in ("spec_compiler.cli.reading", "spec_compiler.cli.fixing"):
        monkeypatch.setattr(f"{module}.Limits", lambda: few)
    assert specc("validate", "--fix", "-", stdin=WRONG).out == ""


def test_a_diff_of_standard_input(specc, tmp_path):
    ran = specc("validate", "--diff", "-", stdin=WRONG, folder=tmp_path)
    assert ran.status == 1
    assert ran.out.startswith("--- a/<stdin>\n+++ b/<stdin>\n")
    assert "+  - {type: Dense, units: 3, mask: pas}\n" in ran.out


def test_beside_a_diff_reports_are_of_the_specs_as_they_are(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(WRONG)
    ran = specc("validate", "--diff", "--format", "json:r.json", "m.yaml", folder=tmp_path)
    assert (ran.status, ran.err) == (1, "1 would be fixed, 1 left\n")
    assert ran.out.startswith("--- a/m.yaml\n")
    told = json.loads((tmp_path / "r.json").read_text())["diagnostics"]
    assert [(item["code"], item["start"]["line"]) for item in told] == [("SPC0202", 4)]
    ran = specc("validate", "--fix", "--format", "json:r.json", "m.yaml", folder=tmp_path)
    told = json.loads((tmp_path / "r.json").read_text())["diagnostics"]
    assert [item["code"] for item in told] == ["SPC0203"]  # what is left


def test_a_report_does_not_mix_with_a_diff(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(WRONG)
    ran = specc("validate", "--fix", "--diff", "--format", "sarif", "m.yaml", folder=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "write sarif:FILE" in ran.err


IMPORTED = "specc: 1\nblocks:\n  b: {inputs: {x: {}}, layers: [{type: dense, name: d, units: 3}], outputs: d}\n"  # noqa: E501
USER = "specc: 1\nimports: {lib: lib.yaml}\ninputs: {x: {shape: [8]}}\nlayers: [{use: lib.b}]\n"


def test_a_file_is_edited_only_where_it_is_named(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(USER)
    (tmp_path / "lib.yaml").write_text(IMPORTED)
    ran = specc("validate", "--fix", "m.yaml", folder=tmp_path)
    assert (tmp_path / "lib.yaml").read_text() == IMPORTED
    assert ran.err == "0 fixed, 1 left\nnote: 1 fix is in `lib.yaml`, which was not named\n"
    ran = specc("validate", "--fix", "m.yaml", "lib.yaml", folder=tmp_path)
    assert (ran.status, ran.err) == (0, "1 fixed, 0 left\n")
    assert (tmp_path / "lib.yaml").read_text() == IMPORTED.replace("dense", "Dense")


def test_what_two_specs_import_is_edited_once(specc, tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(USER)
    (tmp_path / "lib.yaml").write_text(IMPORTED)
    ran = specc("validate", "--fix", ".", folder=tmp_path)
    assert (ran.status, ran.err) == (0, "1 fixed, 0 left\n")
    assert (tmp_path / "lib.yaml").read_text() == IMPORTED.replace("dense", "Dense")
    assert (tmp_path / "a.yaml").read_text() == USER


@pytest.mark.parametrize("words", [("--unsafe", "m.yaml"), ("--fix", "-", "m.yaml")])
def test_what_cannot_be_done_is_wrong_usage(specc, tmp_path, words):
    (tmp_path / "m.yaml").write_text(WRONG)
    assert specc("validate", *words, folder=tmp_path).status == 2
    assert os.listdir(tmp_path) == ["m.yaml"]


def test_fixes_that_undo_each_other_end(tmp_path, monkeypatch):
    """A word that is `a` should be `b`, says one rule; the other says it the other way round."""
    path = tmp_path / "m.yaml"
    path.write_text("a")

    def analyzed(file, *, load_file, diagnostics, **_):
        word = load_file(file, diagnostics).value
        other = "b" if word == "a" else "a"
        edit = Edit(Span(file, 1, 1, 1, 2), other)
        diagnostics.add(Diagnostic("SPC0100", f"not {word}", edit.span, edits=(edit,)))
        return Analysis(file, diagnostics)

    monkeypatch.setattr(mending, "analyze_file", analyzed)
    done = mended(str(path), drafts := Drafts.of([str(path)]), unsafe=True)
    assert done.fixed == 2  # there and back
    assert not drafts.changed
    assert [item.message for item in done.taken_back] == ["not a"]
