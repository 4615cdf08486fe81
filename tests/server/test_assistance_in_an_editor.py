"""What an editor is told of a place: what may be typed, and what the lines make."""

import pytest
from client import CAPABILITIES, Client

SPEC = """\
specc: 1
dims: {n: {}}
inputs: {x: {shape: [n, 4]}}
layers:
- {type: Dense, name: "🙂 no", units: 3}
- {type: Dense, name: first, units: 3}
- {type: LSTM, name: second, units: 2}
"""


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
        2: "→ [batch, n, 4] float32",
        4: "→ [batch, n, 3] float32",
        5: "→ [batch, n, 3] float32",
        6: "→ [batch, 2] float32",
    }
    few = client.request(
        "textDocument/inlayHint", {**asked, "range": {**whole, "end": {"line": 2, "character": 9}}}
    )
    assert [hint["position"]["line"] for hint in few] == [2]


def test_a_file_that_is_not_open_says_nothing(client, tmp_path):
    uri = (tmp_path / "other.yaml").as_uri()
    assert client.request("textDocument/completion", at(uri, 0, 0)) is None


LAMBDA = """\
specc: 1
params: {k: 2}
inputs: {x: {shape: [4]}}
layers:
- {type: Dense, name: a, units: k}  # 🙂
- {type: Lambda, from: a, doc: "🙂", function: "sum(x, axis=1)"}
"""


def test_a_word_is_told(client, uri):
    client.open(uri, LAMBDA)
    found = client.request("textDocument/hover", at(uri, 4, 10))
    assert found["contents"]["kind"] == "markdown"
    assert "gives `[batch, 2] float32`" in found["contents"]["value"]
    assert found["range"] == {
        "start": {"line": 4, "character": 9},
        "end": {"line": 4, "character": 14},
    }
    assert client.request("textDocument/hover", at(uri, 99, 10)) is None


def test_what_is_to_be_given_is_told(client, uri):
    client.open(uri, LAMBDA)
    column = LAMBDA.split("\n")[5].index("axis") + 1
    found = client.request("textDocument/signatureHelp", at(uri, 5, column))
    [told] = found["signatures"]
    assert told["label"] == "sum(x, axis=None, keepdims=False)"
    start, end = told["parameters"][told["activeParameter"]]["label"]
    assert told["label"][start:end] == "axis=None"
    assert client.request("textDocument/signatureHelp", at(uri, 4, 3)) is None


def test_words_of_expressions_have_their_kinds(client, uri):
    client.open(uri, LAMBDA)
    legend = client.server["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"]
    asked = {"textDocument": {"uri": uri}}
    data = client.request("textDocument/semanticTokens/full", asked)["data"]
    line = start = 0
    found = []
    for down, right, length, kind, _ in zip(*[iter(data)] * 5, strict=True):
        start = right if down else start + right
        line += down
        text = LAMBDA.split("\n")[line].encode("utf-16-le")
        word = text[2 * start : 2 * (start + length)].decode("utf-16-le")
        found.append((line, word, legend[kind]))
    assert found == [
        (4, "k", "parameter"),
        (5, "sum", "function"), (5, "x", "variable"), (5, "axis", "property"),
        (5, "=", "operator"), (5, "1", "number"),
    ]  # fmt: skip


def test_a_broken_line_takes_no_names_away(client, uri):
    client.open(uri, LAMBDA)
    assert client.found(uri) is not None
    client.change(uri, "- {type: Dense, from: ", ((6, 0), (6, 0)))
    assert {"a", "x"} <= {*offered(client, uri, 6, 22)}


def test_hints_go_with_the_text_while_it_is_checked(tmp_path):
    able = {**CAPABILITIES, "workspace": {"inlayHint": {"refreshSupport": True}}}
    uri = (tmp_path / "model.yaml").as_uri()
    rows = "".join(f"- {{type: Dense, name: d{at}, units: 3}}\n" for at in range(300))
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 999, "character": 0}}
    asked = {"textDocument": {"uri": uri}, "range": whole}
    with Client(capabilities=able) as client:
        client.open(uri, LAMBDA.partition("- {type: Lambda")[0] + rows)
        assert client.found(uri) is not None
        client.change(uri, "# new\n# lines\n", ((3, 0), (3, 0)))
        found = client.request("textDocument/inlayHint", asked)
        assert [hint["position"]["line"] for hint in found] == [2, *range(6, 307)]
        client.change(uri, "# and\n" * 30, ((3, 0), (3, 0)))
        part = {"start": {"line": 200, "character": 0}, "end": {"line": 203, "character": 0}}
        found = client.request("textDocument/inlayHint", {**asked, "range": part})
        assert [hint["position"]["line"] for hint in found] == [*range(200, 204)]
        client.change(uri, "", ((3, 0), (33, 0)))
        client.change(uri, "units: 4", ((6, 25), (6, 33)))
        client.notes.clear()
        first = client.request("textDocument/inlayHint", asked)[1]
        while first["label"] != "→ [batch, 4] float32":  # it was not checked soon enough
            client.until(lambda note: note["method"] == "workspace/inlayHint/refresh")
            client.notes.clear()
            first = client.request("textDocument/inlayHint", asked)[1]
        assert (first["position"]["line"], first["label"]) == (6, "→ [batch, 4] float32")
