"""How long an editor waits for a word of `specc lsp` after a key, in a file of 1,000 layers.

    python benchmarks/typing_layers.py [--rounds 30] [--layers 1000]

A session over standard input and output: a character is typed in the middle of the file, and the
question is sent at once behind it. The clock runs from before the change is sent until the answer
is read; `findings` is until the diagnostics of that text come. The first answers are those of a
server that has just been started.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "server"))

from client import CAPABILITIES, Client  # noqa: E402 - a client as the tests have it


def spec(layers: int) -> str:
    """A chain of dense layers, with a Lambda now and then."""
    rows = (
        f'  - {{type: Lambda, name: d{i}, function: "x * 2 + sum(x, axis=-1, keepdims=True)"}}\n'
        if i % 10 == 0
        else f"  - {{type: Dense, name: d{i}, units: width, activation: relu}}\n"
        for i in range(layers)
    )
    head = "specc: 1\nparams: {width: 64}\ndims: {n: {}}\ninputs:\n  x: {shape: [n, 64]}\n"
    return f"{head}layers:\n{''.join(rows)}"


class Typing:
    """A file in an editor, and a place in its middle."""

    def __init__(self, client: Any, uri: str, text: str) -> None:
        self.client, self.uri = client, uri
        lines = text.split("\n")
        self.line = next(at for at in range(len(lines) // 2, len(lines)) if "Dense" in lines[at])
        self.text = lines[self.line]
        self.typed = False
        client.open(uri, text)
        client.found(uri)

    def key(self) -> None:
        """Type a digit behind a number that is a part of a name, or take it away again."""
        column = self.text.index(", units")
        end = column + 1 if self.typed else column
        new = "" if self.typed else "7"
        self.client.change(self.uri, new, ((self.line, column), (self.line, end)))
        self.typed = not self.typed

    def asked(self, method: str, at: str) -> float:
        """Type, ask, and wait: milliseconds."""
        start = time.perf_counter()
        self.key()
        params: dict[str, Any] = {"textDocument": {"uri": self.uri}}
        if not at:
            ends = [{"line": line, "character": 0} for line in (self.line - 30, self.line + 30)]
            params["range"] = {"start": ends[0], "end": ends[1]}
        else:
            column = self.text.index(at) + 2 + self.typed
            params["position"] = {"line": self.line, "character": column}
        self.client.request(method, params)
        return (time.perf_counter() - start) * 1e3

    def found(self) -> float:
        """Type, and wait for the findings: milliseconds."""
        start = time.perf_counter()
        self.key()
        self.client.found(self.uri)
        return (time.perf_counter() - start) * 1e3


ABLE = {
    **CAPABILITIES,
    "workspace": {**CAPABILITIES["workspace"], "inlayHint": {"refreshSupport": True}},
}
QUESTIONS = {
    "completion": ("textDocument/completion", "units"),
    "hover": ("textDocument/hover", "activation"),
    "signature": ("textDocument/signatureHelp", "units"),
    "inlay hints": ("textDocument/inlayHint", ""),
    "colours": ("textDocument/semanticTokens/range", ""),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--layers", type=int, default=1000)
    given = parser.parse_args()
    text = spec(given.layers)
    with tempfile.TemporaryDirectory() as folder:
        uri = (Path(folder) / "model.yaml").as_uri()
        print(f"{'':12} {'first':>8} {'median':>8} {'worst':>8}  ms")
        for name, (method, at) in QUESTIONS.items():
            with Client(capabilities=ABLE) as client:
                typing = Typing(client, uri, text)
                report(name, [typing.asked(method, at) for _ in range(given.rounds)])
        with Client() as client:
            typing = Typing(client, uri, text)
            report("findings", [typing.found() for _ in range(given.rounds)])


def report(name: str, times: list[float]) -> None:
    """A row: the first answer, and the others."""
    first, *others = times
    print(f"{name:12} {first:8.1f} {statistics.median(others):8.1f} {max(others):8.1f}")


if __name__ == "__main__":
    main()
