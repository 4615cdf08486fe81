"""Large specs, each in a process of its own: validated, and made ready to run.

`python -m measures.scale validate mixed 10000` measures one here, so a profiler can watch:
`python -m cProfile -s tottime -m measures.scale validate mixed 10000`.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from workloads.network import Network
from workloads.spec_file import write_spec


def mixed(layers: int) -> str:
    """Masked sequences through eight kinds of layers, with residual connections."""
    lines = [
        "specc: 1",
        "dims: {seq: {min: 1}}",
        "inputs: {tokens: {shape: [seq], dtype: int32, values: {min: 0, max: 99}}}",
        "layers:",
        "  - {type: Embedding, name: same0, input_dim: 100, output_dim: 64, mask_zero: true}",
    ]
    block = 0
    while len(lines) - 4 < layers:
        before, block = f"same{block}", block + 1
        lines += [
            f"  - {{type: Dense, name: up{block}, from: {before}, units: 128, activation: relu}}",
            f"  - {{type: EinsumDense, name: down{block}, equation: 'bsd,dh->bsh', "
            "sizes: {h: 64}, mask: pass}",
            f"  - {{type: Activation, name: bent{block}, activation: gelu}}",
            f"  - {{type: Add, name: sum{block}, from: [{before}, bent{block}]}}",
            f"  - {{type: LSTM, name: steps{block}, units: 32, return_sequences: true}}",
            f"  - {{type: Concatenate, name: both{block}, from: [sum{block}, steps{block}]}}",
            f"  - {{type: Dense, name: back{block}, units: 64}}",
            f"  - {{type: Identity, name: same{block}}}",
        ]
    return "\n".join(lines) + "\n"


def chain(layers: int) -> str:
    """One layer after another, none of them named."""
    return "specc: 1\ninputs:\n  x: {shape: [8]}\nlayers:\n" + "  - {type: Identity}\n" * layers


def narrow(layers: int) -> Network:
    """Dense layers of width 8, with weights."""
    network = Network()
    x = network.feed("x", network.normal(1, 8))
    kernel, bias = np.eye(8, dtype="f"), np.zeros(8, "f")
    for _ in range(layers):
        x = network.dense(x, kernel, bias, "relu")
    return network


def validated(layers: int, make: Callable[[int], str]) -> dict[str, float]:
    """Seconds to validate a text, as the command line does: without the cycle collector."""
    # only here: the other measurement is without specc
    from spec_compiler import validate

    text = make(layers)
    validate(make(2))  # what is loaded at the first use is start-up
    gc.disable()
    start = time.perf_counter()
    found = validate(text)
    taken = time.perf_counter() - start
    errors = [str(item) for item in found if item.severity.name == "ERROR"]
    if errors:
        sys.exit(f"{len(errors)} errors, the first: {errors[0]}")
    return {"seconds": taken}


def readied(layers: int) -> dict[str, float]:
    """Seconds to compile a file, to load its weights, and of the first call, which makes a plan."""
    # only here: the other measurement is without specc
    import spec_compiler as sc

    x = np.ones((1, 8), "f")
    with tempfile.TemporaryDirectory() as folder:
        sc.compile_file(write_spec(narrow(2), Path(folder)))(x)  # start-up
        path = write_spec(narrow(layers), Path(folder))
        moments = [time.perf_counter()]
        model = sc.compile_file(path)
        moments.append(time.perf_counter())
        assert model.weights is not None
        moments.append(time.perf_counter())
        model(x)
        moments.append(time.perf_counter())
    compiled, loaded, called = np.diff(moments).tolist()
    parts = {"compile": compiled, "weights": loaded, "first call": called}
    return {**parts, "seconds": sum(parts.values())}


def session(layers: int) -> dict[str, float]:
    """Seconds of onnxruntime's session on the same layers, and of its first call."""
    # only here: the other measurements are without the peers
    from engines.onnx_graph import model_bytes
    from engines.with_onnxruntime import session_of

    feeds = {"x": np.ones((1, 8), "f")}
    session_of(model_bytes(narrow(2))).run(None, feeds)
    graph = model_bytes(narrow(layers))
    start = time.perf_counter()
    session_of(graph).run(None, feeds)
    return {"seconds": time.perf_counter() - start}


MEASURED: dict[str, Callable[[int], dict[str, float]]] = {
    "validate mixed": lambda layers: validated(layers, mixed),
    "validate chain": lambda layers: validated(layers, chain),
    "ready specc": readied,
    "ready onnxruntime": session,
}
CASES = (
    ("validate mixed", 10_000),
    ("validate mixed", 100_000),
    ("validate chain", 10_000),
    ("validate chain", 100_000),
    ("ready specc", 1_000),
    ("ready specc", 100_000),
    ("ready onnxruntime", 1_000),
)


def scales(rounds: int, largest: int, run: Callable[..., Any]) -> list[dict[str, Any]]:
    """Median seconds of each case up to a size. `run` runs a command to its end."""
    cases = [case for case in CASES if case[1] <= largest]
    taken: dict[tuple[str, int], list[dict[str, float]]] = {case: [] for case in cases}
    for _ in range(rounds):
        for what, layers in cases:
            command = [sys.executable, "-m", "measures.scale", *what.split(), str(layers)]
            taken[what, layers].append(json.loads(run(command).output))
    return [
        {
            "what": what,
            "layers": layers,
            **{name: statistics.median(run[name] for run in runs) for name in runs[0]},
        }
        for (what, layers), runs in taken.items()
    ]


if __name__ == "__main__":
    print(json.dumps(MEASURED[" ".join(sys.argv[1:3])](int(sys.argv[3]))))
