"""JSON Schema of the language, for editors and for checks outside specc.

A name of a param, `$name`, may stand for any value below the header, and `x-` keys on any node.
Editors show the description of the innermost schema that fits a value, so alternatives have none:
what is shown is the description of the field, or of the thing that was chosen.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from spec_compiler.declaring.choice import Choice, Registry
from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.language.blocks import BlockDeclaration, BlockOutput
from spec_compiler.language.declaration_schema import EXTRA, PARAM, Schema, declaration_schema
from spec_compiler.language.document import RUNS, Header, Param
from spec_compiler.language.document import DimDeclaration as Dim
from spec_compiler.language.inputs import Input, TensorFile, Values
from spec_compiler.language.items import Reuse
from spec_compiler.language.json_layout import laid_out
from spec_compiler.language.names import NAME
from spec_compiler.language.outputs import Output
from spec_compiler.language.tests import Expectation, SpecTest
from spec_compiler.language.train import EarlyStopping, Label, Train
from spec_compiler.language.use import CellUse, Use
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.inner_layer import OF_CALLS
from spec_compiler.layers.base.interface import ByAuthor, ByInner, Ports, Roles, Several
from spec_compiler.layers.choices import CHOICES
from spec_compiler.training import TRAINING

DRAFTS: Mapping[str, str] = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "draft-07": "http://json-schema.org/draft-07/schema#",
}
_NAMES: Schema = {"pattern": f"^(?:x-.*|{NAME.pattern})$"}


def language_schema(draft: str = "2020-12") -> Schema:
    """The schema of a spec.

    Args:
        draft: A key of `DRAFTS`.
    """
    definitions: dict[str, Schema] = {"param": dict(PARAM)}
    for kind, registry in (*CHOICES.items(), *TRAINING.items()):
        definitions |= _choices(kind, registry)
    definitions["layer"] = _layer(definitions)
    definitions["inner"] = _inner()
    definitions["cell"] = _cell(definitions)
    header = declaration_schema(Header, definitions, params=False)
    param = declaration_schema(Param, definitions, params=False, name="Param")
    param["anyOf"] = [{"required": [key]} for key in ("type", "value")]
    del param["required"]
    declaration_schema(Dim, definitions, params=False, name="DimDeclaration")
    for declaration in (Input, Output, TensorFile, Values, Expectation, SpecTest):
        declaration_schema(declaration, definitions, name=declaration.__name__)
    for declaration in (Label, EarlyStopping, Train):
        declaration_schema(declaration, definitions, name=declaration.__name__)
    use = declaration_schema(Use, definitions, name="layer.use")
    use["properties"]["repeat"] = {"type": ["integer", "string"]}
    for field in ("share", "residual"):
        use["properties"][field].pop("anyOf", None)
        use["properties"][field]["type"] = ["boolean", "string"]
    declaration_schema(BlockOutput, definitions, name="BlockOutput")
    block = declaration_schema(BlockDeclaration, definitions, params=False, name="Block")
    block["properties"]["layers"] = {"type": "array", "items": {"$ref": "#/$defs/layer"}}
    schema: Schema = {
        "$schema": DRAFTS["2020-12"],
        "title": "A spec of specc",
        "description": "A model: its inputs, its layers and its outputs.",
        "type": "object",
        "properties": {**header["properties"], **sections()},
        "required": ["specc"],
        # a file that holds blocks only is for others to import
        "if": {
            "anyOf": [{"required": [key]} for key in RUNS] + [{"not": {"required": ["blocks"]}}]
        },
        "then": {"required": ["inputs", "layers"]},
        "additionalProperties": False,
        "patternProperties": dict(EXTRA),
        "$defs": dict(sorted(definitions.items())),
    }
    schema["properties"]["specc"] |= {"const": 1}
    return schema if draft == "2020-12" else _draft_07(schema)


def schema_text(draft: str = "2020-12") -> str:
    """The schema of a spec as it is published; see `language_schema`."""
    return laid_out(language_schema(draft))


def sections() -> dict[str, Schema]:
    """The keys that are not in the header."""
    return {
        "defaults": {
            "type": "object",
            "description": "Arguments of every layer of a type that does not say otherwise.",
            "propertyNames": {"anyOf": [{"enum": [*LAYERS, "doc"]}, {"pattern": "^x-"}]},
        },
        "blocks": {
            "type": "object",
            "description": "Lists of layers to `use`, by name.",
            "additionalProperties": {"$ref": "#/$defs/Block"},
            "propertyNames": dict(_NAMES),
            "patternProperties": dict(EXTRA),
        },
        "inputs": {
            "type": "object",
            "description": "What is fed, by name; the order is that of the file.",
            "additionalProperties": {"$ref": "#/$defs/Input"},
            "propertyNames": dict(_NAMES),
            "patternProperties": dict(EXTRA),
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
                    "patternProperties": dict(EXTRA),
                    "minProperties": 1,
                },
                {"type": "null"},
            ],
        },
        "tests": {
            "type": "array",
            "description": "Tests of the model; `specc test` runs them.",
            "items": {"$ref": "#/$defs/SpecTest"},
        },
        "train": {
            "description": "How the model is trained; `specc train` does it.",
            "$ref": "#/$defs/Train",
        },
    }


# --- layers and choices ------------------------------------------------------------------------


def _layer(definitions: dict[str, Schema]) -> Schema:
    """An item of `layers`; `type` decides which of the closed definitions it must satisfy."""
    reuse = "layer.reuse"
    again = declaration_schema(Reuse, definitions, name=reuse)["properties"]
    around = {key: field for key, field in again.items() if key != "reuse"}
    for name, cls in LAYERS.items():
        own = declaration_schema(cls, definitions, name=f"layer.{name}")
        own["properties"] = {
            "type": {"const": name, "description": own["description"]},
            **own["properties"],
            **around,
            "from": _fed(cls.ports, around["from"], definitions),
        }
        own["required"] = ["type", *own.get("required", [])]
    return {
        "type": "object",
        "properties": {
            "type": {"enum": list(LAYERS)},
            "reuse": {"type": "string", "description": inspect.getdoc(Reuse) or ""},
            "use": {"type": "string", "description": inspect.getdoc(Use) or ""},
        },
        "if": {"required": ["reuse"]},
        "then": {"$ref": f"#/$defs/{reuse}"},
        "else": {
            "if": {"required": ["use"]},
            "then": {"$ref": "#/$defs/layer.use"},
            "else": {
                "required": ["type"],
                "allOf": [_when(name, f"layer.{name}") for name in LAYERS],
            },
        },
    }


def _inner() -> Schema:
    """A layer as an argument of another: what is said of a call stands beside that one."""
    return {
        "allOf": [{"$ref": "#/$defs/layer"}],
        "required": ["type"],
        "properties": dict.fromkeys(("use", "reuse", *OF_CALLS), False),
    }


def _cell(definitions: dict[str, Schema]) -> Schema:
    """A block as the cell of a layer: its name, or a use with values of its params."""
    use = declaration_schema(CellUse, definitions, name="CellUse")
    return {
        "anyOf": [{"type": "string"}, {"$ref": "#/$defs/CellUse"}],
        "description": use["description"],
    }


def _fed(ports: Ports, general: Schema, definitions: dict[str, Schema]) -> Schema:
    """What may stand under `from` of a layer with these ports, as a reference to a definition."""
    if isinstance(ports, ByAuthor):
        return general
    if ports == Roles(()):
        definitions["from.nothing"] = {"type": "null", "description": "Nothing feeds it."}
        return {"$ref": "#/$defs/from.nothing"}
    text: Schema = {"type": "string"}
    options: list[Schema] = [text, {"type": "null"}]
    if isinstance(ports, ByInner):
        name = f"{ports.first}.inner"
        roles: Schema = {
            "type": "object",
            "additionalProperties": text,
            "required": [ports.first],
            "patternProperties": dict(EXTRA),
        }
        options += [{"type": "array", "items": text, "minItems": 1}, roles]
    elif isinstance(ports, Several):
        name = "several"
        options.append({"type": "array", "items": text, "minItems": 1})
    else:
        name, least = ".".join(ports.names), len(ports.required)
        if least > 1:
            options.clear()
        limits = {"minItems": least, "maxItems": len(ports.names)}
        roles = {
            "type": "object",
            "properties": dict.fromkeys(ports.names, text),
            "required": list(ports.required),
            "additionalProperties": False,
            "patternProperties": dict(EXTRA),
        }
        options += [{"type": "array", "items": text, **limits}, roles]
    words = definitions["Edges.from"]["description"]
    definitions[f"from.{name}"] = {"anyOf": options, "description": words}
    return {"$ref": f"#/$defs/from.{name}"}


def _choices(kind: str, registry: Registry[Any]) -> dict[str, Schema]:
    """Things that are chosen by name, or by a mapping with `type` and their arguments."""
    definitions: dict[str, Schema] = {}
    branches: list[Schema] = []
    for choice in registry.choices:
        name = f"{kind}.{choice.names[0]}"
        own = declaration_schema(choice, definitions, name=name)
        names = {"enum": list(choice.names), "description": own["description"]}
        own["properties"] = {"type": names, **own["properties"]}
        own["required"] = ["type", *own.get("required", [])]
        branches.append(_when(list(choice.names), name))
    plain = [name for name, choice in registry.by_name.items() if not _needs(choice)]
    definitions[kind] = {
        "anyOf": [
            {"enum": plain},
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


# --- an older draft ----------------------------------------------------------------------------


def _draft_07(schema: Any) -> Any:
    """The same schema in draft 7: definitions have another key, and `$ref` stands alone."""
    if is_list(schema):
        return [_draft_07(item) for item in schema]
    if not is_mapping(schema):
        if isinstance(schema, str):
            schema = schema.replace("#/$defs/", "#/definitions/")
            return DRAFTS["draft-07"] if schema == DRAFTS["2020-12"] else schema
        return schema
    changed: Schema = {
        "definitions" if key == "$defs" else key: _draft_07(value) for key, value in schema.items()
    }
    if isinstance(changed.get("$ref"), str) and len(changed) > 1:
        changed["allOf"] = [*changed.get("allOf", []), {"$ref": changed.pop("$ref")}]
    return changed
