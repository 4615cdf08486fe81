"""What takes away, and what claims what came out, waits until nothing else is wrong."""

import pytest

import spec_compiler as sc
from spec_compiler.drafts import Drafts
from spec_compiler.mending import mended

HEAD = """\
specc: 1
params: {width: 4}
inputs: {a: {shape: [4]}, b: {shape: [4]}}
layers:
  - {type: Dense, name: left, units: width, from: a}
  - {type: Dense, name: right, units: width, from: b}
"""
WRONG = {
    "too few inputs": ("  - {type: Add, name: y, from: [left]}\n", ""),
    "a name guessed": ("  - {type: ReLU, name: y, from: lefft_1}\n", "outputs: y\n"),
    "another name": ("  - {type: ReLU, name: y, from: left.gives}\n", "outputs: y\n"),
    "a size that is not declared": (
        "  - {type: Add, name: s, from: [left, right]}\n"
        "  - {type: Dense, name: y, units: widths, from: left}\n",
        "outputs: y\n",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_nothing_that_nothing_reads_is_taken_away(case, tmp_path):
    """Not beside an error, nor in the run that mended it, perhaps by a guess."""
    layer, outputs = WRONG[case]
    path = tmp_path / "m.yaml"
    path.write_text(HEAD + layer + outputs)
    unread = [item for item in sc.validate(path.read_text()) if item.code in ("SPC0208", "SPC0209")]
    assert not any(item.edits for item in unread)
    drafts = Drafts.of([str(path)])
    mended(str(path), drafts, unsafe=True)
    now = drafts.changed[str(path)][1].decode() if drafts.changed else path.read_text()
    assert now.startswith(HEAD)


def test_it_is_offered_where_nothing_is_wrong(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(HEAD + "outputs: left\n")
    found = list(sc.validate(path.read_text()))
    assert {item.code for item in found if item.edits} == {"SPC0208", "SPC0209"}
    drafts = Drafts.of([str(path)])
    mended(str(path), drafts, unsafe=True)
    now = drafts.changed[str(path)][1].decode()
    assert "right" not in now
    assert "b:" not in now


def test_a_claim_is_not_made_to_fit_beside_an_error(tmp_path):
    text = HEAD + "  - {type: Dense, name: y, units: 3, from: right, use_biass: 1}\n"
    text += "outputs: {left: {shape: [batch, 5]}, y: {shape: [batch, 3]}}\n"
    path = tmp_path / "m.yaml"
    path.write_text(text)
    (claim,) = [item for item in sc.validate(path.read_text()) if item.code == "SPC0309"]
    assert not claim.edits
    path.write_text(text.replace(", use_biass: 1", ""))
    (claim,) = sc.validate(path.read_text())
    assert [edit.text for edit in claim.edits] == ["4"]
