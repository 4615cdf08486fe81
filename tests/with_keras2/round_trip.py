"""Keras 2's models into a spec, and compared: what `make keras2` runs.

Each model is built with Keras 2's API and its weights are made random. It is saved as a whole
`.h5` file, as JSON with weights beside it, and, where Keras 1 had all of its layers, as the file
that Keras 1 would have written. All are imported; outputs and masks are compared in float32 on
random data at three sizes. `--table` writes the page of all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import numpy as np
import tensorflow as tf
import tf_keras
from keras1 import NotInKeras1Error, older
from keras1_weights import older_weights
from models import MODELS

from spec_compiler.compile import prove_text
from spec_compiler.data.handle import Handle
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.keras.containers import open_model, open_weights
from spec_compiler.keras.nesting import nested
from spec_compiler.keras.read import import_keras
from spec_compiler.runtime.memory import allowed
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.random_inputs import random_inputs
from spec_compiler.testing.against_keras import sizes_to_try
from spec_compiler.writing.yaml_text import to_yaml

ROUNDING = 2e-4
"""How far apart results may be, in parts of the largest number among them."""
FORMS = ("h5", "json", "keras1")


@dataclass
class Found:
    """What came of a model.

    Attributes:
        layers: How many layers the spec has, as it is written.
        parameters: How many numbers its weights have.
        errors: The largest difference by form, in parts of the largest number.
        faults: What is wrong.
    """

    layers: int = 0
    parameters: int = 0
    errors: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def randomise(model: tf_keras.Model, name: str) -> None:
    """Give every weight numbers, so that none is hidden by being 0; variances are positive."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for weight in model.weights:
        if weight.dtype not in (tf.float32, tf.float64):
            continue
        fan = max(int(np.prod(weight.shape[:-1])), 1)
        drawn = rng.standard_normal(tuple(weight.shape)) / np.sqrt(fan)
        if len(weight.shape) < 2:
            drawn = drawn / 4 + (1 if "gamma" in weight.name else 0)
        weight.assign(np.abs(drawn) + 0.5 if "variance" in weight.name else drawn)


def imported(path: Path, beside: Path | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """The spec of a file and its weights, shortened as `specc import` writes them."""
    diagnostics = Diagnostics()
    opened = open_model(str(path), diagnostics, allowed(None))
    result = import_keras(
        opened.node.plain(),
        opened.arrays if beside is None else open_weights(str(beside), allowed(None)),
        diagnostics,
        node=opened.node,
        file=opened.file,
        at=opened.at,
        version=opened.version,
    )
    short = nested(result.document, result.nested)
    weights: dict[str, Any] = {}
    for name, item in result.weights.items():
        array = item.load() if isinstance(item, Handle) else np.asarray(item)
        weights[short.renamed(name)] = array
    return short.document, weights


def in_keras2(model: tf_keras.Model, data: list[Any]) -> list[tuple[Any, Any]]:
    """Keras's outputs and their masks."""
    fed = data[0] if len(data) == 1 else data
    if isinstance(model.input, dict):
        fed = tf.nest.pack_sequence_as(model.input, data)
    given = model(fed, training=False)  # layers that draw do so where nothing is said
    given = list(given.values()) if isinstance(given, dict) else tf.nest.flatten(given)
    made = [(tensor, getattr(tensor, "_keras_mask", None))
            for tensor in given]  # fmt: skip
    return [(it.numpy(), None if mask is None else mask.numpy()) for it, mask in made]


def compare(
    document: dict[str, Any], weights: dict[str, Any], other: tf_keras.Model, found: Found, how: str
) -> None:
    """Add to what was found how far a spec is from Keras."""
    program = prove_text(to_yaml(document), "model.yaml", diagnostics=Diagnostics())
    assert program is not None
    model = Model(program, Diagnostics())
    model.weights = weights
    found.layers = len(document["layers"])
    found.parameters = int(sum(np.size(array) for array in weights.values()))
    worst = 0.0
    for number, sizes in enumerate(sizes_to_try(program)):
        data = random_inputs(program, sizes, seed=number)
        for array in data.values():
            if number and array.ndim > 1:
                array[-1, -1:] = 0  # what layers that make masks take for padding
        got: Any = model(data, masks=True, dims=sizes)
        ours = got if isinstance(got, dict) else {next(iter(model.outputs)): got}
        theirs = in_keras2(other, list(data.values()))
        if len(model.outputs) != len(theirs):
            found.faults.append(f"{how}: {len(model.outputs)} outputs, Keras {len(theirs)}")
            return
        for name, (wanted, mask) in zip(model.outputs, theirs, strict=True):
            if ours[name].shape != wanted.shape:
                fault = f"{how}: `{name}` is {ours[name].shape}, Keras {wanted.shape}"
                found.faults.append(fault)
                return
            scale = max(float(np.abs(wanted).max(initial=0)), 1e-6)
            apart = np.abs(ours[name].astype("float64") - wanted.astype("float64"))
            worst = max(worst, float(apart.max(initial=0)) / scale)
            own = ours.get(f"{name}.mask")
            if (own is None) != (mask is None):
                found.faults.append(f"{how}: `{name}`: a mask on one side only")
            elif own is not None and not np.array_equal(own, mask):
                found.faults.append(f"{how}: `{name}`: another mask")
    found.errors[how] = worst
    if not worst <= ROUNDING:
        found.faults.append(f"{how}: {worst:.1e} apart")


def saved(model: tf_keras.Model, name: str, how: str, folder: Path) -> tuple[Path, Path | None]:
    """The file of a model, and the one of its weights where it is another.

    Raises:
        NotInKeras1Error: It cannot be written in this form.
    """
    if how == "json":
        text, beside = folder / f"{name}.json", folder / f"{name}_weights.h5"
        text.write_text(model.to_json())
        model.save_weights(beside, save_format="h5")
        return text, beside
    path = folder / f"{name}_{how}.h5"
    if how == "keras1":
        text = json.dumps(older(json.loads(model.to_json())))
    model.save(path, save_format="h5", include_optimizer=False)
    if how == "keras1":
        with h5py.File(path, "r+") as file:
            file.attrs["model_config"], file.attrs["keras_version"] = text, "1.2.2"
            file["model_weights"].attrs["keras_version"] = "1.2.2"
            for layer in model.layers:
                older_weights(file["model_weights"][layer.name], layer)
    return path, None


def tried(name: str, folder: Path) -> Found:
    """Build a model, import it from every form, compare it."""
    found = Found()
    tf_keras.backend.clear_session()
    model = MODELS[name]()
    randomise(model, name)
    for how in FORMS:
        try:
            document, weights = imported(*saved(model, name, how, folder))
            compare(document, weights, model, found, how)
            if how == "h5":
                (folder / f"{name}.yaml").write_text(to_yaml(document))
        except NotInKeras1Error:
            continue
        except SpecError as error:
            found.faults.append(f"{how}: {error}")
        except Exception as error:
            found.faults.append(f"{how}: {type(error).__name__}: {error}")
    return found


def table(rows: list[tuple[str, Found]]) -> str:
    """The page of all models."""
    lines = [
        "# Models of Keras 2, imported",
        "",
        "<!-- Written by tests/with_keras2/round_trip.py; `make keras2` writes it again. -->",
        "",
        f"Each model is built by tf-keras {tf_keras.__version__} with random weights, saved as a",
        "whole `.h5` file, as JSON with weights beside it, and, where Keras 1 had all of its",
        "layers, as Keras 1.2 would have written it. Outputs and masks are those of Keras in",
        f"float32 at three sizes, at most {ROUNDING:.0e} of the largest number apart. A dash is",
        "for a model that Keras 1 has not. The models are in `tests/with_keras2/models`.",
        "",
        "| model | layers | parameters | error `.h5` | error JSON | error Keras 1 |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, found in rows:
        errors = " | ".join(f"{found.errors[how]:.0e}" if how in found.errors else "–"
                            for how in FORMS)  # fmt: skip
        fault = " (faults)" if found.faults else ""
        lines.append(f"| `{name}`{fault} | {found.layers} | {found.parameters:,} | {errors} |")
    return "\n".join([*lines, ""])


def main() -> int:
    """Try the models that are named, or all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--keep", help="the folder for files and specs")
    parser.add_argument("--table", help="the page to write")
    given = parser.parse_args()
    rows: list[tuple[str, Found]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(given.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in given.names or MODELS:
            found = tried(name, folder)
            rows.append((name, found))
            errors = ", ".join(f"{how} {error:.0e}" for how, error in found.errors.items())
            print(f"{name:28} {found.layers:4} layers  {errors}", flush=True)
            for fault in found.faults:
                print(f"    {fault[:600]}", flush=True)
    faults = sum(bool(found.faults) for _, found in rows)
    if given.table:
        Path(given.table).write_text(table(rows))
    print(f"{len(rows)} models, {faults} with faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
