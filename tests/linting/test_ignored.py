"""Comments that take findings away: where they hold, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.compile import analyze_text
from spec_compiler.drafts import Drafts
from spec_compiler.edits.applied import applied
from spec_compiler.linting import Rules, lint
from spec_compiler.mending import mended

SPEC = """\
specc: 1
params: {width: 3, old: 4}@1
inputs: {x: {shape: [4]}}
@2
blocks:
  @3
  half:
    params: {size: int, spare: 3}@4
    inputs: {x: {}}
    layers: [{type: Dense, units: size}]
    outputs: dense
layers:
  @5
  - type: Dense
    units: width
    activation: relu
  @6
  - type: Activation
    activation: tanh@7
"""
ALL = {("SPC1001", 2), ("SPC1001", 8), ("SPC1003", 7), ("SPC1011", 18)}


def spec(**comments: str) -> str:
    text = SPEC
    for number in range(1, 8):
        comment = comments.get(f"at{number}", "")
        text = text.replace(f"@{number}", f"  # {comment}" if comment else "")
    return text


USUAL = Rules()


def said(text: str, rules: Rules = USUAL) -> list[tuple[str, int]]:
    known = analyze_text(text, "m.yaml")
    lint(known, rules)
    return [(item.code, item.span.line) for item in known.found if item.span]


PLACES = {
    "the end of a line": (spec(at1="specc: ignore[SPC1001] for scripts"), ALL - {("SPC1001", 2)}),
    "above an entry, all of it": (
        spec(at3="specc: ignore[SPC1001,SPC1003] others use it"),
        ALL - {("SPC1001", 8), ("SPC1003", 7)},
    ),
    "above a section": (
        spec(at2="specc: ignore[SPC1003, SPC1001] others use it"),
        ALL - {("SPC1001", 8), ("SPC1003", 7)},
    ),
    "above an item": (spec(at6="specc: ignore[SPC1011] as published"), ALL - {("SPC1011", 18)}),
    "of the file": (
        spec(at7="specc: ignore-file[SPC1001] generated"),
        ALL - {("SPC1001", 2), ("SPC1001", 8)},
    ),
    "without blanks": (spec(at1="specc:ignore[SPC1001]scripts"), ALL - {("SPC1001", 2)}),
}


@pytest.mark.parametrize(("text", "left"), PLACES.values(), ids=PLACES)
def test_a_comment_holds_where_it_stands(text, left):
    assert said(text) == sorted(left, key=lambda item: item[1])


ODD = {
    "another line": ({"at4": "specc: ignore[SPC1003] no"}, {("SPC1091", 8)}),
    "another item": ({"at5": "specc: ignore[SPC1011] no"}, {("SPC1091", 13)}),
    "another code": ({"at1": "specc: ignore[SPC1002] no"}, {("SPC1091", 2)}),
    "no such code": ({"at1": "specc: ignore[SPC9999] no"}, {("SPC1093", 2)}),
    "no code": ({"at1": "specc: ignore no"}, {("SPC1093", 2)}),
    "nothing in brackets": ({"at1": "specc: ignore[] no"}, {("SPC1093", 2)}),
}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("specc: ignore SPC1001 for scripts", "specc: ignore[SPC1001] for scripts"),
        ("specc: ignore: SPC1001, SPC1002", "specc: ignore[SPC1001, SPC1002]"),
        ("specc: disable=SPC1001 - for scripts", "specc: ignore[SPC1001] for scripts"),
        ("specc: disable-file SPC1001 all", "specc: ignore-file[SPC1001] all"),
        ("noqa: SPC1001", "specc: ignore[SPC1001]"),
        ("ruff: noqa: SPC1001 later", "specc: ignore[SPC1001] later"),
        # what is not about specc, or no suppression, is left alone
        ("noqa: E501", ""),
        ("specc: the width", ""),
        ("specc: allow empty rows", ""),
        ("specc: off by one here", ""),
        ("see SPC1001", ""),
    ],
)
def test_a_comment_as_other_tools_have_it(written, meant):
    known = analyze_text(spec(at1=written), "m.yaml")
    lint(known)
    assert {("SPC1093", 2)} <= {(item.code, item.span.line) for item in known.found} or not meant
    edits = [edit.text for item in known.found if item.code == "SPC1093" for edit in item.edits]
    assert edits == ([f"# {meant}"] if meant else [])


@pytest.mark.parametrize(("comments", "more"), ODD.values(), ids=ODD)
def test_a_comment_that_does_nothing_is_said(comments, more):
    assert set(said(spec(**comments))) == ALL | more


def test_a_reason_is_asked_for():
    found = said(spec(at1="specc: ignore[SPC1001]"))
    assert set(found) == (ALL - {("SPC1001", 2)}) | {("SPC1092", 2)}


def test_what_is_not_asked_for_is_not_too_much():
    text = spec(at1="specc: ignore[SPC1001] for scripts", at6="specc: ignore[SPC1002] nothing")
    assert said(text, Rules(select=("SPC1011", "SPC1091"), ignore=("SPC1002",))) == [
        ("SPC1011", 18)
    ]


def test_a_text_is_no_comment():
    text = spec().replace(
        "type: Dense\n", "type: Dense\n    doc: 'x # specc: ignore[SPC1011] no'\n"
    )
    assert {code for code, _ in said(text)} == {code for code, _ in ALL}
    block = spec().replace(
        "inputs: {x: {shape", "doc: |\n  # specc: ignore-file[SPC1001] no\ninputs: {x: {shape"
    )
    assert {code for code, _ in said(block)} == {code for code, _ in ALL}


def test_an_error_stays():
    text = spec().replace("units: width", "units: wdth  # specc: ignore[SPC0205] please")
    known = analyze_text(text, "m.yaml")
    lint(known)
    assert [item.code for item in known.found.errors] == ["SPC0205"]
    assert [item.code for item in known.found] == ["SPC0205", "SPC1093"]


def test_json_has_no_comments():
    text = '{"specc": 1, "doc": "# specc: ignore-file[SPC1001] no", "params": {"old": 4}, ' + (
        '"inputs": {"x": {"shape": [4]}}, "layers": [{"type": "Dense", "units": 3}]}'
    )
    known = analyze_text(text, "m.json")
    lint(known)
    assert [item.code for item in known.found] == ["SPC1001"]


MENDED = {
    "alone in its line": (
        "  # specc: ignore[SPC1011] no\n  - {type: Dense, units: 3}\n",
        "  - {type: Dense, units: 3}\n",
    ),
    "at the end of a line": (
        "  - {type: Dense, units: 3}  # specc: ignore[SPC1011, SPC1012] no\n",
        "  - {type: Dense, units: 3}\n",
    ),
    "one of two": (
        "  - {type: Dense, units: 3, activation: selu} # specc: ignore[SPC1011, SPC1015] yes\n",
        "  - {type: Dense, units: 3, activation: selu} # specc: ignore[SPC1015] yes\n",
    ),
    "in the last line": (
        "  - {type: Dense, units: 3}\n# specc: ignore[SPC1011] no",
        "  - {type: Dense, units: 3}\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), MENDED.values(), ids=MENDED)
def test_a_comment_that_does_nothing_is_removed(before, after, tmp_path: Path):
    head = "specc: 1\ninputs: {x: {shape: [4]}}\nlayers:\n"
    path = tmp_path / "m.yaml"
    path.write_text(head + before)
    drafts = Drafts.of([str(path)])
    done = mended(str(path), drafts, unsafe=False)
    (now,) = [new for _, new in drafts.changed.values()]
    assert now.decode() == head + after
    assert done.fixed == 1
    assert not list(done.found)


@given(st.sampled_from(sorted(ALL)), st.booleans(), st.booleans())
def test_what_is_mended_leaves_a_comment_that_is_too_much(finding, above, whole_file):
    """A finding that a comment takes away; and then there is none any more."""
    code, line = finding
    lines = spec().split("\n")
    word = "ignore-file" if whole_file else "ignore"
    comment = f"# specc: {word}[{code}] known"
    if above:
        indent = lines[line - 1][: len(lines[line - 1]) - len(lines[line - 1].lstrip())]
        lines.insert(line - 1, f"{indent}{comment}")
    else:
        lines[line - 1] += f"  {comment}"
    text = "\n".join(lines)
    assert (code, line + above) not in said(text)
    assert "SPC1091" not in {found for found, _ in said(text)}
    for odd, right in (
        (", old: 4", ""),
        (", spare: 3", ""),
        ("activation: tanh", "activation: linear"),
        ("    activation: relu", "    activation: relu\n  - {use: half, with: {size: 3}}"),
    ):
        text = text.replace(odd, right)
    assert [found for found, _ in said(text)] == ["SPC1091"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("SPC101", "SPC1001"), ("SPC10001", "SPC1001"), ("spc1001", "SPC1001"), ("SPC9999", None)],
)
def test_a_code_that_is_wrong_is_one_of_those_that_are_found_there(written, meant):
    text = (
        f"specc: 1\nparams: {{n: 4}}  # specc: ignore[{written}] later\n"
        "inputs: {x: {shape: [8]}}\nlayers:\n  - {type: Dense, units: 3}\n"
    )
    known = analyze_text(text, "m.yaml")
    lint(known)
    (odd,) = [item for item in known.found if item.code == "SPC1093"]
    assert not (odd.edits and odd.safe)
    assert applied(text, odd.edits) == text.replace(written, meant or written)


def test_a_comment_that_cannot_help_is_taken_away():
    text = spec().replace("units: width", "units: wdth  # specc: ignore[SPC0205] please")
    known = analyze_text(text, "m.yaml")
    lint(known)
    (odd,) = [item for item in known.found if item.code == "SPC1093"]
    assert applied(text, odd.edits) == spec().replace("units: width", "units: wdth")
