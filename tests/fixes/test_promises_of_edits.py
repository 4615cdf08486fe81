"""What `validate` says can be fixed is what `--fix` then fixes: edits are tried before."""

import pytest

import spec_compiler.mending as mending
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.linting import Rules
from spec_compiler.mending import Drafts, findings, mended, try_edits

USELESS = """\
specc: 1
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, name: y, units: 3, from: xx_1}
"""


def said(path):
    return findings(str(path), Drafts.of([]), Rules())


def test_an_edit_that_makes_nothing_better_is_not_offered(tmp_path, monkeypatch):
    """An edit that is refused at once: here, since the draft says the same again."""
    path = tmp_path / "m.yaml"
    path.write_text(USELESS.replace("units: 3, from: xx_1", "unitss: 3"))
    found = said(path)
    assert [bool(item.edits) for item in found] == [True]
    monkeypatch.setattr(mending, "_is_better", lambda fixes, before, after: False)
    try_edits(str(path), found, Rules())
    assert [bool(item.edits) for item in found] == [False]


def test_one_that_does_is_offered_as_before(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(USELESS.replace(", from: xx_1", ", use_biass: true"))
    found = said(path)
    before = list(found)
    try_edits(str(path), found, Rules())
    assert list(found) == before
    assert before[0].edits
    assert path.read_text() == USELESS.replace(", from: xx_1", ", use_biass: true")


def test_nothing_is_tried_where_there_are_many(tmp_path, monkeypatch):
    layers = "".join(f"  - {{type: Dense, name: d{at}, unitss: 3}}\n" for at in range(30))
    path = tmp_path / "m.yaml"
    path.write_text("specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n" + layers)
    monkeypatch.setattr(mending, "mended", None)
    try_edits(str(path), said(path), Rules())


@pytest.mark.parametrize("unsafe", [False, True])
def test_what_was_taken_back_is_not_offered_again(tmp_path, monkeypatch, unsafe):
    (tmp_path / "m.yaml").write_text(USELESS.replace("units: 3, from: xx_1", "unitss: 3"))
    monkeypatch.setattr(mending, "_is_better", lambda fixes, before, after: False)
    done = mended(str(tmp_path / "m.yaml"), Drafts.of([str(tmp_path / "m.yaml")]), unsafe=unsafe)
    found = Diagnostics(done.found)
    mending.offer_only_better(found, done)
    assert [bool(item.edits) for item in found] == [bool(not done.taken_back)]
