"""Specs of several files, settings, and files that are open or only on the disk."""

import pytest
from client import Client, ends

MODEL = """\
specc: 1
imports: {lib: ./lib.yaml}
inputs: {x: {shape: [4]}}
layers: [{use: lib.deepen, with: {size: 3}}]
"""
LIB = """\
specc: 1
blocks:
  deepen:
    params: {size: int}
    inputs: {x: {shape: [n]}}
    layers: [{type: Dense, name: up, units: size}]
    outputs: {y: up}
"""


@pytest.fixture
def client(tmp_path):
    with Client(tmp_path) as client:
        yield client


def codes(found):
    return [item["code"] for item in found]


def until(client, uri, wanted):
    """The first codes of a file that are as wanted."""

    def right(note):
        params = note["params"]
        published = note["method"] == "textDocument/publishDiagnostics"
        return published and params["uri"] == uri and codes(params["diagnostics"]) == wanted

    return client.until(right)["params"]["diagnostics"]


def test_an_import_is_read_from_the_editor(client, tmp_path):
    (tmp_path / "lib.yaml").write_text("specc: 1\nblocks: {}\n")
    model, lib = ((tmp_path / name).as_uri() for name in ("model.yaml", "lib.yaml"))
    client.open(lib, LIB)
    client.open(model, MODEL)
    assert client.found(model) == []


def test_a_change_of_an_import_is_told_where_it_is_used(client, tmp_path):
    (tmp_path / "lib.yaml").write_text(LIB)
    model, lib = ((tmp_path / name).as_uri() for name in ("model.yaml", "lib.yaml"))
    client.open(model, MODEL)
    assert client.found(model) == []
    client.open(lib, LIB)
    client.change(lib, LIB.replace("deepen", "deeper"))
    (found,) = until(client, model, ["SPC0210"])
    assert ends(found["range"])[0][0] == 3
    client.close(lib)  # what is on the disk is its text again
    client.notes.clear()
    until(client, model, [])


def test_a_mistake_in_an_import_is_told_in_its_place(client, tmp_path):
    (tmp_path / "lib.yaml").write_text(LIB.replace("units", "unitz"))
    model, lib = ((tmp_path / name).as_uri() for name in ("model.yaml", "lib.yaml"))
    client.open(model, MODEL)
    (found,) = until(client, lib, ["SPC0103"])
    assert ends(found["range"])[0][0] == 5
    assert client.found(model) == []
    client.notes.clear()
    client.close(model)
    until(client, lib, [])


def test_a_file_that_comes_is_read(client, tmp_path):
    model = (tmp_path / "model.yaml").as_uri()
    client.open(model, MODEL)
    assert codes(client.found(model)) == ["SPC0217"]
    lib = (tmp_path / "lib.yaml").as_uri()
    client.open(lib, LIB)
    until(client, model, [])


def test_settings_hold_and_their_mistakes_are_told(client, tmp_path):
    text = MODEL.partition("imports")[0] + "params: {idle: 1}\n"
    text += "inputs: {x: {shape: [4]}}\nlayers: [{type: Identity}]\n"
    model, settings = ((tmp_path / name).as_uri() for name in ("model.yaml", "specc.toml"))
    client.open(model, text)
    assert codes(client.found(model)) == ["SPC1001"]
    (tmp_path / "specc.toml").write_text('ignore = ["SPC1001"]\nselct = []\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": settings, "type": 1}]})
    (found,) = until(client, settings, ["SPC1095"])
    assert ends(found["range"])[0][0] == 1
    until(client, model, [])


def test_comments_ignore_here_too(client, tmp_path):
    model = (tmp_path / "model.yaml").as_uri()
    text = "specc: 1\nparams: {idle: 1}  # specc: ignore[SPC1001] later\n"
    client.open(model, text + "inputs: {x: {shape: [4]}}\nlayers: [{type: Identity}]\n")
    assert client.found(model) == []
