"""What `validate` says can be fixed is what `--fix` then fixes: edits are tried before."""

import json

import pytest

import spec_compiler.mending as mending
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.drafts import Drafts
from spec_compiler.linting import Rules
from spec_compiler.mending import findings, mended, try_edits

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
    found.sources |= done.found.sources
    mending.offer_only_better(found, done)
    assert [bool(item.edits) for item in found] == [bool(not done.taken_back)]


FORMULAS = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
  - {type: Lambda, name: a, from: x, function: "x.reshape(shape)"}
  - {type: Lambda, name: b, from: x, function: "np.cumsum(x)"}
  - {type: Lambda, name: c, from: x, function: "np.sqrt(x)"}
outputs: [a, b, c]
"""


def test_what_says_the_same_is_tried_line_by_line(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(FORMULAS)
    found = said(path)
    assert len({item.message for item in found}) == 1
    try_edits(str(path), found, Rules())
    assert [item.span.line for item in found if item.edits] == [6]
    drafts = Drafts.of([str(path)])
    done = mended(str(path), drafts, unsafe=False)
    assert done.fixed == 1
    ((_, now),) = drafts.changed.values()
    assert now.decode() == FORMULAS.replace("np.sqrt(x)", "sqrt(x)")


def test_what_is_typed_in_is_offered_the_same_as_a_file(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(FORMULAS)
    ran = specc("validate", "--format", "json", "-", stdin=FORMULAS, folder=tmp_path)
    of_text = json.loads(ran.out)["diagnostics"]
    ran = specc("validate", "--format", "json", "m.yaml", folder=tmp_path)
    of_file = json.loads(ran.out)["diagnostics"]
    assert [bool(item["edits"]) for item in of_text] == [False, False, True]
    assert [item["patch"] for item in of_text] == [item["patch"] for item in of_file]


def test_so_many_that_are_tried_in_vain_are_enough(tmp_path, monkeypatch):
    rounds = []

    def is_better(fixes, before, after):
        rounds.append(len(fixes))
        return False

    layers = "".join(f"  - {{type: Dense, name: d{at}, unitss: 3}}\n" for at in range(200))
    path = tmp_path / "m.yaml"
    path.write_text("specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n" + layers)
    monkeypatch.setattr(mending, "_is_better", is_better)
    done = mended(str(path), Drafts.of([str(path)]), unsafe=True)
    assert len(done.taken_back) == rounds.count(1) == 8
    assert len(rounds) < 20
