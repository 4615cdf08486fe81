"""Every layer of a model in Keras's JSON, however deep it stands in others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from itertools import count

from spec_compiler.keras.json_data import JsonPlace, class_of

MODELS = frozenset({"Sequential", "Model", "Functional", "Network", "Container", "Graph"})
"""The classes of models, in any version."""
_LISTS = ("layers", "cells")
_ALONE = ("layer", "backward_layer", "cell", "activation", "recurrent_activation")


def inside(config: JsonPlace, change: Callable[[JsonPlace], JsonPlace]) -> JsonPlace:
    """A layer's configuration in which the layers that it holds are changed."""
    if not isinstance(config.value, dict):
        return config
    changed: dict[str, JsonPlace] = {}
    for key in _LISTS:
        listed = config.get(key)
        if isinstance(listed.value, list):
            changed[key] = JsonPlace([change(item) for item in listed.items()], listed.path)
    for key in _ALONE:
        if class_of(config.get(key)) is not None:
            changed[key] = change(config.get(key))
    return config.with_(**changed)


def with_layers(place: JsonPlace) -> JsonPlace:
    """A model of which the configuration is a mapping: it was once a sequential one's layers."""
    config = place.get("config")
    if not isinstance(config.value, list):
        return place
    named = place.get("name")
    entries = {"layers": config} if named.value is None else {"name": named, "layers": config}
    return place.with_(config=JsonPlace(entries, config.path))


def with_names(model: JsonPlace, depth: int, saved: Mapping[str, Set[str]]) -> JsonPlace:
    """A model in which every sequential model inside has a name: before 2.3 none was written.

    Weights that were saved under a name say it; else it is the next that Keras would give.

    Args:
        model: The model.
        depth: How many models may stand inside each other.
        saved: The names of which weights were saved, with those of the layers inside.
    """
    taken: set[str] = set()
    _collect(model, taken, depth)
    left = {name: inner for name, inner in saved.items() if name not in taken}
    free = (name for n in count(1) if (name := f"sequential_{n}") not in {*taken, *left})

    def called(config: JsonPlace) -> str:
        own: set[str] = set()
        for item in config.get("layers").items():
            _collect(item, own, depth)
        found = [name for name, inner in left.items() if own & inner]
        if len(found) != 1:
            return next(free)
        del left[found[0]]
        return found[0]

    def inner(item: JsonPlace, depth: int) -> JsonPlace:
        kind = class_of(item)
        if depth < 0 or kind is None:
            return item
        if kind == "Sequential":
            item = with_layers(item)
            config = item.get("config")
            listed = isinstance(config.value, dict) and isinstance(config.get("layers").value, list)
            if listed and not _named(item, config):
                item = item.with_(config=config.with_(name=called(config)))
        return item.with_(config=inside(item.get("config"), lambda it: inner(it, depth - 1)))

    whole = with_layers(model)
    config = inside(whole.get("config"), lambda it: inner(it, depth - 1))
    return whole.with_(config=config)


def _named(*places: JsonPlace) -> bool:
    return any(isinstance(place.get("name").value, str) for place in places)


def _collect(place: JsonPlace, taken: set[str], depth: int) -> JsonPlace:
    """Add the names of all layers within a model to `taken`."""
    if depth >= 0 and class_of(place) is not None:
        config = with_layers(place).get("config")
        for holder in (place, config):
            if isinstance(holder.value, dict) and isinstance(holder.get("name").value, str):
                taken.add(str(holder.get("name").value))
        inside(config, lambda item: _collect(item, taken, depth - 1))
    return place


def renamed(config: JsonPlace, names: dict[str, str]) -> JsonPlace:
    """A configuration whose entries have other names; an empty one takes the entry away.

    An entry that has its new name already keeps it.
    """
    entries: dict[str, object] = {}
    for key, item in config.entries().items():
        new = names.get(key, key)
        if new and (new == key or new not in config.entries()):
            entries[new] = item
    return JsonPlace(entries, config.path)


def shape_within(place: JsonPlace) -> JsonPlace | None:
    """The shape that a layer takes, batch included, by what stands in it or its first layer."""
    place = with_layers(place)
    config = place.get("config")
    while isinstance(config.value, dict):
        for key in ("batch_input_shape", "batch_shape"):
            if isinstance(config.get(key).value, list):
                return config.get(key)
        listed, inner = config.get("layers"), config.get("layer")
        if isinstance(listed.value, list) and listed.items() and class_of(listed.items()[0]):
            config = with_layers(listed.items()[0]).get("config")
        elif class_of(inner) is not None:
            config = inner.get("config")
        else:
            return None
    return None
