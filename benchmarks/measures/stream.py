"""A large file through `specc run`, beside onnxruntime in a loop over the same slices.

`python -m measures.stream MODEL SOURCE TARGET ROWS` is that loop, from files to a file.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from workloads.network import Network
from workloads.spec_file import write_spec

ROWS = 3_906_250  # of 64 float32: 1 GB
SLICES = (256, 4096)  # the default of `specc run`, and one that suits onnxruntime better
AT_A_TIME = 65_536


def network() -> Network:
    """A residual network on 64 features, like the one for digits."""
    made = Network()
    x = made.feed("x", made.normal(4, 64))
    strokes = made.dense(x, made.normal(64, 64, scale=0.1), made.normal(64, scale=0.1), "relu")
    hidden = made.dense(strokes, made.normal(64, 64, scale=0.1), made.normal(64, scale=0.1), "relu")
    merged = made.add("Add", strokes, hidden)
    made.dense(merged, made.normal(64, 10, scale=0.1), made.normal(10, scale=0.1), "softmax")
    return made


def prepare(folder: Path, rows: int) -> Path:
    """The spec, the same as ONNX, and the data; the path of the spec."""
    # only here: the loop that is measured reads a file and needs no ONNX
    from engines.onnx_graph import model_bytes

    made = network()
    (folder / "model.onnx").write_bytes(model_bytes(made, any_batch=True))
    data = np.lib.format.open_memmap(folder / "source.npy", "w+", np.float32, (rows, 64))
    for start in range(0, rows, AT_A_TIME):
        part = data[start : start + AT_A_TIME]
        part[:] = made.normal(*part.shape)
    data.flush()
    return write_spec(made, folder)


def largest_difference(folder: Path) -> float:
    """Between the two results; they are probabilities."""
    ours, theirs = (
        np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("specc", "onnxruntime")
    )
    parts = range(0, len(ours), AT_A_TIME)
    return max(
        float(np.abs(ours[i : i + AT_A_TIME] - theirs[i : i + AT_A_TIME]).max()) for i in parts
    )


def streams(folder: Path, rows: int, rounds: int, run: Callable[..., Any]) -> dict[str, Any]:
    """Median seconds of wall, and bytes at the peak, of whole processes, by engine and slice.

    `run` runs a command to its end.
    """
    spec = str(prepare(folder, rows))
    source = str(folder / "source.npy")
    commands: dict[tuple[str, int], list[str]] = {}
    for size in SLICES:
        specc = [sys.executable, "-m", "spec_compiler", "run", spec, "--input", f"x={source}"]
        specc += ["--output", str(folder / "specc.npy"), "--rows", str(size)]
        loop = [sys.executable, "-m", "measures.stream", str(folder / "model.onnx"), source]
        loop += [str(folder / "onnxruntime.npy"), str(size)]
        commands |= {("specc", size): specc, ("onnxruntime", size): loop}
    taken: dict[tuple[str, int], list[Any]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(run(command))
    found = [
        {
            "engine": engine,
            "rows": size,
            "wall": statistics.median(one.wall for one in runs),
            "cpu": statistics.median(one.cpu for one in runs),
            "peak": max(one.peak for one in runs),
        }
        for (engine, size), runs in taken.items()
    ]
    return {"rows": rows, "difference": largest_difference(folder), "runs": found}


def main() -> None:
    # only here: the process that measures needs no onnxruntime
    from engines.with_onnxruntime import session_of

    model, source, target, rows = sys.argv[1:]
    session = session_of(model)
    data, step = np.load(source, mmap_mode="r"), int(rows)
    result = np.lib.format.open_memmap(target, "w+", np.float32, (len(data), 10))
    for start in range(0, len(data), step):
        part = np.ascontiguousarray(data[start : start + step])
        result[start : start + step] = session.run(None, {"x": part})[0]
    result.flush()


if __name__ == "__main__":
    main()
