"""Fixes as code actions, all safe ones at once, and the one style, as edits of the text."""

from types import SimpleNamespace

import pytest
from client import ends, range_of

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.server.code_actions import CodeActions
from spec_compiler.writing.formatted import formatted

SPEC = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
- {type: Dense, name: first, unitz: 3}
- {type: Dense, name: second, units: 3, activation: Relu}
"""


def applied(text, edits):
    """A text after edits, by hand: the last first, in code units of UTF-16."""
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:at]) for at in range(len(lines))]

    def offset(place):
        line = lines[place[0]].encode("utf-16-le")[: 2 * place[1]].decode("utf-16-le")
        return starts[place[0]] + len(line)

    for edit in sorted(edits, key=lambda edit: ends(edit["range"]), reverse=True):
        start, end = map(offset, ends(edit["range"]))
        text = text[:start] + edit["newText"] + text[end:]
    return text


def actions(client, uri, where, only=None, told=()):
    context = {"diagnostics": [*told], **({"only": only} if only else {})}
    params = {"textDocument": {"uri": uri}, "range": range_of(*where), "context": context}
    return client.request("textDocument/codeAction", params)


def edits_of(action, uri, version):
    (change,) = action["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": version}
    return change["edits"]


def test_a_fix_is_an_action_at_its_place(client, uri):
    client.open(uri, SPEC)
    told = client.found(uri)
    mine = [item for item in told if item["range"]["start"]["line"] == 3]
    found = actions(client, uri, ((3, 30), (3, 30)), ["quickfix"], mine)
    (action,) = found
    assert action["kind"] == "quickfix"
    assert action["title"] == "Write `units`"
    assert action["isPreferred"]
    assert [item["code"] for item in action["diagnostics"]] == ["SPC0103"]
    assert applied(SPEC, edits_of(action, uri, 1)) == SPEC.replace("unitz", "units")


def test_elsewhere_there_is_none(client, uri):
    client.open(uri, SPEC)
    assert actions(client, uri, ((0, 2), (0, 3)), ["quickfix"]) == []


def test_all_that_is_safe_is_one_action(client, uri):
    client.open(uri, SPEC)
    (action,) = actions(client, uri, ((0, 0), (0, 0)), ["source.fixAll"])
    assert action["kind"] == "source.fixAll.specc"
    mended = applied(SPEC, edits_of(action, uri, 1))
    assert mended == SPEC.replace("unitz", "units").replace("Relu", "relu")
    client.change(uri, mended)
    assert client.found(uri) == []


def test_an_action_is_of_the_text_as_it_is_now(client, uri):
    client.open(uri, SPEC)
    client.change(uri, "# one more line\n", ((0, 0), (0, 0)))
    (action,) = actions(client, uri, ((4, 30), (4, 30)), ["quickfix"])
    ((start, _),) = [ends(edit["range"]) for edit in edits_of(action, uri, 2)]
    assert start == (4, 29)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_formatting_edits_what_is_not_in_style(client, uri, end):
    text = SPEC.replace("unitz", "units").replace("Relu", "relu")
    text = text.replace("name: first, units: 3}", "units:   3, name: 'first'}") + "# 🙂\n"
    client.open(uri, text.replace("\n", end))
    options = {"tabSize": 2, "insertSpaces": True}
    params = {"textDocument": {"uri": uri}, "options": options}
    edits = client.request("textDocument/formatting", params)
    assert edits
    assert applied(text, edits) == formatted(text, "model.yaml", Diagnostics())


def test_what_cannot_be_read_is_not_formatted(client, uri):
    client.open(uri, SPEC + "- {type: \n")
    params = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
    assert client.request("textDocument/formatting", params) is None


def test_what_mends_all_is_worked_out_once_for_a_text(monkeypatch):
    """An editor that cannot ask for it later asks at each movement of the cursor."""
    opened = SimpleNamespace(
        uri="file:///a.yaml", state=SimpleNamespace(version=1), checked=object()
    )
    session = SimpleNamespace(opened={opened.uri: opened})
    mends = CodeActions(SimpleNamespace(session=session, on=lambda *_: None))
    worked = []
    monkeypatch.setattr(mends, "_mended_now", lambda it: worked.append(it) or f"{len(worked)}")
    assert [mends._mended(opened) for _ in range(3)] == ["1", "1", "1"]
    opened.state.version = 2
    assert mends._mended(opened) == "2"
    opened.checked = object()  # a file that it imports is another one
    assert [mends._mended(opened) for _ in range(2)] == ["3", "3"]
