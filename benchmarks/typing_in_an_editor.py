"""How long an editor waits after a keystroke in a large spec.

A server is started as editors start it, and a letter is typed in a layer in the middle, again and
again. Each line is the median and the slowest of some keystrokes, in milliseconds, from the message
of the change to the answer.
"""

from __future__ import annotations

import importlib
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "server"))
editor: Any = importlib.import_module("client")
place, range_of = editor.place, editor.range_of

KEYS = 25
"""Keystrokes that are measured, after a few that are not."""


def spec(layers: int) -> str:
    """A residual network of some layers, a line each."""
    lines = ["specc: 1", "inputs: {x: {shape: [16]}}", "layers:"]
    last = "x"
    for number in range(layers // 2):
        lines += [
            f"- {{type: Dense, name: d{number}, from: {last}, units: 16, activation: relu}}",
            f"- {{type: Add, name: a{number}, from: [{last}, d{number}]}}",
        ]
        last = f"a{number}"
    return "\n".join(lines) + "\n"


def measured(layers: int) -> dict[str, list[float]]:
    """Milliseconds from a keystroke to each answer."""
    text = spec(layers)
    line = 3 + layers // 2 // 2 * 2  # of a Dense
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, editor.Client(Path(folder)) as client:
        uri = (Path(folder) / "model.yaml").as_uri()
        document = {"textDocument": {"uri": uri}}
        at = text.splitlines()[line].index("units: 16") + len("units: 1")
        dense, added = text.splitlines()[line : line + 2]
        client.open(uri, text)
        client.found(uri)
        asked: dict[str, Any] = {
            "completion": {**document, "position": place(line, 2)},
            "hover": {**document, "position": place(line, 10)},
            "inlayHint": {**document, "range": range_of((line - 30, 0), (line + 30, 0))},
            "semanticTokens/range": {**document, "range": range_of((line - 30, 0), (line + 30, 0))},
            "codeAction": {
                **document,
                "range": range_of((line, 4), (line, 4)),
                "context": {"diagnostics": []},
            },
            "documentSymbol": document,
            "foldingRange": document,
            "documentHighlight": {**document, "position": place(line, dense.index(" d") + 1)},
            "definition": {**document, "position": place(line + 1, added.rindex("d"))},
        }
        for number in range(-3, KEYS):
            answers: dict[str, Any] = {"findings": None, **asked}
            for name, params in answers.items():
                letter = "6" if number % 2 else "7"
                start = time.perf_counter()
                client.change(uri, letter, ((line, at), (line, at + 1)))
                if params is None:
                    client.found(uri)
                else:
                    client.request(f"textDocument/{name}", params)
                if number >= 0:
                    took = (time.perf_counter() - start) * 1e3
                    found.setdefault(name, []).append(took)
                client.found(uri)  # the next keystroke comes when nothing is left to do
    return found


def main() -> None:
    for layers in (100, 300, 1000):
        print(f"{layers} layers: median and slowest of {KEYS} keystrokes, ms")
        for name, times in measured(layers).items():
            print(f"  {name:22} {statistics.median(times):7.1f} {max(times):7.1f}")


if __name__ == "__main__":
    main()
