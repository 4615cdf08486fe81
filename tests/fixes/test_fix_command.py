"""`specc validate --fix` and `--diff`: what is written, what is said, and what is left alone."""

import json
import os
import stat

import pytest

from spec_compiler import mending
from spec_compiler.mending import ChangedError, Drafts, mended

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
    ran = specc("validate", "--fix", "m.yaml", folder=tmp_path)
    assert ran.status == 3
    assert ran.err.endswith("m.yaml: it is read-only, and was not edited\n")
    assert (tmp_path / "m.yaml").read_text() == WRONG


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


@pytest.mark.parametrize("words", [("--unsafe", "m.yaml"), ("--fix", "-")])
def test_what_cannot_be_done_is_wrong_usage(specc, tmp_path, words):
    (tmp_path / "m.yaml").write_text(WRONG)
    assert specc("validate", *words, folder=tmp_path).status == 2
    assert os.listdir(tmp_path) == ["m.yaml"]
