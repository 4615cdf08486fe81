"""HDF5 files of Keras: whole models, weights by layers' names, weights by counting."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, takewhile
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
_LISTED = "weight_names"
"""The attribute that the group of a layer has, even of one without weights."""
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
    layers = dict(_layers(within, ())) or within.groups
    named = {name: _named(group) for name, group in layers.items()}
    unordered = frozenset(name for name, (_, ordered) in named.items() if not ordered)
    theano = "theano" in (within.text("backend"), root.text("backend"))
    return ByLayer({name: found for name, (found, _) in named.items()}, unordered, theano)


def _layers(group: hdf5.Group, path: tuple[str, ...]) -> Iterator[tuple[str, hdf5.Group]]:
    """The groups of layers: a name with slashes leads through others, perhaps through a layer's."""
    if path and _lists_weights(group):
        yield "/".join(path), group
    for name, inner in group.groups.items():
        yield from _layers(inner, (*path, name))


def _lists_weights(group: hdf5.Group) -> bool:
    return group.has(_LISTED) or group.has(f"{_LISTED}0")


def _own(group: hdf5.Group) -> Iterator[tuple[str, Handle]]:
    """The arrays of a layer, without those of layers whose names go on behind its own."""
    yield from group.arrays.items()
    for name, inner in group.groups.items():
        if not _lists_weights(inner):
            yield from ((f"{name}/{rest}", array) for rest, array in _own(inner))


def _named(group: hdf5.Group) -> tuple[list[tuple[str, Handle]], bool]:
    """A layer's arrays by name, and whether they are in the layer's order: the file may tell it."""
    arrays = dict(_own(group))
    parts = (group.texts(f"{_LISTED}{number}") for number in count())  # where the list is long
    listed = group.texts(_LISTED) or [
        name for part in takewhile(bool, parts) for name in part or ()
    ]
    for name in listed:
        if name not in arrays:
            raise damaged(f"{group.origin}/{name}", "its layer lists it; it is no array of numbers")
    told = {*listed} == arrays.keys()
    return [(name, arrays[name]) for name in (listed if told else sorted(arrays))], told


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
