"""Cold starts: whole processes, from starting Python to its exit, in turns."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SMALL = """specc: 1
inputs: {x: {shape: [8]}}
layers:
  - {type: Dense, units: 16, activation: relu}
  - {type: Dense, units: 3, activation: softmax}
"""
VALIDATE = "specc validate"
LIBRARIES = "from pydantic import BaseModel; import typer, yaml"
SLOW = ("import torch", "import keras")  # for comparison only, so a few times will do


def starts(folder: Path, rounds: int, run: Callable[..., Any]) -> dict[str, dict[str, float]]:
    """Median seconds of processor and wall by what is started. `run` runs a command to its end."""
    spec = folder / "small.yaml"
    spec.write_text(SMALL)
    commands = {
        VALIDATE: [sys.executable, "-m", "spec_compiler", "validate", str(spec)],
        **{
            code: [sys.executable, "-c", code]
            for code in (LIBRARIES, "pass", "import numpy", "import onnxruntime", *SLOW)
        },
    }
    for command in commands.values():
        run(command)  # byte code is compiled and files are in the cache from here on
    taken: dict[str, list[Any]] = {name: [] for name in commands}
    for turn in range(rounds):
        for name, command in commands.items():
            if name not in SLOW or turn < 3:
                taken[name].append(run(command))
    return {
        name: {
            "cpu": statistics.median(one.cpu for one in runs),
            "wall": statistics.median(one.wall for one in runs),
        }
        for name, runs in taken.items()
    }
