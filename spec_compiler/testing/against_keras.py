"""An imported model beside the same one in Keras: outputs and masks of random data.

The door to Keras, which is optional and is asked for by `--check` alone: there, and nowhere else,
Keras reads the file, in its safe mode.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes
from spec_compiler.testing.compare import TOLERANCES, difference

_BATCHES = (1, 2, 5)
_LONGER = (0, 3, 8)
"""What is added to the other sizes, where they may be so."""


class InKeras(NamedTuple):
    """A model as Keras built it.

    Attributes:
        model: The model.
        version: Keras's.
        arrays: Its weights under their paths, in order.
    """

    model: Any
    version: str
    arrays: list[tuple[str, NDArray[Any]]]


def library() -> Any:
    """Keras.

    Raises:
        Refusal: It is not installed.
    """
    try:
        # Keras is an optional library that takes seconds to load, and this is its door.
        return importlib.import_module("keras")
    except ImportError as error:
        raise Refusal(
            "SPC0563",
            "`--check` compares with Keras, and Keras is not installed",
            help='install it with `pip install "spec-compiler[keras]"` and a backend of its, or '
            "leave `--check` out",
        ) from error


def build(file: str, text: str | None, weights: str | None) -> InKeras:
    """The model of a file, built by Keras itself.

    Args:
        file: A `.keras` or `.h5` file.
        text: The model's JSON, where the file is no such file.
        weights: The file of its weights, where there is one.

    Raises:
        Refusal: Keras is not installed, or does not build it.
    """
    keras = library()
    try:
        if text is None:
            model = keras.saving.load_model(file, compile=False, safe_mode=True)
        else:
            model = keras.models.model_from_json(text)
        if weights is not None and Path(weights).suffix == ".npz":
            with np.load(weights, allow_pickle=False) as arrays:
                for variable in model.weights:
                    variable.assign(arrays[variable.path])
        elif weights is not None:
            model.load_weights(weights)
    except Exception as error:  # whatever Keras makes of a file
        first = str(error).strip().partition("\n")[0][:200]
        raise Refusal(
            "SPC0814",
            f"Keras {keras.__version__} does not build the model: {first}",
            help="leave `--check` out; Keras 3 reads few files of Keras 1 and 2",
        ) from error
    paths = [(item.path, np.asarray(keras.ops.convert_to_numpy(item))) for item in model.weights]
    return InKeras(model, keras.__version__, paths)


def compare(program: Program, weights: Mapping[str, Any], other: InKeras) -> Iterator[Refusal]:
    """What separates the outputs of a program from Keras's, on random data of three sizes."""
    model = Model(program, Diagnostics())
    model.weights = weights
    for number, sizes in enumerate(sizes_to_try(program)):
        data = random_inputs(program, sizes, seed=number)
        for array in data.values():
            if number and array.ndim > 2:
                array[-1, -1:] = 0  # what layers that make masks take for padding
        got: Any = model(data, masks=True, dims=sizes)
        ours: dict[str, Any] = got
        if not isinstance(got, dict):
            ours = {next(iter(model.outputs)): got}
        told = ", ".join(f"{name}={size}" for name, size in sizes.items())
        yield from _differences(
            model, ours, in_keras(other, list(data.values()), model.outputs), told
        )


def in_keras(
    other: InKeras, data: list[NDArray[Any]], names: Iterable[str]
) -> list[tuple[NDArray[Any], Any]]:
    """Keras's outputs and their masks; those of a mapping in the order of `names`."""
    keras = library()
    struct = getattr(other.model, "_inputs_struct", None)
    fed = data[0] if len(data) == 1 else data
    if struct is not None:
        fed = keras.tree.pack_sequence_as(struct, data)
    found: list[tuple[NDArray[Any], Any]] = []
    # a model that was saved may hold `training=True` for layers that only training is for
    made: Any = other.model(fed, training=False)
    if isinstance(made, Mapping) and {*names} == {*cast("Mapping[str, Any]", made)}:
        made = [made[name] for name in names]
    for tensor in keras.tree.flatten(made):
        mask = getattr(tensor, "_keras_mask", None)
        known = None if mask is None else np.asarray(keras.ops.convert_to_numpy(mask))
        found.append((np.asarray(keras.ops.convert_to_numpy(tensor)), known))
    return found


def _differences(
    model: Model, ours: Mapping[str, Any], theirs: list[tuple[NDArray[Any], Any]], sizes: str
) -> Iterator[Refusal]:
    if len(model.outputs) != len(theirs):
        message = f"the model has {len(theirs)} outputs in Keras, and {len(model.outputs)} here"
        yield Refusal("SPC0814", message)
        return
    for (name, port), (wanted, mask) in zip(model.outputs.items(), theirs, strict=True):
        rtol, atol = TOLERANCES.get(port.type.dtype, (0.0, 0.0))
        pairs = [(f"`{name}`", ours[name], wanted, (10 * rtol, 10 * atol))]
        own = ours.get(f"{name}.mask")
        if (own is None) != (mask is None):
            which = "Keras gives it" if own is None else "here it has"
            yield Refusal("SPC0814", f"`{name}`: {which} a mask, and the other none ({sizes})")
        elif own is not None:
            pairs.append((f"the mask of `{name}`", own, mask, (0.0, 0.0)))
        for called, got, expected, allowed in pairs:
            got, expected = np.asarray(got), np.asarray(expected)
            refusal = difference(called, got, expected, allowed, (), "Keras's")
            if refusal is not None:
                yield refusal.but(code="SPC0814", message=f"{refusal.message} ({sizes})")


def sizes_to_try(program: Program) -> Iterator[dict[str, int]]:
    """Three choices of the named sizes, as far as they may be what they are then."""
    usual = random_sizes(program, {})
    batches = {name for name, symbol in program.named_sizes.items() if symbol.kind == "batch"}
    for batch, longer in zip(_BATCHES, _LONGER, strict=True):
        rows = dict.fromkeys(batches, batch)
        chosen = {name: size + longer for name, size in usual.items() if name not in batches}
        with suppress(SpecError):
            sizes = random_sizes(program, {**rows, **chosen})
            random_inputs(program, sizes)
            yield sizes
            continue
        yield random_sizes(program, rows)
