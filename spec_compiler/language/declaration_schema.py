"""The JSON Schema of a single declaration: what pydantic knows, and what the validators add.

A field that a declaration inherits is a reference to the field of the class that declares it, so
that what many have is written once. The mapping around the fields is never shared: it is closed.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from spec_compiler.declaring.choice import Choice
from spec_compiler.declaring.descriptions import describe_fields, field_words
from spec_compiler.declaring.fields import AXIS_SCHEMA, Declaration
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices import CHOICES
from spec_compiler.training import TRAINING

Schema: TypeAlias = dict[str, Any]

EXTRA: Mapping[str, Any] = {"^x-": True}
"""Keys that pass everywhere."""
PARAM: Mapping[str, Any] = {
    "type": "string",
    "pattern": r"^\$[A-Za-z_]\w*$",
}
_ELSEWHERE: Mapping[str, str] = {
    f"#/$defs/{name}": f"https://specc/{name}"
    for name in (
        *CHOICES,
        *TRAINING,
        "inner",
        "cell",
        "CellUse",
        "Param",
        "DimDeclaration",
        "Output",
        "BlockOutput",
        "Expectation",
        "Values",
        "Label",
        "EarlyStopping",
    )
}
"""Definitions that fields refer to by name, as pydantic is to see them."""


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, for fields that refer to definitions made elsewhere."""

    def __init__(self) -> None:
        super().__init__(by_alias=True, ref_template="#/$defs/{model}")
        self.met: dict[str, type[BaseModel]] = {}  # by the keys of their definitions

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """As pydantic does; which declarations there are is remembered."""
        self.met[schema["cls"].__name__] = schema["cls"]
        return super().model_schema(schema)

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        """As pydantic does; definitions made elsewhere become addresses, which it leaves alone."""
        return _renamed(super().generate_inner(schema), _ELSEWHERE)

    def encode_default(self, dft: Any) -> Any:
        """A default as authors write it."""
        if isinstance(dft, Choice):
            return dft.written()
        plain = getattr(dft, "plain", None)
        return plain() if callable(plain) else super().encode_default(dft)


def describe_language() -> None:
    """Give every field of the language its words, for which all layers and choices are loaded."""
    tuple(LAYERS.values())
    for registry in (*CHOICES.values(), *TRAINING.values()):
        tuple(registry.by_name.values())
    describe_fields()


def declaration_schema(
    cls: type[BaseModel],
    definitions: dict[str, Schema] | None = None,
    *,
    params: bool = True,
    name: str | None = None,
) -> Schema:
    """The closed schema of a declaration; what it refers to joins the definitions.

    Args:
        cls: The declaration.
        definitions: Gets the schema under `name`, if there is one, and the fields that are
            inherited. Without it every field is written in full.
        params: Whether `$name` may stand for its values.
        name: The key of the definition.
    """
    describe_language()
    if not cls.__pydantic_complete__:
        cls.model_rebuild(force=True)
    generator = _Generator()
    found = generator.generate(cls.__pydantic_core_schema__, "validation")
    schema: Schema = _renamed(found, {new: old for old, new in _ELSEWHERE.items()})
    nested: dict[str, Schema] = schema.pop("$defs", {})
    own = _polished(cls, schema, params)
    own["description"] = inspect.cleandoc(cls.__doc__ or "")
    if definitions is None:
        return own
    for key, inner in nested.items():
        if key not in definitions:
            definitions[key] = _polished(generator.met[key], inner, params)
            _share_fields(generator.met[key], definitions[key], definitions)
    _share_fields(cls, own, definitions)
    if name is not None:
        definitions[name] = own
    return own


def alone(
    cls: type[Declaration], *, params: bool
) -> tuple[Schema, dict[str, tuple[type[Declaration], Schema]]]:
    """The schema of a declaration, and those of the ones in it with their classes by name.

    Nothing else is loaded, and every field is written in full.
    """
    if not cls.__pydantic_complete__:
        cls.model_rebuild()
    generator = _Generator()
    found = generator.generate(cls.__pydantic_core_schema__, "validation")
    schema: Schema = _renamed(found, {new: old for old, new in _ELSEWHERE.items()})
    nested: dict[str, Schema] = schema.pop("$defs", {})
    inside = {
        key: (owner, _described(owner, _polished(owner, inner, params)))
        for key, inner in nested.items()
        if issubclass(owner := generator.met[key], Declaration)
    }
    return _described(cls, _polished(cls, schema, params)), inside


def _described(cls: type[BaseModel], schema: Schema) -> Schema:
    """The schema, with the words of the class and of its fields."""
    words = field_words(cls)
    for name, field in cls.model_fields.items():
        key = field.alias or name
        if name in words and key in schema["properties"]:
            schema["properties"][key]["description"] = words[name]
    schema["description"] = inspect.cleandoc(cls.__doc__ or "")
    return schema


def _share_fields(cls: type[BaseModel], schema: Schema, definitions: dict[str, Schema]) -> None:
    """Replace the fields that a declaration inherits by references."""
    for name, field in cls.model_fields.items():
        declaring = next(base for base in cls.__mro__ if name in inspect.get_annotations(base))
        if declaring is not cls:
            key = field.alias or name
            shared = f"{declaring.__name__}.{key}"
            definitions[shared] = schema["properties"][key]
            schema["properties"][key] = {"$ref": f"#/$defs/{shared}"}


def _polished(cls: type[BaseModel], schema: Schema, params: bool) -> Schema:
    """A closed mapping without noise, with what validators accept besides what pydantic knows."""
    owners = [owner.__name__ for owner in cls.__mro__]
    schema.pop("title", None)
    schema["patternProperties"] = dict(EXTRA)
    for key, field in schema.get("properties", {}).items():
        field.pop("title", None)
        known = next((_WRITTEN[at, key] for at in owners if (at, key) in _WRITTEN), None)
        if known is not None:
            kept = {key: field[key] for key in ("description", "default") if key in field}
            field.clear()
            field.update(kept | dict(known))
        if field.get("default", 0) in (None, [], {}, ()):
            del field["default"]
        for option in field.get("anyOf", ()):
            # an editor would show it instead of the field's own
            option.pop("description", None)
        if field.get("type") == "object":
            field["patternProperties"] = dict(EXTRA)
        if params and not _takes_params(field):
            schema["properties"][key] = _or_param(field)
    return schema


def _or_param(field: Schema) -> Schema:
    outer = {key: field.pop(key) for key in ("description", "default") if key in field}
    options = field["anyOf"] if list(field) == ["anyOf"] else [field]
    return {"anyOf": [*options, {"$ref": "#/$defs/param"}], **outer}


def _takes_params(field: Schema) -> bool:
    """Whether any text is accepted, or a definition that itself takes params."""
    options = field.get("anyOf", [field])
    return not field or any(
        (option.get("type") == "string" and "pattern" not in option)
        or option.get("$ref", "").removeprefix("#/$defs/") in {*CHOICES, *TRAINING}
        for option in options
    )


_WRITTEN: Mapping[tuple[str, str], Schema] = {
    ("Layer", "input_spec"): {
        "anyOf": [
            {"$ref": "#/$defs/InputSpec"},
            {"type": "array", "items": {"$ref": "#/$defs/InputSpec"}},
            {"type": "null"},
        ]
    },
    ("Edges", "mask"): {
        "anyOf": [{"enum": ["drop", "pass"]}, {"type": "string"}, {"type": "null"}]
    },
    ("InputSpec", "axes"): {
        "type": "object",
        "propertyNames": {"pattern": "^(?:-?[0-9]+|x-.*)$"},
        "additionalProperties": {"type": ["integer", "null"]},
    },
    ("Claim", "mask"): {
        "anyOf": [{"const": "none"}, {"type": "array", "items": AXIS_SCHEMA}, {"type": "null"}]
    },
    ("Input", "mask"): {"type": "boolean"},
    ("Input", "tensor"): {
        "anyOf": [
            {"type": ["number", "boolean", "array", "null"]},
            {"$ref": "#/$defs/TensorFile"},
        ]
    },
}
"""Fields whose validators take more, or less, than their types say."""


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """The same schema with other references."""
    if is_list(schema):
        return [_renamed(item, names) for item in schema]
    if not is_mapping(schema):
        return schema
    changed: Schema = {key: _renamed(value, names) for key, value in schema.items()}
    if isinstance(changed.get("$ref"), str):
        changed["$ref"] = names.get(changed["$ref"], changed["$ref"])
    return changed
