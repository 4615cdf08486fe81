"""Keras 1's `Merge`: one class whose `mode` says which of today's merging layers it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from spec_compiler.keras.json_data import JsonPlace, class_of
from spec_compiler.keras.older.walk import shape_within, with_layers
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
            help=f"modes that can be imported: {', '.join(_MODES)}",
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
    """A sequential model that begins with merged models, as the functional one that it is."""
    config = model.get("config")
    layers = config.get("layers")
    items = layers.items() if isinstance(layers.value, list) else []
    if not items or class_of(items[0]) not in _MODES.values():
        return model
    branches = items[0].get("config").get("layers")
    if not isinstance(branches.value, list):
        return model
    named = [_named(item, index) for index, item in enumerate(branches.items())]
    inputs = [[*_inputs(name, branch)] for name, branch in named]
    parts = [JsonPlace(made, branches.path) for some in inputs for made in some]
    feeds: list[list[object]] = []
    for (name, branch), some in zip(named, inputs, strict=True):
        sources = [[made["name"], 0, 0] for made in some]
        if class_of(branch) == "InputLayer":
            parts.append(branch.with_(name=name, inbound_nodes=[]))
            feeds += sources
            continue
        parts.append(branch.with_(name=name, inbound_nodes=[sources]))
        # what is functional counts the making of itself as its first call
        feeds.append([name, 0 if class_of(branch) == "Sequential" else 1, 0])
    for index, item in enumerate(items):
        inner = item.get("config")
        if index == 0:
            inner = inner.with_(layers=...)
        name = _name(item) or f"layer_{index}"
        parts.append(item.with_(name=name, config=inner, inbound_nodes=[feeds]))
        feeds = [[name, 0, 0]]
    sources = [[made["name"], 0, 0] for some in inputs for made in some]
    ends = {"input_layers": sources, "output_layers": feeds}
    entries = {"name": config.get("name"), "layers": JsonPlace(parts, layers.path), **ends}
    return model.with_(class_name="Model", config=JsonPlace(entries, config.path))


def _inputs(name: str, branch: JsonPlace) -> Iterator[dict[str, object]]:
    """The inputs that a branch reads, in the form of Keras 2: one, or those of a model."""
    config, called = branch.get("config"), f"{name}_input"
    ends = config.get("input_layers") if isinstance(config.value, dict) else config
    if class_of(branch) != "Model" or not isinstance(ends.value, list):
        yield _input(called, shape_within(branch), branch)
        return
    layers = {_name(layer): layer for layer in config.get("layers").items()}
    for number, end in enumerate(ends.items()):
        layer = layers.get(end.items()[0].text()) if end.items() else None
        shape = None if layer is None else shape_within(layer)
        yield _input(f"{called}_{number + 1}", shape, branch)


def _input(name: str, shape: JsonPlace | None, branch: JsonPlace) -> dict[str, object]:
    if shape is None:
        raise branch.not_a("a model whose first layer has a `batch_input_shape`")
    config = {"name": name, "batch_input_shape": shape}
    return {"class_name": "InputLayer", "name": name, "config": config, "inbound_nodes": []}


def _name(place: JsonPlace) -> str | None:
    for holder in (place, with_layers(place).get("config")):
        name = holder.get("name").value if isinstance(holder.value, dict) else None
        if isinstance(name, str):
            return name
    return None


def _named(branch: JsonPlace, index: int) -> tuple[str, JsonPlace]:
    return _name(branch) or f"branch_{index + 1}", with_layers(branch)
