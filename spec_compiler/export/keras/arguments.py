"""A layer's settings as the arguments of Keras's class, and as Python has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from spec_compiler.declaring.choice import Choice
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.export.keras.model import Argument, KerasObject
from spec_compiler.ir.dims import Dim
from spec_compiler.keras.table import ROWS, Row
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.base.trained import Training
from spec_compiler.layers.choices.activations import ActivationFunction
from spec_compiler.layers.choices.constraints import Constraint
from spec_compiler.layers.choices.initializers import Initializer
from spec_compiler.layers.choices.regularizers import Regularizer

_ACTIVATION_LAYERS: Mapping[str, str] = MappingProxyType(
    {"relu": "ReLU", "leaky_relu": "LeakyReLU", "elu": "ELU"}
)
"""Activations whose arguments a layer of Keras takes: as it is, it is the activation."""
_KINDS: tuple[tuple[type[Choice], str], ...] = (
    (Initializer, "initializers"),
    (Regularizer, "regularizers"),
    (Constraint, "constraints"),
)
"""The modules of the other choices, whose classes are called as in Keras."""


_NEVER_BY_NAME = frozenset({"constant"})
"""Choices that Keras cannot make of a name, though their arguments have defaults."""


class NotInKerasError(Exception):
    """A value that Keras's class has no argument for: the layer is written as one of our own."""


def arguments_of(layer: Layer) -> dict[str, Argument]:
    """The arguments of Keras's class: what is not a default, and what must be given.

    Raises:
        NotInKerasError: one of them has no form there.
    """
    of_call = ROWS.get(type(layer).__name__, Row()).settings
    plain = layer.arguments()
    found: dict[str, Argument] = {}
    fields = type(layer).model_fields
    for name in sorted(fields, key=lambda name: not fields[name].is_required()):
        field = fields[name]
        if name in Layer.model_fields or name in of_call or name == "doc":
            continue
        value = getattr(layer, name)
        if field.is_required() or value != field.get_default(call_default_factory=True):
            key = field.alias or name
            found[key] = _argument(value, plain[key])
    return found


def required(layer: type[Layer]) -> str:
    """The argument that is written without its name: the only one that must be given."""
    needed = [name for name, field in layer.model_fields.items() if field.is_required()]
    return needed[0] if len(needed) == 1 else ""


def activity_of(layer: Layer) -> str:
    """The penalty on what a layer gives as an object of Python's; empty where there is none."""
    regularizer = vars(layer).get("activity_regularizer")
    if regularizer is None:
        return ""
    said = _argument(regularizer)
    return f"regularizers.get({python(said)})" if isinstance(said, str) else python(said)


def of_weight(training: Training) -> dict[str, Argument]:
    """What `add_weight` is told of a weight."""
    # of a bias with ones for the forget gate, Keras knows what the other gates begin with
    initializer = getattr(training.initializer, "rest", training.initializer)
    found: dict[str, Argument] = {"initializer": _argument(initializer)}
    if training.regularizer is not None:
        found["regularizer"] = _argument(training.regularizer)
    if training.constraint is not None:
        found["constraint"] = _argument(training.constraint)
    return found


def _argument(value: object, plain: Any = None) -> Argument:
    """A value as Keras takes it; `plain` is the same as the spec's data."""
    if isinstance(value, Choice):
        return _choice(value)
    if isinstance(value, Layer):
        inner = type(value)
        return KerasObject(f"layers.{inner.__name__}", arguments_of(value), required(inner))
    if isinstance(value, Dim):
        raise NotInKerasError(f"the size `{value}` is known only from the data")
    if isinstance(value, tuple) or is_list(value):
        items = cast("list[object]", value)
        if any(isinstance(item, Dim | Choice | Layer) for item in items):
            return cast("Argument", [_argument(item) for item in items])
    return cast("Argument", value if plain is None else plain)


def _choice(choice: Choice) -> Argument:
    settings = {
        name: value
        for name, field in type(choice).model_fields.items()
        if name != "doc" and (value := getattr(choice, name)) != field.default
    }
    name = choice.names[0]
    if not settings and name not in _NEVER_BY_NAME:
        return name
    plain = cast("dict[str, Any]", choice.written())
    arguments = {key: _argument(value, plain[key]) for key, value in settings.items()}
    if isinstance(choice, ActivationFunction):
        if name not in _ACTIVATION_LAYERS:
            raise NotInKerasError(f"Keras takes `{name}` by its name alone, without arguments")
        return KerasObject(f"layers.{_ACTIVATION_LAYERS[name]}", arguments)
    for kind, module in _KINDS:
        if isinstance(choice, kind):
            return KerasObject(f"{module}.{type(choice).__name__}", arguments)
    raise NotInKerasError(f"Keras has no form for `{name}`")


def python(value: Argument) -> str:
    """An argument as Python has it."""
    if isinstance(value, KerasObject):
        return written(value)
    if isinstance(value, float):
        return repr(value) if abs(value) < float("inf") else f'float("{value}")'
    if is_list(value):
        return f"[{', '.join(map(python, cast('list[Argument]', value)))}]"
    if is_mapping(value):
        entries = cast("Mapping[str, Argument]", value).items()
        return f"{{{', '.join(f'{quoted(key)}: {python(item)}' for key, item in entries)}}}"
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    """A text as Python has it, in ASCII, between double quotes where it can be."""
    said = ascii(text)
    if said.startswith("'") and '"' not in text and "\\" not in said:
        return f'"{said[1:-1]}"'
    return said


def written(made: KerasObject, **more: str) -> str:
    """A call of a class; `more` are keywords that are written already."""
    parts: list[str] = []
    for name, value in made.arguments.items():
        text = python(value)
        parts.append(text if name == made.first and not parts else f"{name}={text}")
    parts += [f"{name}={text}" for name, text in more.items()]
    return f"{made.cls}({', '.join(parts)})"
