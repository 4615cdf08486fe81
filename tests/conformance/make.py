"""Make the cases with Keras, or check them against it, which is what `make conformance` does.

`make.py NAME …` makes declared cases, again if they are there: then their weights and inputs stay
where they fit, so the numbers change only if the model did. `make.py --check` loads each case's
`config.json` in Keras and compares all that it computes with the files; declared models must be
those of their files. Cases of another backend than that of `KERAS_BACKEND` are left out.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import keras
import numpy as np
from declaring import CASES, Declared, Fed
from keras.src.backend.common import dtypes

FOLDER = Path(__file__).parent / "cases"
for _file in sorted(Path(__file__).parent.glob("declared*.py")):
    import_module(_file.stem)
BACKEND = keras.config.backend()
Arrays = dict[str, np.ndarray]

# On torch and JAX, Keras computes layers of dtype float64 in float32 because of this table.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


# --- what Keras computes -----------------------------------------------------------------------


def loaded(config: str, floats: str = "float32") -> keras.Model:
    """The model of a `config.json`, with another dtype in place of float32."""
    keras.config.set_floatx(floats)
    text = config.replace('"float32"', f'"{floats}"')
    return keras.models.model_from_json(text, {"square": keras.ops.square})  # kept by its name


def computed(model: keras.Model, inputs: Arrays, weights: Arrays, meta: Mapping[str, Any]) -> list:
    """The outputs of a model; the weights are in the order of the model's."""
    for name, alpha in meta.get("patch_lora_alpha", {}).items():
        model.get_layer(name).lora_alpha = alpha
    for variable, array in zip(model.weights, weights.values(), strict=True):
        variable.assign(array)
    given = inputs if len(inputs) > 1 else next(iter(inputs.values()))
    return keras.tree.flatten(model(given, training=False))


def results(config: str, inputs: Arrays, weights: Arrays, meta: Mapping[str, Any]) -> Arrays:
    """What `expected.npz` holds."""
    outputs = computed(loaded(config), inputs, weights, meta)
    found = {f"out_{index}": plain(output) for index, output in enumerate(outputs)}
    masks = {f"mask_{index}": mask_of(output) for index, output in enumerate(outputs)}
    found |= {key: plain(mask) for key, mask in masks.items() if mask is not None}
    if meta["has_float64"]:
        exact = computed(loaded(config, "float64"), inputs, weights, meta)
        found |= {f"out64_{index}": plain(output) for index, output in enumerate(exact)}
    keras.config.set_floatx("float32")
    return found


def facts(model: keras.Model, expected: Arrays) -> dict[str, Any]:
    """What `meta.json` says of a model and its results."""
    outputs = keras.tree.flatten(model.outputs)
    return {
        "inputs": {
            tensor.name: {"batch_shape": [*tensor.shape], "dtype": tensor.dtype}
            for tensor in keras.tree.flatten(model.inputs)
        },
        "outputs": [
            output_facts(tensor, expected[f"out_{index}"], f"mask_{index}" in expected)
            for index, tensor in enumerate(outputs)
        ],
        "weights": [
            {
                "path": variable.path,
                "shape": [*variable.shape],
                "trainable": variable.trainable,
                "dtype": variable.dtype,
            }
            for variable in model.weights
        ],
        "has_float64": "out64_0" in expected,
        "mask_flow": {layer.name: flow for layer, flow in mask_flow(model)},
        "mask_lost_at": [
            layer.name
            for layer, flow in mask_flow(model)
            if not layer.supports_masking and masked_input(model, layer)
        ],
    }


def output_facts(tensor: Any, result: np.ndarray, has_mask: bool) -> dict[str, Any]:
    """What is said of one output; Keras's static shapes are not always right."""
    static = [*tensor.shape]
    fits = len(static) == result.ndim and all(
        size in {None, actual} for size, actual in zip(static, result.shape, strict=True)
    )
    return {
        "keras_static_shape": static,
        "runtime_shape": [*result.shape],
        "dtype": result.dtype.name,
        "static_dtype": tensor.dtype,
        "has_mask": has_mask,
        "keras_static_shape_is_wrong": not fits,
    }


def calls(model: keras.Model, layer: keras.Layer) -> list[Any]:
    """The calls of a layer in a model; it may have been called outside, too."""
    within = [node for nodes in model._nodes_by_depth.values() for node in nodes]
    return [node for node in layer._inbound_nodes if node in within]


def mask_flow(model: keras.Model) -> Iterator[tuple[keras.Layer, list[list[bool]]]]:
    """For each layer, call and output, whether it carries a mask."""
    for layer in model.layers:
        if isinstance(layer, keras.Layer):
            yield (
                layer,
                [
                    [mask_of(output) is not None for output in node.outputs]
                    for node in calls(model, layer)
                ],
            )


def masked_input(model: keras.Model, layer: keras.Layer) -> bool:
    """Whether a mask comes to a layer."""
    return any(
        mask_of(tensor) is not None for node in calls(model, layer) for tensor in node.input_tensors
    )


def mask_of(tensor: Any) -> Any:
    """The mask that Keras keeps at a tensor, if there is one."""
    return getattr(tensor, "_keras_mask", None)


def plain(tensor: Any) -> np.ndarray:
    """A tensor of any backend as an array."""
    return np.asarray(keras.ops.convert_to_numpy(tensor))


# --- the layers that Keras has, and what it trains with ------------------------------------------

SIGNATURES = {
    "layers.json": (keras.layers,),
    "losses.json": (keras.losses,),
    "metrics.json": (keras.metrics,),
    "optimizers.json": (keras.optimizers,),
    "schedules.json": (keras.optimizers.schedules,),
    "callbacks.json": (keras.callbacks,),
}
"""By file, the modules whose classes it holds."""


def signatures(*modules: Any) -> dict[str, list[Any]]:
    """For each class its arguments, with their defaults; all have some more."""
    found: dict[str, list[Any]] = {}
    kinds = {name: kind for module in modules for name, kind in vars(module).items()}
    for name, kind in sorted(kinds.items()):
        if inspect.isclass(kind):
            parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
            found[name] = [
                [item.name] if item.default is item.empty else [item.name, as_json(item.default)]
                for item in parameters
                if item.kind not in {item.VAR_KEYWORD, item.VAR_POSITIONAL}
            ]
    return found


def as_json(value: Any) -> Any:
    """A default as data; a class or a function by its name."""
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    plain_types = (str, int, float, type(None))
    return value if isinstance(value, plain_types) else getattr(value, "__name__", str(value))


def written(found: Any) -> str:
    """A line for each class."""
    lines = [f" {json.dumps(name)}: {json.dumps(item)}" for name, item in found.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


# --- making ------------------------------------------------------------------------------------


def make(name: str, declared: Declared) -> None:
    """Write the folder of a case."""
    folder = FOLDER / name
    model = declared.model()
    config = json.dumps(json.loads(model.to_json()), indent=1) + "\n"
    random = np.random.default_rng(zlib.crc32(name.encode()))
    inputs = {key: drawn(fed, random) for key, fed in declared.fed.items()}
    inputs |= kept(folder / "inputs.npz", inputs)
    weights = {
        variable.path: random.normal(scale=0.6, size=variable.shape).astype(variable.dtype)
        for variable in model.weights
    }
    for path, array in weights.items():
        weights[path] = abs(array) if path.endswith("variance") else array  # it has no sign
    weights |= kept(folder / "weights.npz", weights)
    expected = results(config, inputs, weights, {"has_float64": declared.float64, **declared.meta})
    made_by = {"id": name, "keras": keras.__version__, "backend": BACKEND}
    meta = {**made_by, **facts(model, expected), **declared.meta}
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(config)
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")
    for file, arrays in {"inputs": inputs, "weights": weights, "expected": expected}.items():
        np.savez_compressed(folder / f"{file}.npz", **arrays)


def drawn(fed: Fed, random: np.random.Generator) -> np.ndarray:
    """Data for an input."""
    if fed.dtype.startswith("float"):
        data = random.normal(size=fed.data_shape).astype(fed.dtype)
    else:
        data = random.integers(0, fed.below, size=fed.data_shape).astype(fed.dtype)
    for row, step in fed.padded:
        data[row, step] = 0
    return data


def kept(file: Path, new: Arrays) -> Arrays:
    """The arrays of a case that is made again, of those that still have the same shape."""
    old = dict(np.load(file)) if file.exists() else {}
    return {
        name: old[name]
        for name, array in new.items()
        if name in old and (old[name].shape, old[name].dtype) == (array.shape, array.dtype)
    }


# --- checking ----------------------------------------------------------------------------------


def differences(folder: Path) -> Iterator[str]:
    """What in the files of a case is not what Keras says."""
    config = (folder / "config.json").read_text()
    meta = json.loads((folder / "meta.json").read_text())
    arrays = dict(np.load(folder / "weights.npz"))
    weights = {item["path"]: arrays[item["path"]] for item in meta["weights"]}
    inputs, expected = (dict(np.load(folder / f"{key}.npz")) for key in ("inputs", "expected"))
    found = results(config, inputs, weights, meta)
    if found.keys() != expected.keys():
        yield f"has {sorted(found)}, and not {sorted(expected)}"
    for key in found.keys() & expected.keys():
        tolerance = 1e-12 if key.startswith("out64") else meta["atol"]
        if not same(found[key], expected[key], tolerance):
            yield f"`{key}` is not what Keras computes"
    model = loaded(config)
    for key, value in without_paths(facts(model, expected)).items():
        if without_paths(meta)[key] != value:
            yield f"`{key}` is {value}"
    if folder.name not in CASES:
        yield "is not declared"
        return
    declared = CASES[folder.name]
    keras.utils.clear_session()
    if json.loads(declared.model().to_json()) != json.loads(config):
        yield "the declared model is another one"
    if any(meta.get(key) != value for key, value in declared.meta.items()):
        yield f"the declaration says {declared.meta}"


def without_paths(meta: Mapping[str, Any]) -> dict[str, Any]:
    """The facts without the paths of weights: in a model that is loaded some are shorter."""
    return {**meta, "weights": [{**item, "path": ""} for item in meta["weights"]]}


def same(found: np.ndarray, expected: np.ndarray, tolerance: float) -> bool:
    """Whether an array is the expected one."""
    if (found.dtype, found.shape) != (expected.dtype, expected.shape):
        return False
    return np.allclose(found.astype("f8"), expected.astype("f8"), rtol=tolerance, atol=tolerance)


def check() -> int:
    """Print what is wrong; the exit status."""
    wrong = checked = 0
    for folder in sorted(FOLDER.iterdir()):
        if json.loads((folder / "meta.json").read_text())["backend"] == BACKEND:
            checked += 1
            for difference in differences(folder):
                wrong += 1
                print(f"{folder.name}: {difference}")
    for name, modules in SIGNATURES.items():
        if (FOLDER.parent / name).read_text() != written(signatures(*modules)):
            wrong += 1
            print(f"{name} is not what Keras has: `make.py --layers` writes it")
    print(f"{checked} cases checked with Keras {keras.__version__} on {BACKEND}, {wrong} wrong")
    return int(wrong > 0)


def main() -> int:
    """The command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help="cases to make")
    options.add_argument("--check", action="store_true", help="compare what is there with Keras")
    options.add_argument("--layers", action="store_true", help="write what classes Keras has")
    given = options.parse_args()
    if given.layers:
        for name, modules in SIGNATURES.items():
            (FOLDER.parent / name).write_text(written(signatures(*modules)))
    for name in given.names:
        if CASES[name].backend != BACKEND:
            options.error(f"{name} is made with KERAS_BACKEND={CASES[name].backend}")
        keras.utils.clear_session()
        make(name, CASES[name])
    return check() if given.check else 0


if __name__ == "__main__":
    sys.exit(main())
