"""What Keras 1 and 2 wrote, in the form of Keras 3: the reader knows one form alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

from spec_compiler.keras.json_data import DEPTH, JsonPlace, class_of
from spec_compiler.keras.older import h5_of_keras3, keras1, keras2
from spec_compiler.keras.older.walk import MODELS, with_layers, with_names

__all__ = ["modern"]

_PATIENCE = 10_000
"""Layers that are looked at to tell the version; models have fewer."""


def modern(
    place: JsonPlace, stated: str | None = None, saved: Mapping[str, Set[str]] | None = None
) -> JsonPlace:
    """A model in the form that Keras 3 writes.

    Args:
        place: An object with `class_name` and `config`.
        stated: The version of Keras that the file states beside the model.
        saved: The names of which weights were saved, with those of the layers inside.

    Raises:
        Refusal: A part is not what any version writes there, or has no counterpart.
    """
    if class_of(place) not in MODELS:
        return place
    version = _stated(stated, place.get("keras_version").value) or (_marked(place), 9)
    if version < (3, 0):
        place = with_names(place, DEPTH, saved or {})
    if version < (2, 0):
        place = keras1.renewed(place, DEPTH)
    if version < (3, 0):
        return keras2.renewed(place, DEPTH, old_gates=version < (2, 3))
    return h5_of_keras3.renewed(place, DEPTH)


def _stated(*texts: object) -> tuple[int, int] | None:
    """The version that one of the texts states."""
    for text in texts:
        if isinstance(text, str) and (found := re.match(r"(\d+)\.(\d+)", text)):
            major, minor = map(int, found.groups())
            # TensorFlow's own 2.2.4 has what Keras has since 2.3
            return (major, 3 if text.endswith("-tf") else minor)
        if isinstance(text, str) and text.startswith("tfjs"):
            return (2, 2)
    return None


def _marked(place: JsonPlace) -> int:
    """1, 2 or 3, by what only older versions write."""
    version, looked, waiting = 3, 0, [place]
    while waiting and looked < _PATIENCE:
        item, looked = waiting.pop(), looked + 1
        if class_of(item) is None:
            continue
        version = min(version, _mark(item))
        config = with_layers(item).get("config")
        if isinstance(config.value, dict):
            listed = config.get("layers")
            waiting += listed.items() if isinstance(listed.value, list) else ()
            waiting += [config.get(key) for key in ("layer", "backward_layer")]
    return version


def _mark(place: JsonPlace) -> int:
    """The latest version that can have written a layer."""
    config, nodes = place.get("config"), place.get("inbound_nodes")
    if keras1.wrote(place):
        return 1
    if isinstance(config.value, list):
        return 2
    if isinstance(config.value, dict) and config.entries().keys() & keras2.MARKS:
        return 2
    calls = nodes.items() if isinstance(nodes.value, list) else ()
    return 2 if any(isinstance(call.value, list) for call in calls) else 3
