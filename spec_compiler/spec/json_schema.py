"""JSON Schema of the language, for editors and for checks outside specc; made from the declarations.

A name of a param, `$name`, may stand for any value below the header, and `x-` keys on any node.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from spec_compiler.layers import LAYERS
from spec_compiler.layers.activations import ACTIVATIONS
from spec_compiler.layers.constraints import CONSTRAINTS
from spec_compiler.layers.initializers import INITIALIZERS
from spec_compiler.layers.layer import Layer
from spec_compiler.layers.regularizers import REGULARIZERS
from spec_compiler.notation.choice import Choice, Registry
from spec_compiler.spec.document import Header, Output, Param
from spec_compiler.spec.document import DimDeclaration as Dim
from spec_compiler.spec.expand import NAME, Reuse
from spec_compiler.spec.inputs import Input, TensorFile

Schema: TypeAlias = dict[str, Any]

DRAFTS: Mapping[str, str] = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft-07": "http://json-schema.org/draft-07/schema#",
}
REGISTRIES: Mapping[str, Registry[Any]] = {
    "activation": ACTIVATIONS,
    "initializer": INITIALIZERS,
    "regularizer": REGULARIZERS,
    "constraint": CONSTRAINTS,
}
_ELSEWHERE: Mapping[str, str] = {
    f"#/$defs/{name}": f"https://specc/{name}"
    for name in (*REGISTRIES, "Param", "DimDeclaration", "Output")
}
"""Definitions that fields refer to by name, as pydantic is to see them."""
_EXTRA = {"^x-": True}
_NAMES: Schema = {"pattern": f"^(?:x-.*|{NAME.pattern})$"}
_PARAM_NAME: Schema = {
    "type": "string",
    "pattern": r"^\$[A-Za-z_]\w*$",
    "description": "The value of a param.",
}
_AXIS: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}, {"type": "null"}]}


def language_schema(draft: str = "2020-12") -> Schema:
    """The schema of a spec.

    Args:
        draft: A key of `DRAFTS`.
    """
    definitions: dict[str, Schema] = {"param": dict(_PARAM_NAME)}
    for kind, registry in REGISTRIES.items():
        definitions |= _choices(kind, registry)
    definitions["layer"] = _layer(definitions)
    header = _declaration(Header, definitions, params=False)
    _declaration(Param, definitions, params=False, name="Param")
    _declaration(Dim, definitions, params=False, name="DimDeclaration")
    for declaration in (Input, Output, TensorFile):
        _declaration(declaration, definitions, name=declaration.__name__)
    schema: Schema = {
        "$schema": DRAFTS["2020-12"],
        "title": "A spec of specc",
        "description": "A model: its inputs, its layers and its outputs.",
        "type": "object",
        "properties": {**header["properties"], **_sections()},
        "required": ["specc", "inputs", "layers"],
        "additionalProperties": False,
        "patternProperties": dict(_EXTRA),
        "$defs": dict(sorted(definitions.items())),
    }
    schema["properties"]["specc"] |= {"const": 1}
    return schema if draft == "2020-12" else _draft_07(schema)


def _sections() -> dict[str, Schema]:
    """The keys that are not in the header."""
    return {
        "inputs": {
            "type": "object",
            "description": "What is fed, by name; the order is that of the file.",
            "additionalProperties": {"$ref": "#/$defs/Input"},
            "propertyNames": dict(_NAMES),
            "patternProperties": dict(_EXTRA),
            "minProperties": 1,
        },
        "layers": {
            "type": "array",
            "description": "The layers; without `from`, each is fed by the one above.",
            "items": {"$ref": "#/$defs/layer"},
            "minItems": 1,
        },
        "outputs": {
            "description": "Names of layers, or claims by name. Default: the last layer.",
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1, "uniqueItems": True},
                {
                    "type": "object",
                    "additionalProperties": {
                        "anyOf": [
                            {"type": "string"},
                            {"type": "null"},
                            {"$ref": "#/$defs/Output"},
                        ]
                    },
                    "patternProperties": dict(_EXTRA),
                    "minProperties": 1,
                },
                {"type": "null"},
            ],
        },
    }


# --- layers and choices ------------------------------------------------------------------------


def _layer(definitions: dict[str, Schema]) -> Schema:
    """An item of `layers`; `type` decides which of the closed definitions it must satisfy."""
    reuse = "layer.reuse"
    _declaration(Reuse, definitions, name=reuse)
    for name, cls in LAYERS.items():
        own = _declaration(cls, definitions, name=f"layer.{name}")
        own["properties"]["type"] = {"const": name, "description": own["description"]}
        own["required"] = ["type", *own.get("required", [])]
    return {
        "type": "object",
        "properties": {
            "type": {"enum": list(LAYERS), "description": "The kind of layer."},
            "reuse": {"type": "string", "description": inspect.getdoc(Reuse) or ""},
        },
        "if": {"required": ["reuse"]},
        "then": {"$ref": f"#/$defs/{reuse}"},
        "else": {
            "required": ["type"],
            "allOf": [_when(name, f"layer.{name}") for name in LAYERS],
        },
    }


def _choices(kind: str, registry: Registry[Any]) -> dict[str, Schema]:
    """Things that are chosen by name, or by a mapping with `type` and their arguments."""
    definitions: dict[str, Schema] = {}
    branches: list[Schema] = []
    for choice in registry.choices:
        name = f"{kind}.{choice.names[0]}"
        own = _declaration(choice, definitions, name=name)
        names = {"enum": list(choice.names), "description": own["description"]}
        own["properties"] = {"type": names, **own["properties"]}
        own["required"] = ["type", *own.get("required", [])]
        branches.append(_when(list(choice.names), name))
    plain = [name for name, choice in registry.by_name.items() if not _needs(choice)]
    definitions[kind] = {
        "anyOf": [
            {"enum": plain, "description": f"{registry.what[0].upper()}{registry.what[1:]}."},
            {
                "type": "object",
                "properties": {"type": {"enum": list(registry.by_name)}},
                "required": ["type"],
                "allOf": branches,
            },
            {"$ref": "#/$defs/param"},
        ]
    }
    return definitions


def _needs(choice: type[Choice]) -> bool:
    return any(field.is_required() for field in choice.model_fields.values())


def _when(names: str | list[str], definition: str) -> Schema:
    wanted: Schema = {"const": names} if isinstance(names, str) else {"enum": names}
    return {
        "if": {"properties": {"type": wanted}, "required": ["type"]},
        "then": {"$ref": f"#/$defs/{definition}"},
    }


# --- declarations ------------------------------------------------------------------------------


class _Generator(GenerateJsonSchema):
    """Pydantic's generator, for fields that refer to definitions made elsewhere."""

    def generate_inner(self, schema: Any) -> JsonSchemaValue:
        """As pydantic does; definitions made elsewhere become web addresses, which it leaves alone."""
        return _renamed(super().generate_inner(schema), _ELSEWHERE)

    def encode_default(self, dft: Any) -> Any:
        """A default as authors write it; None, which is left out, where there is nothing to write."""
        if isinstance(dft, Choice):
            return dft.written()
        plain = getattr(dft, "plain", None)
        return plain() if callable(plain) else super().encode_default(dft)


def _declaration(
    cls: type[BaseModel],
    definitions: dict[str, Schema],
    *,
    params: bool = True,
    name: str | None = None,
) -> Schema:
    """The closed schema of a declaration; what it refers to joins the definitions.

    Args:
        cls: The declaration.
        definitions: Gets the schema under `name`, if there is one.
        params: Whether `$name` may stand for its values.
        name: The key of the definition.
    """
    if not cls.__pydantic_complete__:
        cls.model_rebuild(force=True)
    generator = _Generator(by_alias=True, ref_template="#/$defs/{model}")
    found = generator.generate(cls.__pydantic_core_schema__, "validation")
    schema: Schema = _renamed(found, {new: old for old, new in _ELSEWHERE.items()})
    nested: dict[str, Schema] = schema.pop("$defs", {})
    for key, inner in nested.items():
        definitions.setdefault(key, _polished(key, inner, params))
    own = _polished(cls.__name__, schema, params)
    own["description"] = inspect.cleandoc(cls.__doc__ or "")
    if name is not None:
        definitions[name] = own
    return own


def _polished(owner: str, schema: Schema, params: bool) -> Schema:
    """A closed mapping without noise, with what validators accept besides what pydantic knows."""
    schema.pop("title", None)
    schema["patternProperties"] = dict(_EXTRA)
    for key, field in schema.get("properties", {}).items():
        field.pop("title", None)
        known = _WRITTEN.get((owner, key)) or _WRITTEN.get((Layer.__name__, key))
        if known is not None:
            field.pop("anyOf", None), field.pop("type", None), field.pop("items", None)
            field.update(known)
        if field.get("default", 0) in (None, [], {}, ()):
            del field["default"]
        if field.get("type") == "object":
            field["patternProperties"] = dict(_EXTRA)
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
        option.get("type") == "string"
        and "pattern" not in option
        or option.get("$ref", "").removeprefix("#/$defs/") in REGISTRIES
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
    ("Layer", "mask"): {
        "anyOf": [{"enum": ["drop", "pass"]}, {"type": "string"}, {"type": "null"}]
    },
    ("InputSpec", "axes"): {
        "type": "object",
        "propertyNames": {"pattern": "^(?:-?[0-9]+|x-.*)$"},
        "additionalProperties": {"type": ["integer", "null"]},
    },
    ("Claim", "mask"): {
        "anyOf": [{"const": "none"}, {"type": "array", "items": _AXIS}, {"type": "null"}]
    },
    ("Output", "mask"): {
        "anyOf": [{"const": "none"}, {"type": "array", "items": _AXIS}, {"type": "null"}]
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


# --- references --------------------------------------------------------------------------------


def _renamed(schema: Any, names: Mapping[str, str]) -> Any:
    """The same schema with other references."""
    if isinstance(schema, list):
        return [_renamed(item, names) for item in schema]  # type: ignore[reportUnknownVariableType]
    if not isinstance(schema, dict):
        return schema
    changed: Schema = {key: _renamed(value, names) for key, value in schema.items()}  # type: ignore[reportUnknownVariableType]
    if isinstance(changed.get("$ref"), str):
        changed["$ref"] = names.get(changed["$ref"], changed["$ref"])
    return changed


# --- an older draft ----------------------------------------------------------------------------


def _draft_07(schema: Any) -> Any:
    """The same schema in draft 7: definitions have another key, and `$ref` stands alone."""
    if isinstance(schema, list):
        return [_draft_07(item) for item in schema]  # type: ignore[reportUnknownVariableType]
    if not isinstance(schema, dict):
        if isinstance(schema, str):
            schema = schema.replace("#/$defs/", "#/definitions/")
            return DRAFTS["draft-07"] if schema == DRAFTS["2020-12"] else schema
        return schema
    changed: Schema = {
        "definitions" if key == "$defs" else key: _draft_07(value)
        for key, value in schema.items()  # type: ignore[reportUnknownVariableType]
    }
    if isinstance(changed.get("$ref"), str) and len(changed) > 1:
        changed["allOf"] = [*changed.get("allOf", []), {"$ref": changed.pop("$ref")}]
    return changed
