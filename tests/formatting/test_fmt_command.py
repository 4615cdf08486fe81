"""`specc fmt`: what it writes, what it leaves alone, and how it ends."""

import os
import stat

import pytest

from spec_compiler.writing import formatted as formatting

UGLY = "specc:   1\nlayers: [ {type: Flatten} ]\n"
FINE = "specc: 1\nlayers:\n  - {type: Flatten}\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "ugly.yaml").write_text(UGLY)
    (tmp_path / "models" / "fine.yml").write_text(FINE)
    (tmp_path / "models" / "other.yaml").write_text("services:   {}\n")
    return tmp_path


def test_it_formats_what_is_below_the_folder(specc, project):
    ran = specc("fmt", folder=project)
    assert ran.status == 0, ran
    assert (project / "models" / "ugly.yaml").read_text() == FINE
    assert (project / "models" / "other.yaml").read_text() == "services:   {}\n"
    assert ran.out == "1 spec formatted, 1 spec left as it is\n"
    assert specc("fmt", "--check", folder=project).status == 0


@pytest.mark.parametrize(
    ("option", "shown"), [("--check", "would format"), ("--diff", "-specc:   1")]
)
def test_a_question_writes_nothing(specc, project, option, shown):
    ran = specc("fmt", option, "models", folder=project)
    assert ran.status == 1
    assert shown in ran.out
    assert "fine.yml" not in ran.out
    assert (project / "models" / "ugly.yaml").read_text() == UGLY
    assert specc("fmt", option, "models/fine.yml", folder=project).status == 0


def test_what_settings_exclude_is_passed_over_in_folders(specc, project):
    (project / "specc.toml").write_text('exclude = ["models/u*"]\n')
    ran = specc("fmt", "--check", ".", folder=project)
    assert (ran.status, ran.out) == (0, "")
    assert specc("fmt", folder=project).status == 0
    assert (project / "models" / "ugly.yaml").read_text() == UGLY
    assert specc("fmt", "--check", "models/ugly.yaml", folder=project).status == 1
    (project / "specc.toml").write_text('exclude = ["*"]\n')
    ran = specc("fmt", "--check", folder=project)
    assert ran.status == 2
    assert "nothing to format: settings exclude 2 specs that would be" in ran.err
    (project / "specc.toml").write_text('exlude = ["*"]\n')
    ran = specc("fmt", folder=project)
    assert ran.status == 1
    assert "SPC1095" in ran.err


def test_what_is_refused_stays_and_hides_nothing(specc, project):
    broken = "specc: 1\nname: a\nname: b\n"
    (project / "models" / "broken.yaml").write_text(broken)
    ran = specc("fmt", "models", "none.yaml", folder=project)
    assert ran.status == 3
    assert "SPC0014" in ran.err
    assert "none.yaml: No such file" in ran.err
    assert (project / "models" / "broken.yaml").read_text() == broken
    assert (project / "models" / "ugly.yaml").read_text() == FINE
    (project / "models" / "fine.yml").write_text(UGLY)
    assert specc("fmt", "models", folder=project).status == 1


def test_standard_input_is_printed_in_style(specc, tmp_path):
    assert specc("fmt", "-", folder=tmp_path, stdin=UGLY).out == FINE
    assert specc("fmt", "-", "--check", folder=tmp_path, stdin=UGLY).status == 1
    assert specc("fmt", "-", "--check", folder=tmp_path, stdin=FINE).status == 0
    ran = specc("fmt", "-", "--stdin-filename", "a.json", folder=tmp_path, stdin='{"specc":1}')
    assert ran.out == '{\n  "specc": 1\n}\n'
    ran = specc("fmt", "-", "--stdin-filename", "a.json", folder=tmp_path, stdin=UGLY)
    assert ran.status == 1
    assert "a.json" in ran.err
    assert specc("fmt", "-", "a.yaml", folder=tmp_path, stdin=UGLY).status == 2
    assert specc("fmt", "a.yaml", "--stdin-filename", "b", folder=tmp_path).status == 2


def test_a_file_that_changes_meanwhile_is_left_as_it_is(specc, project, monkeypatch):
    path = project / "models" / "ugly.yaml"

    def slow(root):
        path.write_text("specc: 1  # by somebody else\n")
        return FINE

    monkeypatch.setattr(formatting, "printed", slow)
    ran = specc("fmt", "models/ugly.yaml", folder=project)
    assert ran.status == 1
    assert "changed while it was formatted" in ran.err
    assert path.read_text() == "specc: 1  # by somebody else\n"
    assert sorted(os.listdir(project / "models")) == ["fine.yml", "other.yaml", "ugly.yaml"]


def test_a_fault_of_ours_reaches_no_file(specc, project, monkeypatch):
    monkeypatch.setattr(formatting, "printed", lambda root: FINE.replace("Flatten", "Dense"))
    ran = specc("fmt", "models/ugly.yaml", folder=project)
    assert ran.status == 1
    assert "`models/ugly.yaml` is left as it is: in style, it would not mean the same" in ran.err
    assert (project / "models" / "ugly.yaml").read_text() == UGLY


def test_a_file_keeps_its_mode_and_a_link_its_place(specc, project):
    path = project / "models" / "ugly.yaml"
    path.chmod(0o640)
    (project / "link.yaml").symlink_to(path)
    assert specc("fmt", "link.yaml", folder=project).status == 0
    assert path.read_text() == FINE
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert (project / "link.yaml").is_symlink()


@pytest.mark.parametrize("place", ["ugly.yaml", ""])
def test_what_must_not_be_written_is_not(specc, project, monkeypatch, place):
    closed = str(project / "models" / place).rstrip("/")
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: str(path) != closed and allowed(path, mode)
    )
    ran = specc("fmt", "models/ugly.yaml", folder=project)
    assert ran.status == 3
    assert "ugly.yaml: Permission denied" in ran.err
    assert ("its folder takes no file" in ran.err) == (not place)
    assert (project / "models" / "ugly.yaml").read_text() == UGLY
