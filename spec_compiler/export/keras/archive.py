"""A program as an archive of Keras: built, saved, loaded again and compared with specc's own run.

The one place that loads Keras. What is run is the text that was written, of names and numbers that
were checked when they were written.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, cast

from spec_compiler.export.keras.model import KerasLayer, KerasProgram
from spec_compiler.export.keras.python import layers_text, program_text
from spec_compiler.ir.arrays import Array, np
from spec_compiler.keras.table import UNREAD
from spec_compiler.refusals import Refusal

_BACKENDS = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}
"""Backends of Keras by the module that each needs; Keras's own choice comes first."""
_PROGRAM = "specc_exported_program"


class Archive(NamedTuple):
    """What is written.

    Attributes:
        content: The bytes of the archive.
        layers: The text of the module beside it; empty where it needs none.
        loaded: The model as it was loaded again, of Keras.
    """

    content: bytes
    layers: str
    loaded: Any


def require_keras(what: str = "a model is built", otherwise: str = "") -> Any:
    """Keras, with a backend that is there.

    Args:
        what: What is done by it.
        otherwise: What can be done without it.

    Raises:
        Refusal: it, or a backend, is not installed.
    """
    found = find_spec("keras")
    if found is None or found.origin is None:  # a folder of that name is no package
        raise Refusal(
            "SPC0821",
            f"{what} by Keras, which is not installed",
            help='install it with `pip install "spec-compiler[keras]"` and a backend such as '
            f"`torch`{otherwise}",
        )
    configured = Path("~/.keras/keras.json").expanduser().exists()
    if "KERAS_BACKEND" not in os.environ and not configured:
        there = [name for name, module in _BACKENDS.items() if find_spec(module) is not None]
        if not there:
            raise Refusal(
                "SPC0821",
                "Keras has no backend to compute with",
                help="install one: `pip install torch`, `jax` or `tensorflow`",
            )
        os.environ["KERAS_BACKEND"] = there[0]
    try:
        return importlib.import_module("keras")
    except ImportError as error:
        message = f"Keras cannot be loaded: {' '.join(str(error).split())}"
        help_ = "install the backend that `KERAS_BACKEND` names, or name another"
        raise Refusal("SPC0821", message, help=help_) from None


@contextmanager
def archive(model: KerasProgram, weights: Mapping[str, Array], module: str) -> Generator[Archive]:
    """Build and save a model, and load it again; it is there until the block ends.

    Args:
        model: The calls.
        weights: The numbers, by the spec's names.
        module: The name of the module beside the archive.

    Raises:
        Refusal: Keras is not there, or refuses what it is told.
    """
    keras = require_keras()
    with TemporaryDirectory(prefix="specc-") as folder, _modules(module), told("build"):
        place = Path(folder)
        layers = layers_text(model, module) if model.classes else ""
        if layers:
            _loaded(module, place, layers)
        with built(model, weights, module if layers else "") as made, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # masks that Keras loses are told by specc
            file = place / "model.keras"
            made.save(file)
            yield Archive(file.read_bytes(), layers, keras.saving.load_model(file))


@contextmanager
def built(model: KerasProgram, weights: Mapping[str, Array], module: str = "") -> Generator[Any]:
    """Build a model with numbers; what its classes are found by is there until the block ends.

    Args:
        model: The calls.
        weights: The numbers, by the spec's names.
        module: Where the classes of our own are; without it they are made with the model.

    Raises:
        Refusal: Keras is not there, or refuses what it is told.
    """
    require_keras()
    with TemporaryDirectory(prefix="specc-") as folder, _modules(_PROGRAM), told("build"):
        program = _loaded(_PROGRAM, Path(folder), program_text(model, module=module))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = program.build_model()
            _assign(made, model, weights)
        yield made


def numbers(made: Any, model: KerasProgram) -> dict[str, Array]:
    """The numbers of a model's weights, by the spec's names; of those that it has."""
    found: dict[str, Array] = {}
    for layer in model.layers.values():
        variables = _variables(made, layer) if layer.weights else []
        for variable, full in zip(variables, layer.weights.values(), strict=True):
            found[full] = _array(variable)
    return found


def _variables(made: Any, layer: KerasLayer) -> list[Any]:
    """The variables of a layer, in the order of its weights."""
    variables = made.get_layer(layer.name).weights
    if len(variables) > len(layer.weights):  # Keras may keep more that no run reads
        variables = [variable for variable in variables if variable.name not in UNREAD]
    named = {variable.name: variable for variable in variables}
    if named.keys() >= layer.weights.keys():
        return [named[name] for name in layer.weights]
    return list(variables)


@contextmanager
def told(what: str) -> Generator[None]:
    """What Keras, or its backend, refuses."""
    try:
        yield
    except (Refusal, OSError, MemoryError):
        raise
    except Exception as error:
        text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)) or type(error).__name__
        raise Refusal(
            "SPC0822",
            f"Keras with {backend()} does not {what} the model: {' '.join(text.split())[:300]}",
            help="nothing was written; another backend may have what this one lacks",
        ) from error


def _loaded(name: str, folder: Path, text: str) -> Any:
    """A module of a text."""
    file = folder / f"{name}.py"
    file.write_text(text, "utf-8")
    found = spec_from_file_location(name, file)
    assert found is not None  # noqa: S101 - it was just written
    assert found.loader is not None  # noqa: S101
    module = sys.modules[name] = module_from_spec(found)
    found.loader.exec_module(module)
    return module


@contextmanager
def _modules(*names: str) -> Generator[None]:
    """Names of modules that are free again afterwards."""
    before = {name: sys.modules.pop(name, None) for name in names}
    try:
        yield
    finally:
        for name, module in before.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


def _assign(made: Any, model: KerasProgram, weights: Mapping[str, Array]) -> None:
    """Give the weights their numbers; each layer has them in Keras's order."""
    for layer in model.layers.values():
        if not layer.weights:
            continue
        variables = _variables(made, layer)
        shapes = [tuple(variable.shape) for variable in variables]
        wanted = [tuple(weights[full].shape) for full in layer.weights.values()]
        if shapes != wanted:
            raise Refusal(
                "SPC0822",
                f"the layer `{layer.name}` has weights {shapes} in Keras, and {wanted} here",
                help="report it: specc and this version of Keras differ",
            )
        for variable, full in zip(variables, layer.weights.values(), strict=True):
            variable.assign(np.asarray(weights[full]))


def computed(loaded: Any, model: KerasProgram, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """What the loaded model gives, by the spec's names of outputs; a mask as `name.mask`."""
    fed = [np.asarray(inputs[item.fed]) for item in model.inputs]
    with warnings.catch_warnings(), told("run"):
        warnings.simplefilter("ignore")
        found: Any = loaded(fed[0] if len(fed) == 1 else fed, training=False)
    if not isinstance(found, Mapping):
        outputs = cast("list[Any]", found if isinstance(found, list | tuple) else [found])
        found = dict(zip(model.outputs, outputs, strict=True))
    by_name = cast("Mapping[str, Any]", found)
    masks = {name: getattr(item, "_keras_mask", None) for name, item in by_name.items()}
    told_of = {f"{name}.mask": mask for name, mask in masks.items() if mask is not None}
    return {name: _array(item) for name, item in {**by_name, **told_of}.items()}


def _array(tensor: Any) -> Array:
    keras = importlib.import_module("keras")
    found = keras.ops.convert_to_numpy(tensor)
    return found.astype(np.float32) if found.dtype.name == "bfloat16" else np.asarray(found)


def backend() -> str:
    """What Keras computes with."""
    return str(importlib.import_module("keras").backend.backend())
