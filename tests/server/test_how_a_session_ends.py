"""A session ends as the editor says, or with the editor; without the library there is a word."""

from client import Client

from spec_compiler.cli import lsp


def test_without_pygls_it_says_what_to_install(specc, monkeypatch):
    monkeypatch.setattr(lsp, "find_spec", lambda name: None)
    said = specc("lsp")
    assert said.status == 2
    assert 'pip install "spec-compiler[lsp]"' in said.err


def test_an_editor_that_goes_away_ends_the_server():
    client = Client()
    client.__enter__()
    client.process.stdin.close()
    assert client.process.wait(60) in (0, 1)
    for thread in client.threads:
        thread.join(60)
    client.process.stdout.close()
    client.process.stderr.close()


def test_an_exit_that_was_not_announced_is_one():
    client = Client()
    client.__enter__()
    client.notify("exit")
    assert client.process.wait(60) == 1
    for thread in client.threads:
        thread.join(60)
    for stream in (client.process.stdin, client.process.stdout, client.process.stderr):
        stream.close()


def test_what_is_no_message_is_no_end(tmp_path):
    with Client() as client:
        for body in (b"{}", b"[1]", b"nothing", b'{"jsonrpc": "2.0", "method": "x/y"}'):
            client.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        client.process.stdin.flush()
        uri = (tmp_path / "model.yaml").as_uri()
        client.open(uri, "specc: 1\ninputs: {x: {shape: [2]}}\nlayers: [{type: Identity}]\n")
        assert client.found(uri) == []
