"""The arguments of a declaration in words: what may be written, and what holds when nothing is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

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


class Argument(NamedTuple):
    """An argument of a declaration, in words.

    Attributes:
        name: As it is written.
        takes: What may be written, as text with links.
        default: What holds where nothing is written, as YAML; `required` or nothing.
        meaning: What it is for.
    """

    name: str
    takes: str
    default: str
    meaning: str


def field_table(cls: type[BaseModel], without: Collection[str] = (), path: str = "..") -> str:
    """A row for each argument; empty text when there is none.

    Args:
        cls: The declaration.
        without: Arguments to leave out.
        path: The way from the page to the folder `docs`, for links.
    """
    rows = [
        (
            f"`{name}`",
            takes,
            f"`{default}`" if default not in ("", "required") else default,
            meaning,
        )
        for name, takes, default, meaning in arguments(cls, path)
        if name not in without
    ]
    return table(("argument", "is", "default", "meaning"), rows) if rows else ""


def arguments(cls: type[BaseModel], path: str = "..") -> list[Argument]:
    """What a declaration takes; first what must be given, then its own, then what it shares.

    Args:
        cls: The declaration.
        path: The way from the page to the folder `docs`, for links.
    """
    schema = declaration_schema(cls)
    required = schema.get("required", [])
    fields: Mapping[str, Schema] = schema["properties"]
    order = sorted(key_names(cls), key=lambda name: name not in required)
    return [
        Argument(name, _words(field, path), _default(name, field, required), field["description"])
        for name, field in ((name, fields[name]) for name in order if name in fields)
    ]


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
        return "mapping"
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
    return _yaml(field["default"]) if "default" in field else ""


def _yaml(value: Any) -> str:
    return to_yaml({"x": value}).removeprefix("x:").strip()
