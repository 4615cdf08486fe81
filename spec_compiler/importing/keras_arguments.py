"""A layer's serialised configuration as the arguments that a spec writes, defaults left out."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from types import MappingProxyType

from spec_compiler.diagnostics import Refusal, nearest
from spec_compiler.importing.keras_json import Place, class_of, is_custom, plain
from spec_compiler.importing.keras_table import (
    ACTIVATION_LAYERS,
    ACTIVATIONS,
    CONSTRAINTS,
    DTYPES,
    INITIALIZERS,
    REGULARIZERS,
    REQUIRED,
    Row,
)
from spec_compiler.source.node import Plain

# Read elsewhere, or without meaning for the result.
_NOT_ARGUMENTS = {"name", "trainable", "dtype", "input_length", "implementation"}
_ALIASES = {"normal": "random_normal", "uniform": "random_uniform", "zero": "zeros", "one": "ones"}
_NAMED = "built-in names only, or the class of the object"


def arguments_of(config: Place, row: Row) -> dict[str, Plain]:
    """The arguments of a layer in the order of its row.

    Raises:
        Refusal: An argument that the spec's layer does not have, or a value that it cannot hold.
    """
    given = config.entries()
    for name, place in given.items():
        if name not in row.defaults and name not in _NOT_ARGUMENTS and place.value is not None:
            raise Refusal(
                "SPC0805",
                f"the argument `{name}` of layer `{config.get('name').value}` has no counterpart",
                argument=place.path,
            )
    arguments: dict[str, Plain] = {}
    for name, default in row.defaults.items():
        if name not in given:
            if default is REQUIRED:
                raise config.get(name).not_a("given")
            continue
        value = _argument(name, given[name], default)
        if not same(value, default):
            arguments[name] = value
    return arguments


def dtype_of(place: Place) -> str | None:
    """The name of a dtype policy, or None where there is none."""
    if place.value is None:
        return None
    kind = class_of(place)
    if kind not in (None, "DTypePolicy") or (kind and is_custom(place)):
        raise Refusal(
            "SPC0805",
            f"the dtype policy `{kind}` has no counterpart",
            argument=place.path,
            help="a policy is the name of a dtype, `mixed_float16` or `mixed_bfloat16`",
        )
    named = place.get("config").get("name") if kind else place
    if named.text() not in DTYPES:
        raise Refusal(
            "SPC0805", f"the dtype `{named.value}` has no counterpart", argument=named.path
        )
    return named.text()


def same(value: Plain, default: Plain) -> bool:
    """Whether a value is the default, also where Keras rounded that to float32."""
    if default is REQUIRED or value == default:
        return default is not REQUIRED
    if isinstance(value, float) and isinstance(default, float):
        return value == struct.unpack("f", struct.pack("f", default))[0]
    return False


def _argument(name: str, place: Place, default: Plain) -> Plain:
    if name.endswith("activation"):
        return _activation(place)
    for suffix, table in _OBJECTS.items():
        if name.endswith(suffix):
            # Keras takes null for the default initialiser.
            return default if place.value is None else _object(place, table)
    return plain(place)


_OBJECTS: Mapping[str, Mapping[str, Mapping[str, Plain]]] = MappingProxyType(
    {"_initializer": INITIALIZERS, "_regularizer": REGULARIZERS, "_constraint": CONSTRAINTS}
)


def _object(place: Place, table: Mapping[str, Mapping[str, Plain]]) -> Plain:
    """An initialiser, regulariser or constraint: its name, or a mapping with its arguments."""
    names = {snake_case(kind): kind for kind in table} | {kind: kind for kind in table}
    if isinstance(place.value, str):
        kind = names.get(_ALIASES.get(place.text(), place.text()))
        if kind is None:
            raise _unknown(place, place.text(), names)
        return snake_case(kind)
    kind = class_of(place)
    if kind is None:
        raise place.not_a("a name or an object with `class_name`")
    if is_custom(place) or kind == "function":
        raise _custom(place, kind)
    if kind not in table:
        raise _unknown(place, kind, names)
    settings = _settings(place.get("config"), table[kind])
    return {"type": kind, **settings} if settings else snake_case(kind)


def _activation(place: Place) -> Plain:
    if place.value is None:
        return "linear"
    kind = class_of(place)
    named = place.get("config") if kind == "function" else place
    if kind is None or kind == "function":
        if named.text() in ACTIVATIONS:
            return named.text()
        if kind == "function":
            raise _custom(place, named.text())
        raise _unknown(place, named.text(), dict.fromkeys(ACTIVATIONS, ""))
    if is_custom(place):
        raise _custom(place, kind)
    if kind == "Activation":
        return _activation(Place(place.get("config").get("activation").value, place.path))
    if kind not in ACTIVATION_LAYERS:
        raise _unknown(place, kind, dict.fromkeys(ACTIVATION_LAYERS, ""))
    name, defaults = ACTIVATION_LAYERS[kind]
    settings = _settings(place.get("config"), defaults)
    return {"type": name, **settings} if settings else name


def _settings(config: Place, defaults: Mapping[str, Plain]) -> dict[str, Plain]:
    settings: dict[str, Plain] = {}
    for name, place in config.entries().items():
        if name in defaults:
            value = None if name == "seed" and class_of(place) else plain(place)
            if not same(value, defaults[name]):
                settings[name] = value
        elif name not in _NOT_ARGUMENTS and place.value is not None:
            raise Refusal("SPC0805", f"{place} has no counterpart", argument=place.path)
    return settings


def snake_case(kind: str) -> str:
    """A class's name as Keras writes it in text: `GlorotUniform` is `glorot_uniform`."""
    if kind.startswith("L1") or kind in ("L2", "STFT"):
        return kind.lower()
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()


def _unknown(place: Place, name: str, known: Mapping[str, object]) -> Refusal:
    close = nearest(name, known)
    return Refusal(
        "SPC0805",
        f"`{name}` at {place} is not known",
        argument=place.path,
        help=f"did you mean `{close}`?" if close else "",
    )


def _custom(place: Place, name: str) -> Refusal:
    return Refusal(
        "SPC0804",
        f"`{name}` at {place} is somebody's own code, which is not run",
        argument=place.path,
        help=f"{_NAMED} of Keras can be imported: replace it and save the model again",
    )
