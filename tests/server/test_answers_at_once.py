"""What the nodes of a text tell is told before it is checked, and is what a check would tell."""

from pathlib import Path

import pytest
from client import ends, place
from hypothesis import given
from hypothesis import strategies as st

from spec_compiler.authoring.document_symbols import document_symbols, folds
from spec_compiler.authoring.occurrences import occurrences
from spec_compiler.authoring.semantic_tokens import semantic_tokens
from spec_compiler.server.checking import checked
from spec_compiler.server.opened import Opened, State
from spec_compiler.server.text import Text

ROOT = Path(__file__).parents[2]
TEXTS = [(ROOT / "examples" / name / "model.yaml").read_text() for name in ("digits", "siamese")]
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 3), st.text("abc 0:-,{}[]#\n", max_size=3)),
    min_size=1,
    max_size=4,
)


def opened_with(text):
    """A file that is open and checked."""
    opened = Opened("file:///m.yaml", "/m.yaml", State(1, Text.of(text)))
    opened.checked = checked(text, opened.path, {}, opened.remembered)
    opened.checked_version, opened.read = 1, opened.remembered.text.last
    return opened


def told(document):
    """All that is told of a text before it is checked."""
    root = document.analysis.node
    assert root is not None
    return (
        document_symbols(document),
        folds(document),
        semantic_tokens(document),
        sorted(occurrences(root), key=repr),
        document.lines,
    )


@given(st.sampled_from(TEXTS), EDITS)
def test_what_is_seen_is_what_a_check_finds(text, edits):
    opened = opened_with(text)
    for version, (where, removed, typed) in enumerate(edits, 2):
        at = int(where * len(text))
        text = text[:at] + typed + text[at + removed :]
        opened.state = State(version, Text.of(text))
        seen = opened.seen()
        if seen is not None:
            assert told(seen) == told(checked(text, opened.path, {}).document)


def test_a_letter_a_line_and_a_comment_are_seen():
    lines = TEXTS[0].splitlines(keepends=True)
    opened = opened_with("".join(lines))
    at = next(n for n, line in enumerate(lines) if "units" in line)
    changes = [
        (at, lines[at].replace("units: ", "units: 1")),
        (at, lines[at] + lines[at].replace("name: ", "name: another_")),
        (at, lines[at] + "  # a comment\n"),
    ]
    for version, (number, line) in enumerate(changes, 2):
        text = "".join([*lines[:number], line, *lines[number + 1 :]])
        opened.state = State(version, Text.of(text))
        seen = opened.seen()
        assert seen is not None
        assert told(seen) == told(checked(text, opened.path, {}).document)


SPEC = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
- {type: Dense, name: first, units: 4}
- {type: Dense, name: second, units: 4}
- {type: Add, from: [first, second]}
"""


@pytest.fixture
def busy(client, uri):
    """An editor in which a large file is being checked when the small one changes."""
    client.open(uri, SPEC)
    client.found(uri)
    layers = "".join(f"- {{type: Dense, name: l{n}, units: {n}}}\n" for n in range(1, 3000))
    large = uri.replace("model", "large")
    client.open(large, f"specc: 1\ninputs: {{x: {{shape: [2]}}}}\nlayers:\n{layers}")
    client.change(uri, "third", ((4, 22), (4, 28)))
    yield client
    found = client.found(uri)
    assert [item["code"] for item in found if item["severity"] == 1] == ["SPC0203"]
    client.close(large)


def is_checked(client, uri):
    """Whether the editor has been told of the newest text."""
    return any(
        note["method"] == "textDocument/publishDiagnostics"
        and (note["params"]["uri"], note["params"].get("version")) == (uri, client.versions[uri])
        for note in client.notes
    )


def test_nobody_waits_for_a_check_of_another_file(busy, uri):
    document = {"textDocument": {"uri": uri}}
    symbols = busy.request("textDocument/documentSymbol", document)
    assert [it["name"] for it in symbols[2]["children"]] == ["first", "third", "Add"]
    named = {**document, "position": place(5, 23)}
    (where,) = busy.request("textDocument/definition", named)
    assert ends(where["range"]) == ((3, 22), (3, 27))
    assert len(busy.request("textDocument/documentHighlight", named)) == 2
    assert busy.request("textDocument/foldingRange", document)
    assert busy.request("textDocument/semanticTokens/full", document)["data"] == []
    assert not is_checked(busy, uri)


def test_what_only_a_check_knows_waits_for_it(busy, uri):
    named = {"textDocument": {"uri": uri}, "position": place(5, 30)}
    assert busy.request("textDocument/definition", named) == []
    assert is_checked(busy, uri)
