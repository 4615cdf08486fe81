"""How long `specc validate --watch` takes from a saved file to its report, and what waiting costs.

    python benchmarks/watching.py [--rounds 30]

A process watches a spec; the clock runs from before the file is replaced until the line that ends
the report is read. A save changes a comment, or a value in the middle, or there is a layer more or
less; `test` is `specc test --watch` of a spec with a test, of which a value changes.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLES = ("digits", "residual", "siamese", "minilm", "sequence")
IDLE = 10.0
TEST = "tests:\n- {name: t, dims: {batch: 2}, expect: {d%d: {finite: true}}}\n"


def chain(layers: int) -> str:
    """A spec of so many dense layers."""
    units = (32 + i % 7 * 8 for i in range(layers))
    rows = (
        f"  - {{type: Dense, name: d{i}, units: {n}, activation: relu}}\n"
        for i, n in enumerate(units)
    )
    return "specc: 1\ninputs:\n  x: {shape: [64]}\nlayers:\n" + "".join(rows)


def a_comment(text: str, i: int) -> str:
    """Another comment at the end."""
    return f"{text}# {i}\n"


def a_value(text: str, i: int) -> str:
    """Other units of a layer in the middle."""
    before, rest = middle(text)
    return before + rest.replace("units: ", f"units: {1 + i % 5}", 1)


def a_layer(text: str, i: int) -> str:
    """A layer more in the middle, or not."""
    before, rest = middle(text)
    return f"{before}  - {{type: Dense, name: new, units: 32}}\n{rest}" if i % 2 else text


def middle(text: str) -> tuple[str, str]:
    """The text up to a layer in the middle, and from there."""
    at = text.index("  - ", len(text) // 2)
    return text[:at], text[at:]


class Watching:
    """A process that watches a file."""

    def __init__(self, file: Path, command: str = "validate") -> None:
        self.file = file
        self.process = subprocess.Popen(
            [sys.executable, "-m", "spec_compiler", command, "--watch", str(file)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.told()

    def told(self) -> str:
        """Wait for the end of a report."""
        assert self.process.stderr is not None
        while "Ctrl-C ends" not in (line := self.process.stderr.readline()):
            if not line:
                sys.exit("the process ended")
        return line

    def save(self, text: str) -> float:
        """Save, and wait for the report: milliseconds."""
        beside = self.file.with_name("beside.tmp")
        beside.write_text(text)
        began = time.perf_counter()
        os.replace(beside, self.file)
        self.told()
        return (time.perf_counter() - began) * 1000

    def seconds(self) -> float:
        """Of the processor, until now."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        """Stop it."""
        self.process.terminate()
        self.process.wait()


def measured(
    name: str,
    text: str,
    rounds: int,
    change: Callable[[str, int], str] = a_comment,
    command: str = "validate",
) -> str:
    """A row: the median, and how long nine in ten took at most."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.yaml")
        file.write_text(text)
        watching = Watching(file, command)
        times: list[float] = []
        for i in range(rounds):
            times.append(watching.save(change(text, i)))
            time.sleep(0.05 + i % 7 * 0.003)
        watching.end()
    times.sort()
    ninth = times[int(len(times) * 0.9)]
    return f"{name:22} {statistics.median(times):7.1f} {ninth:9.1f}"


def idle() -> float:
    """What waiting for a change costs, in percent of a core."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "model.yaml")
        file.write_text(chain(3))
        watching = Watching(file)
        time.sleep(0.5)
        before = watching.seconds()
        time.sleep(IDLE)
        used = watching.seconds() - before
        watching.end()
    return used / IDLE * 100


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    specs = {name: (ROOT / "examples" / name / "model.yaml").read_text() for name in EXAMPLES}
    specs |= {"300 layers": chain(300), "1,000 layers": chain(1000)}
    print(f"{'spec':22} {'median':>7} {'nine in ten':>9}  ms from saved to printed")
    for name, text in specs.items():
        print(measured(name, text, rounds), flush=True)
    for kind, change in (("a value", a_value), ("a layer", a_layer)):
        print(measured(f"1,000 layers, {kind}", chain(1000), rounds, change), flush=True)
    for layers in (10, 300):
        row = f"{layers} layers, test"
        print(
            measured(row, chain(layers) + TEST % (layers - 1), rounds, a_value, "test"), flush=True
        )
    print(f"waiting: {idle():.2f} % of a core")
    print(f"most memory: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
