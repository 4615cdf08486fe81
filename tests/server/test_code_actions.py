"""Fixes as code actions, all safe ones at once, and the one style, as edits of the text."""

import asyncio
from types import SimpleNamespace

import pytest
from client import ends, place, range_of

from spec_compiler.compile import analyze_file
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.mending import try_edits
from spec_compiler.server.mends import Once
from spec_compiler.server.text import Text
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
    assert any("\n" in edit["newText"] for edit in edits)
    for edit in edits:
        assert edit["newText"].count("\n") == edit["newText"].count(end)
        edit["newText"] = edit["newText"].replace(end, "\n")
    assert applied(text, edits) == formatted(text, "model.yaml", Diagnostics())


def test_what_cannot_be_read_is_not_formatted(client, uri):
    client.open(uri, SPEC + "- {type: \n")
    params = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
    assert client.request("textDocument/formatting", params) is None


MANY = "".join(f"- {{type: Dense, name: l{n}, unitz: 3}}\n" for n in range(2_000))


def test_what_mends_all_keeps_nobody_waiting(client, uri):
    """An editor that cannot ask for it later, in a file with many slips."""
    other = uri.replace("model", "other")
    client.open(other, SPEC)
    client.found(other)
    client.open(uri, f"specc: 1\ninputs: {{x: {{shape: [2]}}}}\nlayers:\n{MANY}")
    client.found(uri)
    where, context = range_of((3, 0), (3, 1)), {"diagnostics": []}
    asked = {"textDocument": {"uri": uri}, "range": where, "context": context}
    first, second = (client.ask("textDocument/codeAction", asked) for _ in range(2))
    words = {"textDocument": {"uri": other}, "position": place(3, 10)}
    assert client.request("textDocument/hover", words)
    assert {first, second}.isdisjoint(client.answers)
    found = client.answer(first)
    assert found == client.answer(second)
    assert [item["title"] for item in found][-1] == "Apply all safe fixes"
    (edit,) = edits_of(found[-1], uri, 1)
    assert edit["newText"].count("units: 3") == 2_000
    assert "unitz" not in edit["newText"]


def test_what_mends_a_text_that_is_another_one_is_not_told(client, uri):
    client.open(uri, f"specc: 1\ninputs: {{x: {{shape: [2]}}}}\nlayers:\n{MANY}")
    client.found(uri)
    context = {"diagnostics": [], "only": ["source.fixAll"]}
    asked = {"textDocument": {"uri": uri}, "range": range_of((0, 0), (0, 0)), "context": context}
    outdated = client.ask("textDocument/codeAction", asked)
    client.change(uri, SPEC)
    new = client.ask("textDocument/codeAction", asked)
    assert client.answer(outdated) in ([], None)
    (action,) = client.answer(new)
    assert applied(SPEC, edits_of(action, uri, 2)) == SPEC.replace("unitz", "units").replace(
        "Relu", "relu"
    )


def test_what_mends_all_is_worked_out_once_for_a_text():
    """An editor that cannot ask for it later asks at each movement of the cursor."""
    text = Text.of("x")
    opened = SimpleNamespace(
        uri="file:///a.yaml",
        path="/a.yaml",
        real="/a.yaml",
        state=SimpleNamespace(version=1, text=text),
        checked=object(),
    )
    worked = []

    def work(file):
        worked.append(file)
        return len(worked)

    async def asks():
        fixes = Once(SimpleNamespace(opened={opened.uri: opened}), work)
        assert [await fixes.of(opened) for _ in range(3)] == [1, 1, 1]
        opened.state.version = 2
        assert await fixes.of(opened) == 2
        opened.checked = object()  # a file that it imports is another one
        assert await asyncio.gather(*(fixes.of(opened) for _ in range(3))) == [3, 3, 3]
        opened.checked = object()
        waits = asyncio.ensure_future(fixes.of(opened))
        await asyncio.sleep(0)
        opened.state.version = 3
        assert await waits is None

    asyncio.run(asks())
    assert [of[:3] for of in worked] == [("/a.yaml", "/a.yaml", "x")] * 3


TIMES = "specc: 1\ninputs: {x: {shape: [5, 3]}}\nlayers:\n"
TRIED = {
    "quotes around half a line": (
        f"{TIMES}  - type: GlobalAveragePooling1D, name: mean}}\n",
        False,
    ),
    "a section in the braces": (
        TIMES.replace("layers", "  layers") + "  - {type: Flatten}\n",
        False,
    ),
    "half of a call": (f'{TIMES}  - {{type: Lambda, name: context, axis=1)"}}\n', False),
    "a function of NumPy": (f'{TIMES}  - {{type: Lambda, function: "np.sqrt(x)"}}\n', True),
    "a letter": (f"{TIMES}  - {{type: Dense, unitz: 3}}\n", True),
}


@pytest.mark.parametrize(("text", "offered"), TRIED.values(), ids=TRIED)
def test_what_was_tried_in_vain_is_not_offered(client, tmp_path, text, offered):
    """As `specc validate` does: what it marks as mended is what an editor offers."""
    uri = (tmp_path / "model.yaml").as_uri()
    (tmp_path / "model.yaml").write_text(text)
    client.open(uri, text)
    (found,) = client.found(uri)
    known = analyze_file(tmp_path / "model.yaml").found
    assert [bool(item.edits) for item in known] == [True]
    try_edits(str(tmp_path / "model.yaml"), known)
    assert [bool(item.edits) for item in known] == [offered]
    made = actions(client, uri, ends(found["range"]), ["quickfix"])
    assert [one["isPreferred"] for one in made] == [True] * offered


def test_in_a_long_text_a_text_is_no_sure_thing(client, tmp_path):
    """What is not tried is offered as it is, and of texts none is preferred."""
    uri = (tmp_path / "model.yaml").as_uri()
    rows = "".join(f"  - {{type: Dense, name: d{at}, unitz: 4}}\n" for at in range(30))
    text = TIMES + rows
    text += '  - {type: Lambda, name: b, function: "np.sqrt(x)"}\n'
    client.open(uri, text)
    client.found(uri)
    (first,) = actions(client, uri, ((3, 0), (3, 99)), ["quickfix"])
    (last,) = actions(client, uri, ((33, 0), (33, 99)), ["quickfix"])
    assert (first["isPreferred"], last["isPreferred"]) == (True, False)
