"""A layer's serialised configuration as the spec's layer and its arguments, defaults left out."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from spec_compiler.declaring.choice import Registry
from spec_compiler.declaring.scope import Scope
from spec_compiler.declaring.validated import validated
from spec_compiler.ir.types import DTYPES, POLICIES
from spec_compiler.keras.inner_layers import holds_layers
from spec_compiler.keras.json_data import DEPTH, JsonPlace, class_of, is_custom, plain, too_deep
from spec_compiler.keras.table import CLASSES, row_of
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.applied import Applied
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices.activations import ACTIVATIONS
from spec_compiler.layers.choices.constraints import CONSTRAINTS
from spec_compiler.layers.choices.initializers import INITIALIZERS
from spec_compiler.layers.choices.regularizers import REGULARIZERS
from spec_compiler.refusals import Refusal, Refusals
from spec_compiler.source.node import Plain
from spec_compiler.spelling import nearest

# Read elsewhere, or without meaning for the result.
_NOT_ARGUMENTS = {"name", "trainable", "dtype", "input_length", "implementation"}
_REGISTRIES: Mapping[str, Registry[Any]] = MappingProxyType(
    {"initializer": INITIALIZERS, "regularizer": REGULARIZERS, "constraint": CONSTRAINTS}
)


def layer_of(place: JsonPlace, kind: str) -> tuple[str, dict[str, Plain]]:
    """The spec's layer that does at inference what a Keras layer does, and its arguments.

    Args:
        place: The serialised layer.
        kind: Its class, one of `CLASSES`.

    Raises:
        Refusal: An argument that the spec's layer does not have, or one that is missing.
        Refusals: Values that it cannot hold.
    """
    return kind, _kept(place, kind, _arguments(place.get("config"), kind))


def _arguments(config: JsonPlace, kind: str) -> dict[str, Plain]:
    """What must be given comes first, the rest in the file's order."""
    fields = {
        name: field
        for name, field in LAYERS[kind].model_fields.items()
        if name not in Layer.model_fields
    }
    row = row_of(kind)
    given = {
        name: place
        for name, place in config.entries().items()
        if name not in row.ignored and (name not in row.always or place.value != row.always[name])
    }
    for name, place in given.items():
        if name not in fields and name not in _NOT_ARGUMENTS and place.value is not None:
            raise Refusal(
                "SPC0805",
                f"the argument `{name}` of layer `{config.get('name').value}` has no counterpart",
                argument=place.path,
            )
    for name, field in fields.items():
        if field.is_required() and name not in given:
            raise config.get(name).not_a("given")
    names = sorted(fields.keys() & given.keys(), key=list(given).index)
    names.sort(key=lambda name: not fields[name].is_required())
    arguments: dict[str, Plain] = {}
    for name in names:
        registry = _REGISTRIES.get(name.rpartition("_")[2])
        if holds_layers(kind, name):
            if given[name].value is not None:
                arguments[name] = _inner_layer(given[name], config)
        elif name.endswith("activation"):
            arguments[name] = _activation(given[name])
        elif registry is None:
            arguments[name] = _plain(name, given[name])
        elif given[name].value is not None:  # null is the default initialiser
            arguments[name] = _object(given[name], registry)
    if fault := row.fault(arguments):
        message = f"layer `{config.get('name').value}`: {fault}"
        raise Refusal("SPC0805", message, argument=config.path)
    return row.reduced(arguments)


def _inner_layer(place: JsonPlace, outer: JsonPlace) -> Plain:
    """A layer that is an argument of another, or a list of them."""
    if len(place.path) > 3 * DEPTH:
        raise too_deep(place)
    if isinstance(place.value, list | tuple):
        return [_inner_layer(item, outer) for item in place.items()]
    kind = class_of(place)
    if kind is None:
        raise place.not_a("a layer with `class_name`")
    if is_custom(place) or kind not in CLASSES:
        own = is_custom(place)
        raise Refusal(
            "SPC0804" if own else "SPC0803",
            f"the layer inside of `{outer.get('name').value}` is of class `{kind}`, "
            + ("whose code is not run" if own else "which cannot be imported"),
            argument=(*place.path, "class_name"),
            help="replace it by layers of Keras",
        )
    layer, arguments = layer_of(place, kind)
    config = place.get("config")
    dtype, trainable = dtype_of(config.get("dtype")), config.get("trainable")
    if dtype not in (None, dtype_of(outer.get("dtype"))):
        arguments["dtype"] = dtype
    if trainable.value is not None and not trainable.truth():
        arguments["trainable"] = False
    return {"type": layer, **arguments}


def _plain(name: str, place: JsonPlace) -> Plain:
    """An argument as plain data; a generator of seeds has no part in inference."""
    return None if name == "seed" and class_of(place) else plain(place)


def _kept(place: JsonPlace, kind: str, arguments: dict[str, Plain]) -> dict[str, Plain]:
    """The arguments that are not defaults.

    Raises:
        Refusals: Values that the spec's layer cannot hold.
    """
    layer, config = LAYERS[kind], place.get("config")
    needed = {name for name, field in layer.model_fields.items() if field.is_required()}
    least = {name: value for name, value in arguments.items() if name in needed}
    try:
        full = validated(layer, arguments, Scope(), kind)
        short = validated(layer, least, Scope(), kind)
    except Refusal as refusal:
        raise Refusals(_placed(part, config) for part in refusal.parts) from None
    return {
        name: value
        for name, value in arguments.items()
        if name in needed or not _same(getattr(full, name), getattr(short, name))
    }


def _placed(refusal: Refusal, config: JsonPlace) -> Refusal:
    """A refusal of the spec's layer as one of the file."""
    named = [key for key in refusal.argument[:1] if isinstance(key, str)]
    blamed = config.get(named[0]) if named else config
    return Refusal(
        "SPC0805",
        f"layer `{config.get('name').value}`: {refusal.message}",
        argument=blamed.path,
        annotation=refusal.annotation,
        help=refusal.help,
    )


def dtype_of(place: JsonPlace) -> str | None:
    """The name of a dtype policy, or None where there is none."""
    if place.value is None:
        return None
    kind = class_of(place)
    if kind not in (None, "DTypePolicy") or (kind and is_custom(place)):
        raise Refusal(
            "SPC0805",
            f"the dtype policy `{kind}` has no counterpart",
            argument=place.path,
            help="save the model before `quantize`"
            if (kind or "").startswith("Quantized")
            else "a policy is the name of a dtype, `mixed_float16` or `mixed_bfloat16`",
        )
    named = place.get("config").get("name") if kind else place
    if named.text() not in {*DTYPES, *POLICIES}:
        raise Refusal(
            "SPC0805", f"the dtype `{named.value}` has no counterpart", argument=named.path
        )
    return named.text()


def _object(place: JsonPlace, registry: Registry[Any]) -> Plain:
    """An initialiser, regulariser or constraint: its name, or a mapping with its arguments."""
    kind = class_of(place)
    if kind is None and not isinstance(place.value, str):
        raise place.not_a("a name or an object with `class_name`")
    if kind == "function" or (kind and is_custom(place)):
        raise _custom(place, kind)
    named = kind or place.text()
    choice = registry.by_name.get(named)
    if choice is None:
        raise _unknown(place, named, registry.by_name)
    settings = _settings(place.get("config"), registry, named) if kind else {}
    return {"type": named, **settings} if settings else choice.names[0]


def _activation(place: JsonPlace) -> Plain:
    if place.value is None:
        return "linear"
    kind = class_of(place)
    if kind is None and isinstance(place.value, dict):  # Keras 3 keeps the bytecode of a lambda
        raise _custom(place, "lambda")
    named = place.get("config") if kind == "function" else place
    if kind is None or kind == "function":
        if named.text() in ACTIVATIONS.by_name:
            return named.text()
        if kind == "function":
            raise _custom(place, named.text())
        raise _unknown(place, named.text(), ACTIVATIONS.by_name)
    if is_custom(place):
        raise _custom(place, kind)
    if kind == "Activation":
        return _activation(JsonPlace(place.get("config").get("activation").value, place.path))
    if kind in ACTIVATIONS.by_name:
        settings = _settings(place.get("config"), ACTIVATIONS, kind)
        return {"type": kind, **settings} if settings else kind
    if kind not in LAYERS or not issubclass(layer := LAYERS[kind], Applied):
        raise _unknown(place, kind, LAYERS)
    arguments = _kept(place, kind, _arguments(place.get("config"), kind))
    return validated(layer, arguments, Scope(), kind).function().written()


def _settings(config: JsonPlace, registry: Registry[Any], choice: str) -> dict[str, Plain]:
    """The settings of an object that are not the spec's defaults.

    Args:
        config: Keras's configuration of the object.
        registry: Where it is looked up.
        choice: Its name there.
    """
    fields = registry.by_name[choice].model_fields
    settings: dict[str, Plain] = {}
    for name, place in config.entries().items():
        if name in fields:
            settings[name] = _plain(name, place)
        elif name not in _NOT_ARGUMENTS and place.value is not None:
            raise Refusal("SPC0805", f"{place} has no counterpart", argument=place.path)
    return {
        name: value for name, value in settings.items() if not _same(value, fields[name].default)
    }


def _same(value: object, default: object) -> bool:
    """Whether a value is the default, also where Keras rounded that to float32."""
    if isinstance(value, float) and isinstance(default, float):
        return value in (default, struct.unpack("f", struct.pack("f", default))[0])
    # one axis stands for a list of one
    return value == default or (isinstance(default, tuple) and (value,) == default)


def _unknown(place: JsonPlace, name: str, known: Mapping[str, object]) -> Refusal:
    close = nearest(name, known)
    return Refusal(
        "SPC0805",
        f"`{name}` at {place} is not known",
        argument=place.path,
        help=f"did you mean `{close}`?" if close else "",
    )


def _custom(place: JsonPlace, name: str) -> Refusal:
    return Refusal(
        "SPC0804",
        f"`{name}` at {place} is somebody's own code, which is not run",
        argument=place.path,
        help="write one of Keras's own in its place, and save the model again",
    )
