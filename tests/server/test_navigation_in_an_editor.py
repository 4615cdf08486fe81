"""Definitions, references, new names, outlines and folds, over files that are open and others."""

import numpy as np
import pytest
from client import CAPABILITIES, Client, ends, place
from safetensors.numpy import save_file

SPEC = """\
specc: 1  # 🙂
imports: {lib: ./lib.yaml}
inputs: {x: {shape: [4]}}
layers:
- {type: Dense, name: first, doc: "🙂", units: 3}
- type: Add
  name: both
  from: [first, first]
- {use: lib.deepen, name: deep, with: {size: 3}}
# one
# two
"""
LIB = """\
specc: 1
blocks:
  deepen:
    params: {size: int}
    inputs: {x: {shape: [n]}}
    layers: [{type: Dense, name: up, units: size}]
"""


@pytest.fixture
def uris(tmp_path):
    (tmp_path / "lib.yaml").write_text(LIB)
    (tmp_path / "other.yaml").write_text(SPEC)
    return [(tmp_path / name).as_uri() for name in ("model.yaml", "lib.yaml", "other.yaml")]


def ask(client, method, uri, at, **more):
    params = {"textDocument": {"uri": uri}, "position": place(*at), **more}
    return client.request(f"textDocument/{method}", params)


def places(found, uris):
    names = dict(zip(uris, ("model", "lib", "other"), strict=True))
    return sorted((names[item["uri"]], ends(item["range"])[0]) for item in found)


def test_definitions_lead_to_other_files(client, uris):
    client.open(uris[0], SPEC)
    found = ask(client, "definition", uris[0], (8, 12))
    assert places(found, uris) == [("lib", (2, 2))]
    found = ask(client, "definition", uris[0], (7, 16))
    assert places(found, uris) == [("model", (4, 22))]


def test_references_are_those_of_all_specs_around(client, uris):
    client.open(uris[0], SPEC)
    found = ask(client, "references", uris[0], (8, 12), context={"includeDeclaration": True})
    assert places(found, uris) == [("lib", (2, 2)), ("model", (8, 12)), ("other", (8, 12))]
    found = ask(client, "documentHighlight", uris[0], (4, 23))
    assert [ends(item["range"])[0] for item in found] == [(4, 22), (7, 9), (7, 16)]


def test_a_new_name_is_given_everywhere(client, uris):
    client.open(uris[0], SPEC)
    before = ask(client, "prepareRename", uris[0], (8, 12))
    assert before["placeholder"] == "deepen"
    assert ends(before["range"]) == ((8, 12), (8, 18))
    found = ask(client, "rename", uris[0], (8, 12), newName="lift")
    changed = {
        item["textDocument"]["uri"]: (item["textDocument"]["version"], len(item["edits"]))
        for item in found["documentChanges"]
    }
    assert changed == {uris[0]: (1, 1), uris[1]: (None, 1), uris[2]: (None, 1)}
    assert ask(client, "prepareRename", uris[0], (4, 5)) is None
    with pytest.raises(RuntimeError, match="`both` is a layer already"):
        ask(client, "rename", uris[0], (4, 23), newName="both")


def test_an_editor_without_versions_gets_plain_changes(uris):
    with Client(capabilities={**CAPABILITIES, "workspace": {}}) as client:
        client.open(uris[0], SPEC)
        found = ask(client, "rename", uris[0], (4, 23), newName="start")
        assert {uri: len(edits) for uri, edits in found["changes"].items()} == {uris[0]: 3}


def test_the_outline_has_sections_and_layers(client, uris):
    client.open(uris[0], SPEC)
    found = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uris[0]}})
    assert [item["name"] for item in found] == ["specc", "imports", "inputs", "layers"]
    layers = found[3]["children"]
    assert [(item["name"], item.get("detail")) for item in layers] == [
        ("first", "Dense"),
        ("both", "Add"),
        ("deep", "lib.deepen"),
    ]
    assert ends(layers[0]["selectionRange"]) == ((4, 22), (4, 27))
    for item in (*found, *layers):
        whole, named = ends(item["range"]), ends(item["selectionRange"])
        assert whole[0] <= named[0] <= named[1] <= whole[1]


def test_what_belongs_together_folds(client, uris):
    client.open(uris[0], SPEC)
    found = client.request("textDocument/foldingRange", {"textDocument": {"uri": uris[0]}})
    lines = [(item["startLine"], item["endLine"], item.get("kind")) for item in found]
    assert lines == [(3, 8, None), (5, 7, None), (9, 10, "comment")]


@pytest.mark.parametrize(
    "edited",
    [
        SPEC.replace("first", "f"),
        SPEC.replace("doc: ", "doc: 🙂"),
        "\ufeff" + SPEC,
        SPEC.replace("layers:", "\nlayers:"),
        SPEC.replace("- type: Add\n  name: both\n", "- type: Add\n"),
        SPEC.replace("{x:", "{y:"),
    ],
)
def test_an_outline_of_an_edited_text_is_that_of_a_new_one(client, uris, edited):
    outlines = []
    for uri, texts in ((uris[0], (SPEC, edited)), (uris[2], (edited,))):
        client.open(uri, texts[0])
        for text in texts[1:]:
            client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
            client.change(uri, text)
        outlines.append(
            client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        )
        client.close(uri)
    assert outlines[0]
    assert outlines[0] == outlines[1]


@pytest.mark.parametrize("asks", [True, False])
def test_whoever_renames_hears_of_weights_under_the_old_name(tmp_path, asks):
    """By an annotation that has to be agreed to, or by a message where an editor knows none."""
    save_file({"d.kernel": np.ones((4, 3), "float32")}, tmp_path / "w.safetensors")
    uri = (tmp_path / "model.yaml").as_uri()
    text = "specc: 1\ninputs: {x: {shape: [4]}}\nweights: {file: w.safetensors}\nlayers:\n"
    text += "- {type: Dense, name: d, units: 3, use_bias: false}\n"
    edit = {"documentChanges": True, **({"changeAnnotationSupport": {}} if asks else {})}
    able = {**CAPABILITIES, "workspace": {"workspaceEdit": edit}}
    with Client(capabilities=able) as client:
        client.open(uri, text)
        found = ask(client, "rename", uri, (4, 22), newName="e")
        ((change,),) = (each["edits"] for each in found["documentChanges"])
        assert change["newText"] == "e"
        if asks:
            said = found["changeAnnotations"][change["annotationId"]]
            assert said["needsConfirmation"]
            words = said["description"]
        else:
            message = client.until(lambda note: note["method"] == "window/showMessage")
            words = message["params"]["message"]
            assert message["params"]["type"] == 2
        assert "`d.kernel`" in words
        assert "`w.safetensors`" in words
        client.found(uri)
