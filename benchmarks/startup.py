"""Cold start: a whole `specc validate` beside a whole `import keras`, in interleaved runs.

python benchmarks/startup.py --keras-python PATH [--runs 11]
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPEC = "examples/digits/model.yaml"


def seconds(command):
    """Wall time of a process from start to end; its output is thrown away."""
    # without byte code all of specc would be compiled each time, and nothing that is installed
    kept = {name: value for name, value in os.environ.items() if "DONTWRITEBYTECODE" not in name}
    start = time.perf_counter()
    subprocess.run(
        command,
        env=kept,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keras-python", help="an interpreter that can import keras")
    parser.add_argument("--runs", type=int, default=11)
    chosen = parser.parse_args()
    contenders = {
        f"specc validate {SPEC}": [sys.executable, "-m", "spec_compiler", "validate", SPEC]
    }
    if chosen.keras_python:
        contenders["import keras"] = [chosen.keras_python, "-c", "import keras"]
    taken = {name: [] for name in contenders}
    for command in contenders.values():
        seconds(command)  # byte code is compiled and files are in the cache from here on
    for _ in range(chosen.runs):
        for name, command in contenders.items():
            taken[name].append(seconds(command))
    backend = os.environ.get("KERAS_BACKEND", "its default")
    for name, times in taken.items():
        spread = f"{min(times):.3f} to {max(times):.3f}"
        note = f", backend {backend}" if name == "import keras" else ""
        print(f"{statistics.median(times):.3f} s  {name}  ({chosen.runs} runs, {spread}{note})")
    if chosen.keras_python:
        specc, keras = (statistics.median(times) for times in taken.values())
        print(f"ratio {specc / keras:.3f}")


if __name__ == "__main__":
    main()
