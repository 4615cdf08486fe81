"""How long a checker takes that is started anew for a small file: specc beside others, in turns.

`make cold` installs them, measures, and writes docs/cold_start.md. Each checks a file of the kind
that it is for, which is valid; what is timed is the whole process, as a shell or a hook starts it.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from processes import Finished, finished, last_core

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "cold_start.md"
SPEC = """specc: 1
inputs:
  tokens: {shape: [null], dtype: int32, values: {min: 0, max: 999}}
layers:
  - {type: Embedding, input_dim: 1000, output_dim: 32, mask_zero: true}
  - {type: LSTM, units: 64}
  - {type: Dense, name: probs, units: 3, activation: softmax}
"""
PROGRAM = '''"""A small module."""


def double(numbers: list[float]) -> list[float]:
    """Twice each of them."""
    return [2 * number for number in numbers]
'''
TEMPLATE = """AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Topic:
    Type: AWS::SNS::Topic
"""
KNOWN = ("spec-compiler", "ruff", "yamllint", "check-jsonschema", "cfn-lint", "pyright")


def commands(folder: Path) -> dict[str, list[str]]:
    """What is started, by the name that the page has for it."""
    files = {"model.yaml": SPEC, "program.py": PROGRAM, "template.yaml": TEMPLATE}
    files[".yamllint"] = "extends: relaxed\n"
    for name, text in files.items():
        (folder / name).write_text(text)
    schema = str(ROOT / "schemas" / "specc.schema.json")
    found = {
        "`specc validate model.yaml`": ["specc", "validate", "model.yaml"],
        "`specc fmt --check model.yaml`": ["specc", "fmt", "--check", "model.yaml"],
        "`ruff check program.py`": ["ruff", "check", "--no-cache", "program.py"],
        "`yamllint model.yaml`": ["yamllint", "-c", ".yamllint", "model.yaml"],
        "`check-jsonschema model.yaml`, with specc's schema": [
            "check-jsonschema", "--schemafile", schema, "model.yaml",
        ],
        "`cfn-lint template.yaml`": ["cfn-lint", "template.yaml"],
        "`pyright program.py`": ["pyright", "program.py"],
    }  # fmt: skip
    binaries = Path(sys.executable).parent
    return {
        name: [first if first == sys.executable else str(binaries / first), *rest]
        for name, (first, *rest) in found.items()
    }


def main() -> None:
    """Measure in turns, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        asked = commands(folder)
        for name, command in asked.items():
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{name} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
        taken: dict[str, list[Finished]] = {name: [] for name in asked}
        for _ in range(rounds):
            for name, command in asked.items():
                taken[name].append(finished(command, last_core(), folder=folder))
    PAGE.write_text(page(taken, rounds))
    print(PAGE.read_text())


def page(taken: dict[str, list[Finished]], rounds: int) -> str:
    """The page: medians, and where they come from."""
    packages = {item.name: item.version for item in importlib.metadata.distributions()}
    versions = ", ".join(f"{name} {packages[name]}" for name in KNOWN if name in packages)
    own = statistics.median(one.wall for one in next(iter(taken.values())))
    rows = [
        f"| {name} | {1e3 * statistics.median(one.wall for one in runs):.0f} "
        f"| {1e3 * min(one.wall for one in runs):.0f}–{1e3 * max(one.wall for one in runs):.0f} "
        f"| {1e3 * statistics.median(one.cpu for one in runs):.0f} "
        f"| {statistics.median(one.wall for one in runs) / own:.2f} |"
        for name, runs in taken.items()
    ]
    lines = [
        "<!-- made by `make cold`; do not edit -->\n",
        "# Cold starts\n",
        "A checker that is started for every file or commit is felt by how long it takes to begin.",
        f"Whole processes, {rounds} of each, in turns, on one core; milliseconds, medians, with",
        "files in the cache and byte code compiled. Each checks a small valid file of its kind.\n",
        "| started | wall | from – to | processor | / specc |",
        "| --- | --: | --: | --: | --: |",
        *rows,
        "",
        f"{datetime.datetime.now(datetime.UTC).date()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores. {versions}.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
