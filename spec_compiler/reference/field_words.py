"""The arguments of a declaration in words: what may be written, and what holds when nothing is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel

from spec_compiler.declaring.validated import key_names
from spec_compiler.language.declaration_schema import Schema, declaration_schema
from spec_compiler.layers.choices import CHOICES
from spec_compiler.reference.markdown import table
from spec_compiler.training import TRAINING
from spec_compiler.writing.yaml_text import to_yaml

_PLAIN = {
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "string": "text",
    "null": "null",
    "object": "mapping",
}


def field_table(cls: type[BaseModel], without: Collection[str] = (), path: str = "..") -> str:
    """A row for each argument; empty text when there is none.

    Args:
        cls: The declaration.
        without: Arguments to leave out.
        path: The way from the page to the folder `docs`, for links.
    """
    schema = declaration_schema(cls)
    required = schema.get("required", [])
    fields: Mapping[str, Schema] = schema["properties"]
    # what must be given first, then what the declaration adds itself, then what it shares
    order = sorted(key_names(cls), key=lambda name: name not in required)
    rows = [
        (f"`{name}`", _words(field, path), _default(name, field, required), field["description"])
        for name, field in ((name, fields[name]) for name in order if name in fields)
        if name not in without
    ]
    return table(("argument", "is", "default", "meaning"), rows) if rows else ""


def _words(field: Schema, path: str) -> str:
    """What may be written, as text with links."""
    options = [option for option in field.get("anyOf", [field]) if not _is_param(option)]
    kinds = [option.get("type") for option in options]
    words: list[str] = []
    for option in options:
        if option.get("type") == "null":
            continue
        if option.get("type") == "string" and {"integer", "number"} & set(map(str, kinds)):
            words.append("an expression")
        else:
            words.append(_word(option, path))
    return " or ".join(dict.fromkeys(words))


def _word(option: Schema, path: str) -> str:
    reference = option.get("$ref", "").removeprefix("#/$defs/")
    if reference in CHOICES:
        return f"[{reference}]({path}/choices.md#{reference}s)"
    if reference in TRAINING:
        return f"[{reference}]({path}/train_choices.md#{reference}s)"
    if reference == "inner":
        return "layer"
    if reference == "cell":
        return "block"
    if reference:
        return f"mapping ({reference})"
    if "enum" in option:
        return ", ".join("null" if item is None else f"`{item}`" for item in option["enum"])
    kind = option.get("type")
    if kind == "array":
        return "list"
    return _PLAIN.get(kind, "anything") if isinstance(kind, str) else "anything"


def _is_param(option: Schema) -> bool:
    return option.get("$ref") == "#/$defs/param"


def _default(name: str, field: Schema, required: Collection[str]) -> str:
    if name in required:
        return "required"
    return f"`{_yaml(field['default'])}`" if "default" in field else ""


def _yaml(value: Any) -> str:
    return to_yaml({"x": value}).removeprefix("x:").strip()
