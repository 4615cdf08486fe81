"""A pointer leads, in the document as PyYAML composes it, to the innermost value that is blamed."""

import json
from pathlib import Path

import pytest
import yaml

from spec_compiler.codes import CODES
from spec_compiler.compile import analyze_text
from spec_compiler.diagnostics import UNREAD
from spec_compiler.linting import lint
from spec_compiler.report import Style, render
from spec_compiler.report.pointers import Pointers

ROOT = Path(__file__).parents[2]
WRONG = {
    code.code: code.wrong
    for code in CODES.values()
    if code.varies == "model.yaml" and code.wrong and not code.code.startswith(UNREAD)
    if code.command == "validate model.yaml" and not code.files
}
NAMED = """\
specc: 1
inputs: {x: {shape: &four [4]}, y: {shape: *four}}
layers:
  - &first {type: Dense, name: a, unitz: 3, from: x}
  - {type: LSTM, name: b, units: &many -4, from: a}
x-copies: [*first, {count: *many}]
"""


def report_of(text, name="m.yaml"):
    known = analyze_text(text, name)
    lint(known)
    return json.loads(render(known.found, "json", Style()))["diagnostics"]


def keys_of(pointer):
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def below(node):
    """Each key's node, or None in a list, its name, and its value's node."""
    if isinstance(node, yaml.MappingNode):
        return [(key, key.value, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(None, str(index), value) for index, value in enumerate(node.value)]
    return []


def ends(node):
    """Where it stands; of a block, PyYAML counts the blank lines behind it, too."""
    start, end = node.start_mark, node.end_mark
    return (start.line + 1, start.column + 1), (end.line + 1, end.column + 1)


def holds(node, span):
    start, end = ends(node)
    return start <= span[0] and span[1] <= end


def check(text, found, name="m.yaml"):
    """The value that is pointed at holds the span, or its key does; and nothing in it does."""
    assert found["file"] == name
    span = [(found[end]["line"], found[end]["column"]) for end in ("start", "end")]
    node, key = yaml.compose(text, yaml.SafeLoader), None
    for name in keys_of(found["pointer"]):
        inside = [(key, value) for key, of, value in below(node) if of == name]
        assert len(inside) == 1, "it leads to one value"
        ((key, value),) = inside
        assert ends(node)[0] <= ends(value)[0] <= ends(node)[1], "not by an alias"
        node = value
    assert holds(node, span) or (key is not None and holds(key, span))
    if holds(node, span):
        for key, _, value in below(node):
            assert not holds(value, span)
            assert key is None or not holds(key, span)


@pytest.mark.parametrize("code", WRONG)
def test_a_pointer_leads_to_what_is_blamed(code):
    text = WRONG[code]
    for found in report_of(text):
        if found["start"] is not None and found["file"] == "m.yaml":
            check(text, found)


@pytest.mark.parametrize("code", WRONG)
@pytest.mark.parametrize("indent", [None, 2])
def test_in_json_too(code, indent):
    text = json.dumps(yaml.safe_load(WRONG[code]), indent=indent)
    if "NaN" in text:
        pytest.skip("JSON has no word for it")
    for found in report_of(text, "m.json"):
        if found["start"] is not None and found["file"] == "m.json":
            check(text, found, "m.json")


def test_most_codes_have_a_place():
    pointed = [code for code in WRONG if any(item["pointer"] for item in report_of(WRONG[code]))]
    assert len(pointed) >= len(WRONG) * 9 // 10


def test_what_aliases_name_is_pointed_at_where_it_is_written():
    found = {item["code"]: item for item in report_of(NAMED)}
    assert found["SPC0103"]["pointer"] == "/layers/0/unitz"
    assert found["SPC0308"]["pointer"] == "/layers/1/units"
    for item in found.values():
        check(NAMED, item)


def test_a_patch_changes_what_aliases_name_wherever_it_stands():
    (found,) = [item for item in report_of(NAMED) if item["code"] == "SPC0103"]
    changed = [(one["op"], one["path"]) for one in found["patch"]]
    assert sorted(changed) == [
        ("add", "/layers/0/units"),
        ("add", "/x-copies/0/units"),
        ("remove", "/layers/0/unitz"),
        ("remove", "/x-copies/0/unitz"),
    ]


def test_keys_with_signs_of_pointers_are_escaped():
    text = 'specc: 1\ninputs: {x: {shape: [4], "a/b~c": 1}}\nlayers: [{type: Flatten}]\n'
    (found,) = report_of(text)
    assert found["pointer"] == "/inputs/x/a~1b~0c"
    check(text, found)


def test_of_an_imported_file_the_pointer_is_into_that_file(tmp_path):
    parts = (
        "specc: 1\nblocks:\n  b:\n    inputs: {x: {shape: [d]}}\n"
        "    layers: [{type: Dense, name: y, unitz: d}]\n    outputs: y\n"
    )
    (tmp_path / "parts.yaml").write_text(parts)
    text = "specc: 1\nimports: {p: parts.yaml}\ninputs: {x: {shape: [4]}}\nlayers: [{use: p.b}]\n"
    (found,) = report_of(text, str(tmp_path / "m.yaml"))
    assert found["pointer"] == "/blocks/b/layers/0/unitz"
    check(parts, found, str(tmp_path / "parts.yaml"))


def test_the_document_is_not_read_again(monkeypatch):
    known = analyze_text(NAMED, "m.yaml")
    monkeypatch.setattr("spec_compiler.report.pointers.read", None)
    pointers = Pointers(known.found.sources, known.found.documents)
    assert all(pointers.of(item.span) for item in known.found)
