"""A layer's serialised configuration as the arguments that a spec writes, defaults left out."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from spec_compiler.diagnostics import Refusal, nearest
from spec_compiler.importing.keras_json import Place, class_of, is_custom, plain
from spec_compiler.importing.keras_table import ACTIVATION_LAYERS, INERT
from spec_compiler.ir.types import DTYPES, POLICIES
from spec_compiler.layers import LAYERS
from spec_compiler.layers.activations import ACTIVATIONS
from spec_compiler.layers.constraints import CONSTRAINTS
from spec_compiler.layers.initializers import INITIALIZERS
from spec_compiler.layers.layer import Layer
from spec_compiler.layers.regularizers import REGULARIZERS
from spec_compiler.notation.choice import Choice, Registry
from spec_compiler.notation.scope import Scope
from spec_compiler.notation.validated import Refusals, validated
from spec_compiler.source.node import Plain

# Read elsewhere, or without meaning for the result.
_NOT_ARGUMENTS = {"name", "trainable", "dtype", "input_length", "implementation"}
_REGISTRIES: Mapping[str, Registry[Choice]] = MappingProxyType(
    {
        "_initializer": INITIALIZERS,
        "_regularizer": REGULARIZERS,
        "_constraint": CONSTRAINTS,
    }
)


def layer_of(place: Place, kind: str) -> tuple[str, dict[str, Plain]]:
    """The spec's layer that does at inference what a Keras layer does, and its arguments.

    Args:
        place: The serialised layer.
        kind: Its class, one of `CLASSES`.

    Raises:
        Refusal: An argument that the spec's layer does not have, or cannot do without.
        Refusals: Values that it cannot hold.
    """
    if kind in INERT:
        return "Identity", {}
    config = place.get("config")
    if kind in ACTIVATION_LAYERS:
        return "Activation", _checked(config, "Activation", {"activation": _activation(place)})
    return kind, _checked(config, kind, _arguments(config, kind))


def _arguments(config: Place, kind: str) -> dict[str, Plain]:
    """The arguments that the file gives: those that must be given first, then in its order."""
    fields, given = _fields(kind), config.entries()
    for name, place in given.items():
        if name not in fields and name not in _NOT_ARGUMENTS and place.value is not None:
            raise Refusal(
                "SPC0805",
                f"the argument `{name}` of layer `{config.get('name').value}` has no counterpart",
                argument=place.path,
            )
    required = [name for name, required in fields.items() if required]
    for name in required:
        if name not in given:
            raise config.get(name).not_a("given")
    names = (*required, *(name for name in given if not fields.get(name, True)))
    arguments = {name: _argument(name, given[name]) for name in names}
    # Keras takes null for the default initialiser.
    return {name: value for name, value in arguments.items() if value is not None or name in ()}


def _fields(kind: str) -> dict[str, bool]:
    """The names of a layer's own arguments, and whether they must be given."""
    common = {*Layer.model_fields, "type"}
    return {
        name: field.is_required()
        for name, field in LAYERS[kind].model_fields.items()
        if name not in common
    }
