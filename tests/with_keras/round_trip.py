"""Keras's models into a spec, compared, and back: what `make keras` runs.

Each model is built with Keras's API, its weights made random, and saved as a `.keras` archive. The
archive is imported, and outputs and masks are compared on random data at three sizes: in float32,
and in float64, where Keras computes in it. `--table` writes the page of all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from applications import MODELS as APPLICATIONS
from applications import ON_JAX
from keras.src.backend.common import dtypes
from models import MODELS

from spec_compiler.compare import identity
from spec_compiler.compile import prove_text
from spec_compiler.data.handle import Handle
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.export.keras.archive import archive
from spec_compiler.export.keras.lower import keras_program
from spec_compiler.export.keras.verify import verify
from spec_compiler.keras.containers import open_model
from spec_compiler.keras.folding import Folded
from spec_compiler.keras.nesting import nested
from spec_compiler.keras.read import import_keras
from spec_compiler.runtime.memory import allowed
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.random_inputs import random_inputs
from spec_compiler.testing.against_keras import InKeras, in_keras, sizes_to_try
from spec_compiler.writing.yaml_text import to_yaml

ROUNDING = {"float32": 2e-4, "float64": 1e-11}
"""How far apart results may be, in parts of the largest number among them."""
# Keras computes layers of dtype float64 in float32 on torch and JAX because of this table.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


@dataclass
class Found:
    """What came of a model.

    Attributes:
        layers: How many layers the spec has, as it is written.
        parameters: How many numbers its weights have.
        errors: The largest difference by dtype, in parts of the largest number.
        back: The largest difference of what is exported to Keras again.
        same: Whether that is imported as the same spec; None where it has classes of its own.
        faults: What is wrong.
    """

    layers: int = 0
    parameters: int = 0
    errors: dict[str, float] = field(default_factory=dict)
    back: float | None = None
    same: bool | None = None
    faults: list[str] = field(default_factory=list)


def randomise(model: keras.Model, name: str) -> None:
    """Give every weight numbers, so that none is hidden by being 0; variances are positive."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for weight in model.weights:
        if "seed" in weight.path:
            continue
        fan = max(int(np.prod(weight.shape[:-1])), 1)
        drawn = rng.standard_normal(weight.shape) / np.sqrt(fan)
        if len(weight.shape) < 2:
            drawn = drawn / 4 + (1 if "gamma" in weight.path else 0)
        weight.assign(np.abs(drawn) + 0.5 if "variance" in weight.path else drawn)


def imported(path: str) -> tuple[dict[str, Any], dict[str, Any], Folded]:
    """The spec of a file and its weights; and folded, as `specc import` writes it."""
    diagnostics = Diagnostics()
    opened = open_model(path, diagnostics, allowed(None))
    result = import_keras(
        opened.node.plain(),
        opened.arrays,
        diagnostics,
        node=opened.node,
        file=opened.file,
        at=opened.at,
        version=opened.version,
    )
    weights = {
        name: it.load() if isinstance(it, Handle) else np.asarray(it)
        for name, it in result.weights.items()
    }
    return result.document, weights, nested(result.document, result.nested)


def in_blocks(weights: dict[str, Any], short: Folded) -> dict[str, Any]:
    """The weights by the names that they have in the folded spec."""

    return {short.renamed(name): array for name, array in weights.items()}


def compare(
    document: dict[str, Any], weights: dict[str, Any], other: keras.Model, found: Found, dtype: str
) -> None:
    """Add to what was found how far a spec is from Keras."""
    program = prove_text(to_yaml(document), "model.yaml", diagnostics=Diagnostics())
    assert program is not None
    model = Model(program, Diagnostics())
    model.weights = weights
    found.layers = len(document["layers"])
    found.parameters = int(sum(np.size(array) for array in weights.values()))
    reference = InKeras(other, keras.__version__, [])
    worst = 0.0
    for number, sizes in enumerate(sizes_to_try(program)):
        data = random_inputs(program, sizes, seed=number)
        for array in data.values():
            if number and array.ndim > 2:
                array[-1, -1:] = 0  # what layers that make masks take for padding
        got: Any = model(data, masks=True, dims=sizes)
        ours = got if isinstance(got, dict) else {next(iter(model.outputs)): got}
        theirs = in_keras(reference, list(data.values()), model.outputs)
        if len(model.outputs) != len(theirs):
            found.faults.append(f"{len(model.outputs)} outputs, Keras {len(theirs)}")
            return
        for name, (wanted, mask) in zip(model.outputs, theirs, strict=True):
            if ours[name].shape != wanted.shape:
                found.faults.append(f"`{name}` is {ours[name].shape}, Keras {wanted.shape}")
                return
            scale = max(float(np.abs(wanted).max(initial=0)), 1e-6)
            apart = np.abs(ours[name].astype("float64") - wanted.astype("float64"))
            worst = max(worst, float(apart.max(initial=0)) / scale)
            own = ours.get(f"{name}.mask")
            if (own is None) != (mask is None):
                found.faults.append(f"`{name}`: a mask on one side only")
            elif own is not None and not np.array_equal(own, mask):
                found.faults.append(f"`{name}`: another mask")
    found.errors[dtype] = worst
    if not worst <= ROUNDING[dtype]:
        found.faults.append(f"{dtype}: {worst:.1e} apart")


def send_back(document: dict[str, Any], weights: dict[str, Any], found: Found) -> None:
    """Export a model to Keras again, compare, and import that."""
    program = prove_text(to_yaml(document), "model.yaml", diagnostics=Diagnostics())
    assert program is not None
    model = keras_program(program, Diagnostics())
    with archive(model, weights, "model_layers") as made:
        found.back = verify(made.loaded, model, program, weights).error
        if not model.classes:
            again = import_keras(json.loads(made.loaded.to_json())).document
            other = prove_text(to_yaml(again), "model.yaml", diagnostics=Diagnostics())
            found.same = identity(other) == identity(program)
            if not found.same:
                found.faults.append("what is exported is imported as another spec")


HEAD = """\
# Keras's models, and back

Written by `make keras`. Each model is built with Keras {version}'s API, or is one of
`keras.applications`; its weights are made random, it is saved as a `.keras` archive, and imported.
Outputs and masks of random data are compared at three sizes; an error is the largest difference by
the largest number. Then the spec is exported to Keras and compared again: *same* is imported as
what it was, *own* has a part without a form among Keras's layers, which has become a class.

| model | layers | parameters | float32 | float64 | back | imported again |
| --- | --: | --: | --: | --: | --: | --- |
"""


def row(name: str, found: Found) -> str:
    """A line of the table."""
    errors = (found.errors.get(dtype) for dtype in ROUNDING)
    told = ["-" if error is None else f"{error:.0e}" for error in (*errors, found.back)]
    again = {True: "same", False: "another", None: "own"}[found.same]
    cells = [name, str(found.layers), f"{found.parameters:,}", *told, again]
    return f"| {' | '.join(cells)} |\n"


def tried(name: str, build: Any, folder: Path, dtypes_tried: tuple[str, ...]) -> Found:
    """Build a model, import it, compare it."""
    found = Found()
    for dtype in dtypes_tried:
        keras.backend.clear_session()
        keras.config.set_floatx(dtype)
        keras.config.set_dtype_policy(dtype)
        path = folder / f"{name}_{dtype}.keras"
        try:
            model = build()
            if dtype == "float64" and any(layer.compute_dtype != dtype for layer in model.layers):
                continue  # a layer states a narrower one: nothing is computed in float64
            randomise(model, name)
            model.save(path)
            document, weights, short = imported(str(path))
            compare(short.document, in_blocks(weights, short), model, found, dtype)
            if dtype == "float32":
                (folder / f"{name}.yaml").write_text(to_yaml(short.document))
                send_back(document, weights, found)
        except SpecError as error:
            found.faults.append(f"{dtype}: {error}")
        except Exception as error:
            found.faults.append(f"{dtype}: {type(error).__name__}: {error}")
    return found


def tried_on_jax(name: str, folder: Path) -> Found:
    """The same in another process, which computes with JAX."""
    told = folder / "found.json"
    words = [name, "--keep", str(folder), "--found", str(told)]
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_ENABLE_X64": "1"}
    subprocess.run([sys.executable, __file__, *words], env=environment, check=False)
    return Found(**json.loads(told.read_text()))


def main() -> int:
    """Try the models that are named, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--applications", action="store_true")
    parser.add_argument("--keep", help="the folder for archives and specs")
    parser.add_argument("--table", help="the page to write")
    parser.add_argument("--found", help="the file to write what came of the last model to")
    given = parser.parse_args()
    known = MODELS | APPLICATIONS
    chosen = given.names or (
        APPLICATIONS if given.applications else known if given.table else MODELS
    )
    faults = 0
    rows: list[tuple[str, Found]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(given.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in chosen:
            start = time.monotonic()
            if name in ON_JAX and keras.backend.backend() != "jax":
                found = tried_on_jax(name, folder)
            else:
                found = tried(name, known[name], folder, tuple(ROUNDING))
            rows.append((name, found))
            faults += bool(found.faults)
            errors = ", ".join(f"{dtype} {error:.0e}" for dtype, error in found.errors.items())
            if given.found:
                Path(given.found).write_text(json.dumps(asdict(found)))
                continue
            took = time.monotonic() - start
            print(f"{name:32} {found.layers:4} layers  {errors}  {took:.1f} s", flush=True)
            for fault in found.faults:
                print(f"    {fault[:600]}", flush=True)
    if not given.found:
        print(f"{len(rows)} models, {faults} with faults")
    if given.table:
        body = "".join(row(name, found) for name, found in rows)
        Path(given.table).write_text(HEAD.format(version=keras.__version__) + body)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
