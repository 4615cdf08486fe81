"""A request that cannot be read is answered with an error of its own, and nothing pops up."""

import json

import pytest
from client import Client
from lsprotocol import types

REQUESTS = [
    method
    for method, (request, *_) in types.METHOD_TO_TYPES.items()
    if method.startswith("textDocument/") and "id" in request.__annotations__
]
WRONG = [None, [], {}, "text", 1, [1], {"textDocument": None}, {"textDocument": {}}]
"""None of them has a place in a text document."""
INVALID_REQUEST, INVALID_PARAMS = -32600, -32602


@pytest.fixture(scope="module")
def client():
    with Client() as client:
        yield client
        assert "window/showMessage" not in {note["method"] for note in client.notes}


def codes(client, messages):
    """The errors that are the answers to some messages, in their order."""
    for message in messages:
        body = json.dumps(message).encode()
        client.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    client.process.stdin.flush()
    found = []
    while len(found) < len(messages):
        client._take()
        found += [(number, said["error"]["code"]) for number, said in client.answers.items()]
        client.answers.clear()
    return found


def message(number, method, params):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


@pytest.mark.parametrize("method", ["textDocument/hover", "codeAction/resolve", *REQUESTS])
def test_params_of_another_shape_are_an_error_of_their_request(client, method):
    asked = [message(f"{method} {at}", method, params) for at, params in enumerate(WRONG)]
    assert codes(client, asked) == [(f"{method} {at}", INVALID_PARAMS) for at in range(len(WRONG))]


@pytest.mark.parametrize("number", [None, [], {}, True, 1.5])
def test_an_answer_to_no_number_says_so(client, number):
    asked = [message(number, "textDocument/hover", {})]
    assert codes(client, asked) == [(None, INVALID_REQUEST)]


@pytest.mark.parametrize("method", [None, [], {}, 1])
def test_a_method_is_a_text(client, method):
    assert codes(client, [message("a", method, {})]) == [("a", INVALID_REQUEST)]


def test_several_in_one_are_none(client):
    asked = [[message(1, "textDocument/hover", {})]]
    assert codes(client, asked) == [(None, INVALID_REQUEST)]


def test_what_asks_for_nothing_is_noted(client):
    client.notify("textDocument/didOpen", {"textDocument": None})
    said = client.until(lambda note: "didOpen" in str(note.get("params")))
    assert said["method"] == "window/logMessage"
    uri = "file:///nowhere.yaml"
    params = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}}
    assert client.request("textDocument/hover", params) is None  # and it still answers
