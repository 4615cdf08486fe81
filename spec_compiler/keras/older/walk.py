"""Every layer of a model in Keras's JSON, however deep it stands in others."""

from __future__ import annotations

from collections.abc import Callable

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
