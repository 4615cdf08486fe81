"""Functions of TensorFlow that do what a layer of Keras does, and call it so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.keras.json_data import JsonPlace
from spec_compiler.keras.older.tensorflow_nodes import Call
from spec_compiler.records import record


@record
class _Layer:
    """A layer.

    Attributes:
        kind: Its class.
        arguments: Its arguments by TensorFlow's names.
        needed: Those of TensorFlow's names that must be given.
    """

    kind: str
    arguments: Mapping[str, str]
    needed: tuple[str, ...]


_POOL = {"ksize": "pool_size", "strides": "strides", "padding": "padding"}
LAYERS: Mapping[str, _Layer] = MappingProxyType(
    {
        "image.resize": _Layer("Resizing", {"size": "size", "method": "interpolation"}, ("size",)),
        "nn.max_pool2d": _Layer("MaxPooling2D", _POOL, tuple(_POOL)),
        "nn.avg_pool2d": _Layer("AveragePooling2D", _POOL, tuple(_POOL)),
    }
)
"""By TensorFlow's name; all have the channels last."""


def as_layer(layer: JsonPlace, call: Call) -> JsonPlace | str:
    """A layer of Keras in the place of a call of one of these functions, or why there is none."""
    known, config = LAYERS[call.function], layer.get("config")
    arguments: dict[str, object] = {"name": config.get("name"), "data_format": "channels_last"}
    for name, item in call.kwargs.items():
        if name in known.arguments and item.value is not None:
            arguments[known.arguments[name]] = _lower(item)
        elif name not in (*known.arguments, "name") and item.value not in (None, False, "NHWC"):
            return f" with `{name}`"
    if len(call.args) != 1 or any(known.arguments[name] not in arguments for name in known.needed):
        return ", called so"
    for item in arguments.values():
        if isinstance(item, JsonPlace) and isinstance(item.value, list):
            sides = item.items()
            if len(sides) != 2 or any(type(side.value) is not int for side in sides):
                return " with such sizes"
    size = arguments.pop("size", None)
    if isinstance(size, JsonPlace):
        if not isinstance(size.value, list):
            return " with such sizes"
        arguments["height"], arguments["width"] = size.items()
    return layer.with_(
        class_name=known.kind,
        module="keras.layers",
        registered_name=None,
        config=JsonPlace(arguments, config.path),
        inbound_nodes=[{"args": call.args, "kwargs": JsonPlace({}, config.path)}],
    )


def _lower(place: JsonPlace) -> JsonPlace:
    """`"SAME"` as Keras writes it."""
    return JsonPlace(place.value.lower(), place.path) if isinstance(place.value, str) else place
