"""A guess is an edit: it mends the text, and as a patch the document, at the blamed place."""

import json
from pathlib import Path

import pytest
import yaml
from slips import errors, read

from spec_compiler.codes import CODES
from spec_compiler.compile import prove_text
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.edits.applied import applied
from spec_compiler.report import Style, render

TABLES = sorted(Path(__file__).parent.glob("*.txt"))
SLIPS = dict(case for table in TABLES for case in read(table))
TEXTS = {
    name: slip.around.replace("@", slip.wrong).replace("«", "").replace("»", "")
    for name, slip in SLIPS.items()
    if "did you mean" in slip.instead
} | {
    code.code: code.wrong
    for code in CODES.values()
    if code.command == "validate model.yaml" and code.varies == "model.yaml" and not code.files
}
WITHOUT: dict[str, str] = {}
"""Slips with a guess and without an edit."""


def found_in(text):
    """All that is wrong, with the texts."""
    found = Diagnostics()
    try:
        prove_text(text, "m.yaml", diagnostics=found)
    except SpecError as error:
        return error.diagnostics
    return found


def edited(text, edits):
    """The text with edits, the last first."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda edit: edit.span[1:3], reverse=True):
        line, column, last, end = (number - 1 for number in edit.span[1:])
        lines[line : last + 1] = [lines[line][:column] + edit.text + lines[last][end:]]
    return "\n".join(lines)


def patched(document, operations):
    """The document after a JSON Patch, for the operations that our schema names."""
    for operation in operations:
        if operation["path"] == "":
            document = operation["value"]
            continue
        *above, last = keys_of(operation["path"])
        place = document
        for key in above:
            place = place[int(key) if isinstance(place, list) else key]
        if isinstance(place, dict) and last not in place and last.lstrip("-").isdigit():
            last = next((key for key in place if str(key) == last), last)  # YAML's number
        if operation["op"] == "move":
            place[last] = place.pop(keys_of(operation["from"])[-1])
        elif operation["op"] == "remove":
            place.pop(int(last) if isinstance(place, list) else last)
        elif operation["op"] == "add" and isinstance(place, list):
            place.insert(int(last), operation["value"])
        elif operation["op"] == "add":
            assert last not in place
            place[last] = operation["value"]
        else:
            key = int(last) if isinstance(place, list) else last
            assert json.dumps(place[key]) != json.dumps(operation["value"])  # 4 is not 4.0
            place[key] = operation["value"]
    return document


def keys_of(pointer):
    return [key.replace("~1", "/").replace("~0", "~") for key in pointer.split("/")[1:]]


@pytest.mark.parametrize("name", TEXTS)
def test_an_edit_mends_what_it_is_of(name):
    text = TEXTS[name]
    for item in found_in(text):
        if item.edits:
            left = {(other.code, other.message) for other in errors(edited(text, item.edits))}
            assert (item.code, item.message) not in left


@pytest.mark.parametrize("name", [name for name in TEXTS if name in SLIPS])
def test_a_guess_is_an_edit(name):
    (found,) = errors(TEXTS[name])
    assert bool(found.edits) == (name not in WITHOUT)


@pytest.mark.parametrize("name", TEXTS)
def test_a_patch_says_what_the_edits_say(name):
    text, found = TEXTS[name], found_in(TEXTS[name])
    report = json.loads(render(found, "json", Style()))
    for item, told in zip(found.sorted(), report["diagnostics"], strict=True):
        if told["patch"]:
            document = yaml.safe_load(text)
            assert patched(document, told["patch"]) == yaml.safe_load(applied(text, item.edits))


@pytest.mark.parametrize("name", TEXTS)
def test_a_pointer_leads_to_what_is_blamed(name):
    for told in json.loads(render(found_in(TEXTS[name]), "json", Style()))["diagnostics"]:
        if told["pointer"] is None or told["code"].startswith("SPC00"):
            continue  # the text is none that YAML reads
        node = yaml.compose(TEXTS[name])
        first = node.start_mark
        for key in keys_of(told["pointer"]):
            first, node = child(node, key)
        blamed = (told["start"]["line"] - 1, told["start"]["column"] - 1)
        assert (first.line, first.column) <= blamed
        assert blamed <= (node.end_mark.line, node.end_mark.column)


def child(node, key):
    """Where the key begins, and the value."""
    if isinstance(node, yaml.SequenceNode):
        return node.value[int(key)].start_mark, node.value[int(key)]
    return next((k.start_mark, value) for k, value in node.value if k.value == key)


def test_what_is_allowed_is_all():
    text = "specc: 1\ninputs: {x: {shape: [2], dtype: @}}\nlayers: [{type: Identity}]\n"
    (found,) = errors(text.replace("@", "flaot32"))
    assert {"float32", "int8", "bool"} < set(found.allowed)
    assert all(errors(text.replace("@", name)) == [] for name in found.allowed)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('{"unitz": 3, type: Dense}', '{"units": 3, type: Dense}'),
        ("{'type': 'Dens', units: 3}", "{'type': 'Dense', units: 3}"),
        ('{type: "Dens", units: 3}', '{type: "Dense", units: 3}'),
        ('{type: "\\x44ens", units: 3}', '{type: "Dense", units: 3}'),
    ],
)
def test_quotes_stay(wrong, right):
    text = "specc: 1\ninputs: {x: {shape: [2]}}\nlayers:\n  - @\n"
    (found,) = errors(text.replace("@", wrong))
    assert edited(text.replace("@", wrong), found.edits) == text.replace("@", right)
