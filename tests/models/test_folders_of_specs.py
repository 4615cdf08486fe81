"""A folder stands for the specs in it: none is passed over in silence, nothing else is read."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.cli import specs
from spec_compiler.cli.specs import find_specs
from spec_compiler.cli.typed import UsageError
from spec_compiler.source import recognized
from spec_compiler.source.recognized import looks_like_spec

SPEC = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Identity}]\n"
INLINE = '"inputs": {"x": {"shape": [2]}}, "layers": [{"type": "Identity"}]'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", SPEC),
        ("a.yml", f"# words\n---\n{SPEC}"),
        ("a.yaml", f"\ufeff{SPEC}"),
        ("a.yaml", SPEC.replace("specc: 1", "'specc' : 1")),
        ("a.yaml", SPEC.replace("specc: 1", 'specc: "1"')),
        ("a.yaml", "{ specc: 1, inputs: {x: {shape: [2]}}, layers: [] }"),
        ("a.yaml", SPEC.replace("specc: 1", "  specc: 1").replace("\n", "\n  ")),
        ("a.yaml", f"%YAML 1.2\n--- # words\n{SPEC}"),
        ("a.json", f'{{"specc": 1, {INLINE}}}'),
        ("a.json", f'{{ "specc": 1, {INLINE} }}'),
        ("a.json", f'{{{INLINE}, "specc": 1}}'),
        ("a.json", f'\ufeff{{\n  "specc": 1,\n  {INLINE}\n}}\n'),
    ],
)
def test_a_spec_is_found_however_it_is_written(name, text, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert find_specs([str(tmp_path)]).paths == [str(tmp_path / name)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", SPEC),
        ("a.yaml", "version: 1\nnospecc: 1\n"),
        ("a.json", '{"properties": {"specc": {"const": 1}}}'),
        ("a.json", '{"dependencies": {"specc": "1.2.3"}}'),
        (".hidden/a.yaml", SPEC),
        (".a.yaml", SPEC),
    ],
)
def test_other_files_are_no_specs(name, text, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match="is a spec"):
        find_specs([str(tmp_path)])


@pytest.mark.parametrize("folder", [".hidden", ".hidden/in", "../here/.hidden"])
def test_a_folder_that_is_named_may_be_hidden(folder, tmp_path, monkeypatch):
    here = tmp_path / "here"
    (here / ".hidden" / "in").mkdir(parents=True)
    (here / ".hidden" / "in" / "a.yaml").write_text(SPEC)
    monkeypatch.chdir(here)
    for named in (folder, str((here / folder).resolve())):
        (found,) = find_specs([named]).paths
        assert Path(found).samefile(here / ".hidden" / "in" / "a.yaml")


FORGOTTEN = {
    "missing": SPEC.replace("specc: 1\n", ""),
    "slip": SPEC.replace("specc", "spec"),
    "large": SPEC.replace("specc", "Specc"),
    "word": SPEC.replace("specc: 1", "specc: one"),
    "block": "spec: 1\nblocks: {b: {inputs: {x: {}}, layers: [{type: Dense, units: 2}]}}\n",
    "flow": f"{{{INLINE}}}",
    "commented": "# specc: 1\n{ # {\n 'inputs': {a: {shape: [2], doc: it's}}, layers: []}",
    "indented": f" x: 1\n{SPEC}",
    "template": f"{{{{ words }}}}\n{SPEC}",
    "list": f"[draft]\n{SPEC}",
    "unclosed": SPEC.replace("specc: 1", "{specc: 1"),
    "late": f"docs: |\n{'  words' * 5000}\n{SPEC}",
}


@pytest.mark.parametrize("form", ["text", "concise", "json", "github"])
@pytest.mark.parametrize("text", FORGOTTEN.values(), ids=FORGOTTEN)
def test_a_spec_without_its_version_is_refused_not_passed_over(text, form, specc, tmp_path):
    (tmp_path / "right.yaml").write_text(SPEC)
    (tmp_path / "broken.yaml").write_text(text)
    ran = specc("validate", ".", "--format", form, folder=tmp_path)
    assert ran.status == 1
    assert "broken.yaml" in ran.out
    assert re.search("SPC0[01]", ran.out)


def test_what_is_passed_over_is_counted_and_what_is_checked_too(specc, tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / "a.yaml").write_text(SPEC)
    (tmp_path / "b.yml").write_text(SPEC)
    (tmp_path / "action.yaml").write_text("name: x\ninputs: {a: {}}\nruns: {}\n")
    (tmp_path / "pod.yml").write_text("kind: Pod\nspec: {containers: []}\n")
    (tmp_path / "data.json").write_text('{"x": {"inputs": 1, "layers": 2}}')
    (tmp_path / "words.txt").write_text("words")
    note = "note: 3 files skipped: no specs\n"
    assert specc("validate", ".", folder=tmp_path) == (0, "2 specs are valid\n", note)
    assert specc("validate", ".", "--quiet", folder=tmp_path) == (0, "", "")
    assert specc("test", ".", folder=tmp_path).err.startswith(note)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert specc("validate", ".", folder=tmp_path) == (0, "2 specs are valid\n", note)
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "b.yml").write_text("words: 1")
    ran = specc("validate", ".", folder=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "is a spec; 4 files skipped" in ran.err


@pytest.mark.parametrize("command", ["validate", "test"])
def test_what_cannot_be_read_hides_nothing(command, specc, tmp_path):
    broken = SPEC.replace("type: Identity", "type: Identiti")
    for name in ("a.yaml", "y.yaml"):
        (tmp_path / name).write_text(broken)
    for name in ("c.yaml", "x.json"):
        (tmp_path / name).symlink_to("nowhere")
    ran = specc(command, ".", "missing.yaml", folder=tmp_path)
    assert ran.status == 3
    assert {"a.yaml:3:", "y.yaml:3:"} <= set(re.findall(r"\w\.yaml:3:", ran.out))
    for name in ("c.yaml", "x.json", "missing.yaml"):
        assert f"error: {name}: No such file or directory\n" in ran.err


def test_a_folder_that_cannot_be_listed_is_no_empty_one(specc, tmp_path, monkeypatch):
    (tmp_path / "a.yaml").write_text(SPEC)
    (tmp_path / "closed").mkdir()
    scandir = specs.os.scandir

    def closed(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(specs.os, "scandir", closed)
    ran = specc("validate", ".", folder=tmp_path)
    assert ran.status == 3
    assert "closed: Permission denied" in ran.err


SIGNS = st.lists(st.sampled_from([*"\n \t{}[],:\"'#\\%-ab\ufeff", "specc", "---"])).map("".join)


@given(SIGNS.map(str.encode) | st.binary())
def test_each_byte_of_a_file_is_looked_at_once(text):
    """The signs of flow style are a row without gaps, and no pattern tries another reading."""
    assert b"".join(sign[0] for sign in recognized._SIGN.finditer(text)) == text
    looks_like_spec(text)


@pytest.mark.parametrize("pattern", [recognized._START, recognized._KEY, recognized._SIGN])
def test_no_pattern_goes_back(pattern):
    """Each `*`, `+` and `?` keeps what it has taken; none stands within another but `\\.`."""
    without_sets = re.sub(rb"\[(?:\\.|[^\]])+\]|\\.|\(\?(?:P<\w+>|[:=])", b"(", pattern.pattern)
    assert not re.search(rb"[*+?](?![+])(?<![*+?][+])", without_sets), without_sets
