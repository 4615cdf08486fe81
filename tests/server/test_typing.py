"""Real typing: a spec letter by letter, faster than it is checked, at wrong places, and hostile."""

import json

import pytest
from client import CAPABILITIES, Client, ends, place, range_of

SPEC = """\
specc: 1
name: typed  # é 🙂
params: {width: 4, idle: 2}
inputs:
  x: {shape: [4], dtype: float32}
layers:
  - {type: Dense, name: "first", units: $width}
  - type: Dropout
    rate: 0.5
  - {type: Add, name: sum, from: [first, dropout]}
outputs:
  sum: {shape: [batch, 4]}
"""


def units(text):
    return len(text.encode("utf-16-le")) // 2


def end_of(text):
    """Where a text ends, as an editor counts."""
    lines = text.split("\n")
    return len(lines) - 1, units(lines[-1])


def told(found):
    return sorted((item["code"], *ends(item["range"])) for item in found)


def validated(specc, path, text):
    """What `specc validate` says of a text, its places as an editor counts them."""
    path.write_text(text)
    document = json.loads(specc("validate", "--format", "json", str(path)).out)
    lines = text.split("\n")

    def there(line, column):
        return line - 1, units(lines[line - 1][: column - 1])

    return sorted(
        (
            item["code"],
            *(there(**item[end]) for end in ("start", "end")),
        )
        for item in document["diagnostics"]
    )


@pytest.mark.parametrize("wrong", ["", "unitz: 1, "])
def test_every_letter_is_answered(client, uri, specc, tmp_path, wrong):
    text = SPEC.replace("units:", f"{wrong}units:")
    client.open(uri, "")
    typed = ""
    for letter in text:
        at = end_of(typed)
        client.change(uri, letter, (at, at))
        typed += letter
        params = {"textDocument": {"uri": uri}, "position": place(*end_of(typed))}
        assert "items" in client.request("textDocument/completion", params)
        if letter in ":}\n":
            assert client.request("textDocument/hover", params) is not Ellipsis
            assert isinstance(client.request("textDocument/documentSymbol", params), list)
    found = told(client.found(uri))
    assert found == validated(specc, tmp_path / "model.yaml", text)
    assert [code for code, *_ in found] == (["SPC0103"] if wrong else ["SPC1001"])


def test_letters_may_be_taken_away_again(client, uri):
    client.open(uri, SPEC)
    text = SPEC
    while text:
        at = end_of(text[:-1])
        client.change(uri, "", (at, end_of(text)))
        text = text[:-1]
    assert client.found(uri) == []


def test_what_is_told_is_about_the_text_as_it_is(client, uri):
    """Edits come faster than they are checked: no version is told of that is not the last."""
    client.open(uri, SPEC)
    for number in range(200):
        client.change(uri, f"units: {number}" if number % 2 else "unitz: 9", ((6, 31), (6, 39)))
        client.change(uri, SPEC)
    assert [code for code, *_ in told(client.found(uri))] == ["SPC1001"]
    client.change(uri, SPEC.replace("units", "unitz"))
    assert [code for code, *_ in told(client.found(uri))] == ["SPC0103"]
    versions = [
        note["params"]["version"]
        for note in client.notes
        if note["method"] == "textDocument/publishDiagnostics" and note["params"]["uri"] == uri
    ]
    assert versions == sorted(versions)


@pytest.mark.parametrize(
    ("where", "before", "after"),
    [
        (((99, 0), (99, 9)), "layers: []", "layers: []!"),
        (((0, 99), (0, 500)), "specc: 1", "specc: 1!"),
        (((0, 8), (0, 2)), "specc: 1", "sp!"),
        (((-5, -5), (0, 0)), "specc: 1", "!specc: 1"),
        (((2**31, 2**31), (2**40, 0)), "layers: []", "layers: []!"),
        (((1, 9), (1, 99)), "🙂: odd", "!"),  # from the middle of a character
    ],
)
def test_wrong_places_are_the_nearest(client, uri, where, before, after):
    text = "specc: 1\nx-odd: {🙂: odd\ninputs: 3\nlayers: []"
    client.open(uri, text)
    client.change(uri, "!", where)
    wanted = text.replace(before, after)
    asked = {"textDocument": {"uri": uri}, "position": place(-3, 2**33)}
    for method in ("hover", "definition", "completion", "prepareRename"):
        client.request(f"textDocument/{method}", asked)
    asked = {**asked, "range": range_of((9, 9), (1, 1)), "context": {"diagnostics": []}}
    client.request("textDocument/codeAction", asked)
    other = uri.replace("model", "other")
    client.open(other, wanted)
    assert told(client.found(uri)) == told(client.found(other))
    assert told(client.found(uri))


@pytest.mark.parametrize("units_of", ["utf-16", "utf-8", "utf-32"])
def test_columns_are_counted_as_the_editor_does(uri, units_of):
    """An emoji and a combining accent before a mistake."""
    general = {"general": {"positionEncodings": [units_of]}}
    line = 'x: {doc: "🙂e\u0301", '
    text = f"specc: 1\ninputs:\n {line}shap: [4]}}\nlayers: [{{type: Identity}}]\n"
    lengths = {
        "utf-16": units(line),
        "utf-8": len(line.encode()),
        "utf-32": len(line),
    }
    with Client(capabilities={**CAPABILITIES, **general}) as client:
        assert client.server["capabilities"]["positionEncoding"] == units_of
        client.open(uri, text)
        found = client.found(uri)
        start = 1 + lengths[units_of]
        places = [ends(item["range"])[0] for item in found]
        assert (2, start) in places
        client.change(uri, "shape", ((2, start), (2, start + 4)))
        assert (2, start) not in [ends(item["range"])[0] for item in client.found(uri)]


HOSTILE = "a\\u202e\\n::error::b</script><img src=x onerror=1>\\u001b[31m`x`](http://x)"


def test_hostile_names_stay_text(client, uri):
    text = SPEC.replace('"first"', f'"{HOSTILE}"').replace("width: 4", f'"{HOSTILE}": 4')
    client.open(uri, text)
    found = client.found(uri)
    assert found
    for item in found:
        assert "\x1b" not in item["message"]
        assert "\u202e" not in item["message"]
        assert "\n::error" not in item["message"]
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})


def test_ten_thousand_errors_are_capped_and_counted(client, uri):
    layers = "".join(f"- {{type: Densed, name: l{n}}}\n" for n in range(10_000))
    client.open(uri, f"specc: 1\ninputs: {{x: {{shape: [2]}}}}\nlayers:\n{layers}")
    found = client.found(uri)
    assert len(found) == 501
    assert "there are 9,500 more" in found[-1]["message"]
    client.close(uri)


def test_a_line_of_a_megabyte_is_read(client, uri):
    names = ", ".join(f"k{n}: {n}" for n in range(90_000))
    client.open(uri, SPEC + f"metadata: {{{names}}}\n")
    assert told(client.found(uri))[0][0] == "SPC1001"
    start = len("metadata: {")
    client.change(uri, "🙂: 1, ", ((12, start), (12, start)))
    assert told(client.found(uri))[0][0] == "SPC1001"
    client.close(uri)


def test_what_is_no_address_and_what_is_not_open_is_no_fault(client):
    for uri in ("untitled:Untitled-1", "http://[", "file:", "x"):
        client.open(uri, SPEC)
        assert [code for code, *_ in told(client.found(uri))] == ["SPC1001"], uri
        client.close(uri)
        assert client.request("textDocument/hover", {
            "textDocument": {"uri": uri}, "position": place(0, 0)
        }) is None  # fmt: skip
    client.notify("textDocument/didChange", {
        "textDocument": {"uri": "file:///nowhere.yaml", "version": 3},
        "contentChanges": [{"text": "x"}],
    })  # fmt: skip
