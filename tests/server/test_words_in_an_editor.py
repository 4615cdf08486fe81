"""What an editor is told of a place: what may be typed, and what the lines make."""

import pytest
from client import Client

SPEC = """\
specc: 1
dims: {n: {}}
inputs: {x: {shape: [n, 4]}}
layers:
- {type: Dense, name: "🙂 no", units: 3}
- {type: Dense, name: first, units: 3}
- {type: LSTM, name: second, units: 2}
"""


@pytest.fixture(scope="module")
def client():
    with Client() as client:
        yield client


@pytest.fixture
def uri(client, tmp_path):
    uri = (tmp_path / "model.yaml").as_uri()
    yield uri
    client.close(uri)


def at(uri, line, character):
    return {
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": character},
    }


def offered(client, uri, line, character):
    found = client.request("textDocument/completion", at(uri, line, character))
    return {item["label"]: item for item in found["items"]}


def test_arguments_are_offered_with_their_words(client, uri):
    client.open(uri, SPEC)
    found = offered(client, uri, 5, 15)
    assert "use_bias" in found
    assert found["activation"]["detail"] == "= linear"
    assert found["activation"]["documentation"]["value"] == "Applied to the result."


def test_a_type_is_told_when_it_is_looked_at(client, uri):
    client.open(uri, SPEC)
    item = offered(client, uri, 5, 10)["Flatten"]
    assert "documentation" not in item
    told = client.request("completionItem/resolve", item)
    assert told["documentation"]["value"].startswith("Make one axis")
    assert told["documentation"]["kind"] == "markdown"


def test_what_is_typed_is_completed_at_once(client, uri):
    client.open(uri, SPEC)
    assert client.found(uri)
    end = SPEC.split("\n")[6].index("}")
    client.change(uri, ", from: ", ((6, end), (6, end)))
    found = offered(client, uri, 6, end + 8)
    assert "first" in found
    assert "second" not in found
    edit = found["first"]["textEdit"]
    assert edit["newText"] == "first"
    assert edit["range"]["start"] == edit["range"]["end"] == {"line": 6, "character": end + 8}


def test_columns_are_those_of_the_editor(client, uri):
    client.open(uri, SPEC)
    column = SPEC.split("\n")[4].index("units") + 1  # a smiling face is two units
    found = offered(client, uri, 4, column + 2)
    assert found["units"]["textEdit"]["range"] == {
        "start": {"line": 4, "character": column},
        "end": {"line": 4, "character": column + 5},
    }


def test_each_line_says_what_it_makes(client, uri):
    client.open(uri, SPEC.replace('name: "🙂 no", ', ""))
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}}
    asked = {"textDocument": {"uri": uri}, "range": whole}
    found = client.request("textDocument/inlayHint", asked)
    assert {hint["position"]["line"]: hint["label"] for hint in found} == {
        2: "→ (batch, n, 4) float32",
        4: "→ (batch, n, 3) float32",
        5: "→ (batch, n, 3) float32",
        6: "→ (batch, 2) float32",
    }
    few = client.request(
        "textDocument/inlayHint", {**asked, "range": {**whole, "end": {"line": 2, "character": 9}}}
    )
    assert [hint["position"]["line"] for hint in few] == [2]


def test_a_file_that_is_not_open_says_nothing(client, tmp_path):
    uri = (tmp_path / "other.yaml").as_uri()
    assert client.request("textDocument/completion", at(uri, 0, 0)) is None
