"""HDF5 files of Keras: whole models, weights by layers' names, weights by counting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from spec_compiler.data import Allowance, hdf5
from spec_compiler.data.handle import Handle, damaged
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.files import regular
from spec_compiler.keras.containers.model_file import Arrays, ModelFile
from spec_compiler.keras.saved import ByCount, ByLayer
from spec_compiler.refusals import Refusal
from spec_compiler.source import read

_LAYERS = ("layers", "_layer_checkpoint_dependencies")
"""What the layers of a model are called in `.weights.h5`, now and in its first version."""
_MODEL = "layer"
"""What a model is called there that TimeDistributed runs."""
_Placed: TypeAlias = "tuple[tuple[str, ...], Handle]"
_ORDER = (
    *("forward_layer", "backward_layer"),
    *("query_dense", "key_dense", "gate_dense", "value_dense", "output_dense"),
)
"""The order of the layers in a layer that holds several."""


def opened(path: str, allowance: Allowance) -> hdf5.Group:
    """What is in a file.

    Raises:
        Refusal: See `hdf5.read`.
        OSError: It cannot be opened.
    """
    regular(path)
    return hdf5.read(path, path, allowance)


def model(path: str, found: Diagnostics, allowance: Allowance) -> ModelFile:
    """A whole model, as Keras 1 and 2 save it, and Keras 3 where the file is called `.h5`.

    Raises:
        Refusal: It holds weights alone, or is broken.
        SpecError: The model's JSON cannot be read.
    """
    root = opened(path, allowance)
    text = root.text("model_config")
    if text is None:
        raise Refusal(
            "SPC0801",
            f"`{path}` holds weights and no model",
            help="name the JSON of `model.to_json()` first, and this file with `--weights`",
        )
    file = f"{path}:model_config"
    node = read(text, file, found, by_python=True)
    if node is None:
        raise SpecError(found)
    return ModelFile(node, file, version=root.text("keras_version"), arrays=weights(root))


def weights(root: hdf5.Group) -> Arrays:
    """The arrays of a file, however they lie in it."""
    within = root.groups.get("model_weights", root)
    by_name = within is not root or within.has("layer_names")
    if not by_name and any(name in root.groups for name in _LAYERS):
        return ByCount(dict(_counted(root)))
    listed = dict(_listed(within, ()))
    loose = {name: group for name, group in within.groups.items()
             if not any(layer.partition("/")[0] == name for layer in listed)}  # fmt: skip
    sorted_ = {
        name: [("/".join(path), array) for path, array in sorted(group.every())]
        for name, group in loose.items()
    }
    return ByLayer({**listed, **sorted_}, frozenset(sorted_))


def _listed(
    group: hdf5.Group, path: tuple[str, ...]
) -> Iterator[tuple[str, list[tuple[str, Handle]]]]:
    """The layers that list their weights, with these in their order.

    A name with slashes is a path: the group of a layer may lie in that of another.
    """
    names = group.texts("weight_names") if path else None
    if names is not None:
        arrays = {"/".join(place): array for place, array in group.every()}
        lacking = [name for name in names if name not in arrays]
        if lacking:
            raise damaged(f"{group.origin}/{lacking[0]}", "its layer lists it, and it is no array of numbers")
        yield "/".join(path), [(name, arrays[name]) for name in names]
    for name, inner in group.groups.items():
        yield from _listed(inner, (*path, name))


def _counted(model: hdf5.Group) -> Iterator[tuple[tuple[str, ...], list[_Placed]]]:
    for key in _LAYERS:
        if key not in model.groups:
            continue
        for name, group in model.groups[key].groups.items():
            within, held = (name,), group
            if _MODEL in group.groups and _is_model(group.groups[_MODEL]):
                within, held = (name, _MODEL), group.groups[_MODEL]
            if _is_model(held):
                for path, arrays in _counted(held):
                    yield (*within, *path), arrays
            else:
                yield (name,), list(_in_order(group))
        return


def _is_model(group: hdf5.Group) -> bool:
    return any(name in group.groups for name in _LAYERS)


def _in_order(group: hdf5.Group, place: tuple[str, ...] = ()) -> Iterator[_Placed]:
    """A layer's arrays in the order in which the layer made them, with the inner layer's path."""
    own = group.groups.get("vars")
    if own is not None:
        numbered = (name for name in own.arrays if name.isdecimal())
        yield from ((place, own.arrays[name]) for name in sorted(numbered, key=int))
    inner = [name for name in group.groups if name != "vars" and "generator" not in name]
    known = {name.lstrip("_"): name for name in inner}
    ranked = [known[name] for name in _ORDER if name in known]
    for name in [*ranked, *sorted(set(inner) - set(ranked))]:
        yield from _in_order(group.groups[name], (*place, name))
