"""The layers that are arguments of others, and what Keras puts into the paths of their weights."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from spec_compiler.declaring.nested import declaration_at
from spec_compiler.keras.json_data import JsonPlace, class_of
from spec_compiler.keras.table import ROWS, Row
from spec_compiler.keras.weights import Called
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.layer import Layer


def holds_layers(kind: str, name: str) -> bool:
    """Whether an argument of a spec's layer is a layer, or a list of layers."""
    if kind not in LAYERS:
        return False
    found = (declaration_at(LAYERS[kind], path) for path in ((name,), (name, 0)))
    return any(inner is not None and issubclass(inner, Layer) for inner in found)


def inner_names(place: JsonPlace, kind: str) -> dict[str, tuple[Called, ...]]:
    """The names that stand in the paths of weights behind the layer's own.

    Args:
        place: The serialised layer, which is known to be one of a spec's.
        kind: Its class.

    Returns:
        By what the names of its weights begin with in a spec.
    """
    row, config = ROWS.get(kind, Row()), place.get("config")
    found = {"": (Called(row.cell, numbered=True),)} if row.cell else {}
    for name in config.entries():
        if config.get(name).value is None or not holds_layers(kind, name):
            continue
        for label, inner in _inside(config, name):
            called = _called(kind, name, inner.get("config").get("name").text(), config)
            within = inner_names(inner, class_of(inner) or "") or {"": ()}
            for prefix, own in called.items():
                before = f"{prefix or label}."
                found |= {before + key: (Called(own), *names) for key, names in within.items()}
    return found


def counted_cells(place: JsonPlace, kind: str) -> Iterator[tuple[str, ...]]:
    """The paths of the layers that stand in lists, as `.weights.h5` files count them, in order."""
    for name, held in place.get("config").entries().items():
        if held.value is None or not holds_layers(kind, name):
            continue
        counts: Counter[str] = Counter()
        for label, inner in _inside(place.get("config"), name):
            own, saved = class_of(inner) or "", name
            if label != name:
                one = snake_case(own)
                saved = f"{one}_{counts[one]}" if counts[one] else one
                counts[one] += 1
            path = (name,) if label == name else (name, saved)
            within = list(counted_cells(inner, own))
            if label != name and not within:
                yield path
            yield from ((*path, *rest) for rest in within)


def snake_case(kind: str) -> str:
    """A class's name as Keras's files have it: `LayerNormalization` is `layer_normalization`."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", kind))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()


def _inside(config: JsonPlace, name: str) -> Iterator[tuple[str, JsonPlace]]:
    """The layers that an argument holds, by what their weights begin with."""
    held = config.get(name)
    if isinstance(held.value, list | tuple):
        yield from ((f"{name}.{index}", item) for index, item in enumerate(held.items()))
    else:
        yield name, held


def _called(kind: str, name: str, own: str, config: JsonPlace) -> dict[str, str]:
    """What an inner layer is called in paths, by what its weights begin with in a spec.

    Bidirectional makes two layers of one, and names them after it. Nothing stands for the argument.
    """
    if kind != "Bidirectional":
        return {"": own}
    if name == "backward_layer":
        return {"backward_layer": own}
    own = own.removeprefix("forward_")
    both = {"forward_layer": f"forward_{own}"}
    if config.get("backward_layer").value is None:
        both["backward_layer"] = f"backward_{own}"
    return both
