"""A folder stands for the specs in it: none is passed over in silence, nothing else is read."""

from pathlib import Path

import pytest

from spec_compiler.cli.options import UsageError
from spec_compiler.cli.reading import find_specs

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
        ("a.json", f'{{"specc": 1, {INLINE}}}'),
        ("a.json", f'{{ "specc": 1, {INLINE} }}'),
        ("a.json", f'{{{INLINE}, "specc": 1}}'),
        ("a.json", f'\ufeff{{\n  "specc": 1,\n  {INLINE}\n}}\n'),
    ],
)
def test_a_spec_is_found_however_it_is_written(name, text, tmp_path):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert find_specs([str(tmp_path)]) == [str(tmp_path / name)]


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
        (found,) = find_specs([named])
        assert Path(found).samefile(here / ".hidden" / "in" / "a.yaml")
