"""A client of the language server, over standard input and output, as editors are."""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds after which nothing comes any more; a loaded machine is slow."""
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
        "rename": {"prepareSupport": True},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}


class Client:
    """A session with a server; `with Client() as client:` begins and ends it."""

    def __init__(self, folder=None, capabilities=CAPABILITIES, **initialize):
        self.folder, self.capabilities, self.initialize = folder, capabilities, initialize
        self.process = subprocess.Popen(
            [sys.executable, "-m", "spec_compiler", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder or ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.messages = queue.Queue()
        self.notes = []
        """What the server said without being asked."""
        self.errors = []
        self.answers = {}
        self.last = 0
        self.versions = {}
        self.threads = [
            threading.Thread(target=target, daemon=True) for target in (self._read, self._listen)
        ]
        for thread in self.threads:
            thread.start()

    def _read(self):
        stream = self.process.stdout
        while header := stream.readline():
            size = 0
            while header.strip():
                name, _, value = header.decode().partition(":")
                size = int(value) if name.lower() == "content-length" else size
                header = stream.readline()
            self.messages.put(json.loads(stream.read(size)))
        self.messages.put(None)

    def _listen(self):
        self.errors += [line.decode() for line in self.process.stderr]

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method, params=None):
        self.send({"method": method, "params": params or {}})

    def ask(self, method, params=None):
        """Send a request; its number."""
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params or {}})
        return self.last

    def answer(self, number):
        """What the server answers to a request: the result, or a RuntimeError."""
        while number not in self.answers:
            self._take()
        found = self.answers.pop(number)
        if "error" in found:
            raise RuntimeError(found["error"]["message"])
        return found["result"]

    def request(self, method, params=None):
        return self.answer(self.ask(method, params))

    def _take(self):
        message = self.messages.get(timeout=PATIENCE)
        if message is None:
            self.threads[1].join(PATIENCE)
            raise EOFError("".join(self.errors))
        if "method" in message:
            self.notes.append(message)
            if "id" in message:  # a request of the server
                self.send({"id": message["id"], "result": None})
        else:
            self.answers[message["id"]] = message

    def until(self, wanted):
        """The first notification that is wanted, of those that came and will come."""
        seen = 0
        while True:
            for note in self.notes[seen:]:
                if wanted(note):
                    return note
            seen = len(self.notes)
            self._take()

    def __enter__(self):
        folders = [{"uri": self.folder.as_uri(), "name": "here"}] if self.folder else None
        self.server = self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": None,
                "capabilities": self.capabilities,
                "workspaceFolders": folders,
                **self.initialize,
            },
        )
        self.notify("initialized")
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            self.request("shutdown")
            self.notify("exit")
            assert self.process.wait(PATIENCE) == 0, self.errors
        else:
            self.process.kill()
            self.process.wait(PATIENCE)
        for thread in self.threads:
            thread.join(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()
        bugs = [note for note in self.notes if "bug" in str(note.get("params"))]
        assert kind is not None or not (bugs or self.errors), (bugs, self.errors)

    # --- texts --------------------------------------------------------------------------------

    def open(self, uri, text, language="yaml"):
        self.versions[uri] = 1
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, uri, text, where=None):
        """Replace a range, `((line, character), (line, character))`; without one, everything."""
        self.versions[uri] += 1
        change = {"text": text}
        if where is not None:
            change["range"] = range_of(*where)
        document = {"uri": uri, "version": self.versions[uri]}
        params = {"textDocument": document, "contentChanges": [change]}
        self.notify("textDocument/didChange", params)

    def close(self, uri):
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def found(self, uri, version=None):
        """The diagnostics of a version of a text; default: of the newest."""
        version = self.versions[uri] if version is None else version

        def wanted(note):
            params = note.get("params") or {}
            published = note["method"] == "textDocument/publishDiagnostics"
            return published and params["uri"] == uri and params.get("version") == version

        self.until(wanted)
        return [note for note in self.notes if wanted(note)][-1]["params"]["diagnostics"]


def place(line, character):
    return {"line": line, "character": character}


def range_of(start, end):
    return {"start": place(*start), "end": place(*end)}


def ends(found):
    """A range as two pairs."""
    return tuple((found[end]["line"], found[end]["character"]) for end in ("start", "end"))
