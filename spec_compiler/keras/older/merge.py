"""Keras 1's `Merge`: one class whose `mode` says which of today's merging layers it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from spec_compiler.keras.json_data import JsonPlace, class_of
from spec_compiler.keras.older.walk import MODELS, shape_within, with_layers
from spec_compiler.refusals import Refusal

_MODES: Mapping[str, str] = MappingProxyType(
    {
        "sum": "Add",
        "mul": "Multiply",
        "ave": "Average",
        "max": "Maximum",
        "concat": "Concatenate",
        "dot": "Dot",
    }
)


def merging(place: JsonPlace, renew: Callable[[JsonPlace], JsonPlace]) -> JsonPlace:
    """A `Merge` as the layer that its mode means; the models that it joins stay in `layers`.

    Raises:
        Refusal: Its mode has no counterpart.
    """
    config = place.get("config")
    mode = config.get("mode")
    new = _MODES.get(mode.value) if isinstance(mode.value, str) else None
    if new is None:
        raise Refusal(
            "SPC0804" if config.get("mode_type").value in ("lambda", "function") else "SPC0803",
            f"the `mode` of Merge `{config.get('name').value}` has no counterpart",
            argument=mode.path,
            help="write a Dot with `normalize: true`, and a Reshape to the shape that this had"
            if mode.value == "cos"
            else f"modes that can be imported: {', '.join(_MODES)}",
        )
    entries: dict[str, object] = {"name": config.get("name")}
    if new == "Concatenate":
        axis = config.get("concat_axis")
        entries["axis"] = -1 if axis.value is None else axis
    if new == "Dot":
        entries["axes"] = _axes(config.get("dot_axes"))
    branches = config.get("layers")
    if isinstance(branches.value, list):
        entries["layers"] = JsonPlace([renew(item) for item in branches.items()], branches.path)
    return place.with_(class_name=new, config=JsonPlace(entries, config.path))


def _axes(place: JsonPlace) -> object:
    """`[[1], [2]]`: an axis of each, in a list of its own."""
    if not isinstance(place.value, list):
        return place
    axes = [item.items()[0] if isinstance(item.value, list) and len(item.items()) == 1 else item
            for item in place.items()]  # fmt: skip
    return JsonPlace(axes, place.path)


def merging_first(model: JsonPlace) -> JsonPlace:
    """A sequential model with several inputs, as the functional one that it is.

    It begins with merged models, or with such a model.
    """
    config = model.get("config")
    layers = config.get("layers")
    items = layers.items() if isinstance(layers.value, list) else []
    branches = _branches(items[0]) if items else []
    if not branches:
        return model
    parts: list[JsonPlace] = []
    feeds: list[list[object]] = []
    ends: list[list[object]] = []
    for index, branch in enumerate(branches):
        name = _name(branch) or f"branch_{index + 1}"
        sources = _inputs(name, branch)
        parts += [JsonPlace(made, branch.path) for _, made in sources]
        read: list[list[object]] = [[source, 0, 0] for source, _ in sources]
        parts.append(with_layers(branch).with_(
            name=name, inbound_nodes=[] if class_of(branch) == "InputLayer" else [read]
        ))  # fmt: skip
        feeds.append([name, 0, 0])
        ends += read or feeds[-1:]
    merges = class_of(items[0]) not in MODELS
    for index, item in enumerate(items if merges else items[1:]):
        inner = item.get("config")
        if merges and index == 0:
            inner = inner.with_(layers=...)
        name = _name(item) or f"layer_{index}"
        parts.append(item.with_(name=name, config=inner, inbound_nodes=[feeds]))
        feeds = [[name, 0, 0]]
    entries = {"name": config.get("name"), "layers": JsonPlace(parts, layers.path)}
    made = JsonPlace({**entries, "input_layers": ends, "output_layers": feeds}, config.path)
    return model.with_(class_name="Model", config=made)


def _branches(first: JsonPlace) -> list[JsonPlace]:
    """The models that feed a sequential one by what it begins with; empty where one input does."""
    if class_of(first) in _MODES.values():
        listed = first.get("config").get("layers")
        return listed.items() if isinstance(listed.value, list) else []
    return [first] if len(_read(first)) > 1 else []


def _read(branch: JsonPlace) -> list[str]:
    """The inputs of a functional model by name."""
    config = branch.get("config")
    if class_of(branch) not in MODELS - {"Sequential"} or not isinstance(config.value, dict):
        return []
    ends = config.get("input_layers")
    items = ends.items() if isinstance(ends.value, list) else []
    if items and isinstance(items[0].value, str):
        return [items[0].text()]
    return [it.items()[0].text() for it in items if isinstance(it.value, list) and it.items()]


def _inputs(name: str, branch: JsonPlace) -> list[tuple[str, dict[str, object]]]:
    """The inputs that a branch reads, by name, in the form of Keras 2."""
    if class_of(branch) == "InputLayer":
        return []
    names, listed = _read(branch), branch.get("config")
    if not names:
        return [_input(f"{name}_input", branch)]
    layers = listed.get("layers").items()
    by_name = {_name(layer): layer for layer in layers if class_of(layer) == "InputLayer"}
    return [_input(f"{name}_{source}", by_name.get(source, branch)) for source in names]


def _input(name: str, source: JsonPlace) -> tuple[str, dict[str, object]]:
    shape = shape_within(source)
    if shape is None:
        raise source.not_a("a model whose first layer has a `batch_input_shape`")
    config = {"name": name, "batch_input_shape": shape}
    return name, {"class_name": "InputLayer", "name": name, "config": config, "inbound_nodes": []}


def _name(place: JsonPlace) -> str | None:
    for holder in (place, with_layers(place).get("config")):
        name = holder.get("name").value if isinstance(holder.value, dict) else None
        if isinstance(name, str):
            return name
    return None
