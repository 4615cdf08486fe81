"""A patch makes of a document what the edits make of its text, in YAML and in JSON."""

import copy
import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.compile import analyze_text
from spec_compiler.edits.applied import applied
from spec_compiler.report import Style, render
from spec_compiler.report.patches import patch_between

LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.text("a/~", max_size=2)
DOCUMENTS = st.recursive(
    LEAVES,
    lambda of: st.lists(of, max_size=4) | st.dictionaries(st.text("ab/~", max_size=2), of),
    max_leaves=12,
)


def patched(document, operations):
    """By RFC 6902, for the operations that there are."""
    root = {"": copy.deepcopy(document)}
    for operation in operations:
        path = operation["path"].split("/")
        keys = ["", *(key.replace("~1", "/").replace("~0", "~") for key in path[1:])]
        place = root
        for key in keys[:-1]:
            place = place[int(key)] if isinstance(place, list) else place[key]
        last = int(keys[-1]) if isinstance(place, list) else keys[-1]
        if operation["op"] == "remove":
            del place[last]
        elif operation["op"] == "move":
            source = operation["from"].rpartition("/")[2].replace("~1", "/").replace("~0", "~")
            place[last] = place.pop(source)
        elif operation["op"] == "add" and isinstance(place, list):
            place.insert(last, operation["value"])
        else:
            assert operation["op"] == "add" or last in place or isinstance(place, list)
            place[last] = operation["value"]
    return root[""]


@given(DOCUMENTS, DOCUMENTS)
def test_a_patch_leads_from_one_document_to_the_other(before, after):
    made = json.dumps(patched(before, patch_between(before, after)), sort_keys=True)
    assert made == json.dumps(after, sort_keys=True)


@given(DOCUMENTS)
def test_between_the_same_there_is_nothing(document):
    assert patch_between(document, copy.deepcopy(document)) == []


def test_numbers_are_what_they_are_written_as():
    assert patch_between({"a": 4, "b": 1}, {"a": 4.0, "b": True}) == [
        {"op": "replace", "path": "/a", "value": 4.0},
        {"op": "replace", "path": "/b", "value": True},
    ]


WRONG = {
    "a key that is missing": {"layers": [{"type": "LSTM", "units": 4}, {"type": "Dense"}]},
    "a slip": {"layers": [{"type": "Dens", "unitz": 3, "activation": "relo"}]},
    "no version": {"layers": [{"type": "Softmax"}], "specc": None},
    "an unused param": {"params": {"n": 3}, "layers": [{"type": "Softmax"}]},
    "a part of a text": {"layers": [{"type": "Lambda", "function": "sqr(x) + 1"}]},
}


@pytest.mark.parametrize("form", ["json", "flow", "block"])
@pytest.mark.parametrize("name", WRONG)
def test_a_patch_does_what_the_edits_do(name, form):
    from spec_compiler.linting import lint

    document = {"specc": 1, "inputs": {"x": {"shape": [5, 4]}}} | WRONG[name]
    document = {key: value for key, value in document.items() if value is not None}
    if form == "json":
        text, file = json.dumps(document, indent=2), "m.json"
    else:
        flow = form == "flow"
        text, file = yaml.safe_dump(document, sort_keys=False, default_flow_style=flow), "m.yaml"
    known = analyze_text(text, file)
    lint(known)
    report = json.loads(render(known.found, "json", Style()))
    tried = 0
    for item, told in zip(known.found.sorted(), report["diagnostics"], strict=True):
        if item.edits and not item.code.startswith("SPC00"):
            after = yaml.safe_load(applied(text, item.edits))
            assert told["patch"], item
            assert patched(document, told["patch"]) == after
            tried += 1
        elif not item.edits:
            assert told["patch"] is None
    assert tried or name == "a key that is missing"


def test_of_a_text_that_is_misread_there_is_no_patch(specc, tmp_path):
    text = "specc: 1\ninputs: {x: {shape: [8]}}\nlayers:\n  - {type: Dense, REST}\n"
    for rest, patched in (("name:$ d, units: 2", False), ("name: d, unitz: 2", True)):
        (tmp_path / "m.yaml").write_text(text.replace("REST", rest))
        told = json.loads(specc("validate", "--format", "json", "m.yaml", folder=tmp_path).out)
        edited = [item for item in told["diagnostics"] if item["edits"]]
        assert edited
        assert {item["patch"] is not None for item in edited} == {patched}
