"""What may be written at a place, from the declarations themselves: each is read when it is met."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from spec_compiler.authoring.forms import NOTHING, Field, Form, Keyed, as_yaml, merged
from spec_compiler.authoring.meanings import keys_of, kinds_of
from spec_compiler.catalogue import Catalogue
from spec_compiler.declaring.choice import Registry
from spec_compiler.declaring.fields import Declaration
from spec_compiler.declaring.validated import key_names
from spec_compiler.language.blocks import BlockDeclaration, BlockInput, BlockOutput
from spec_compiler.language.declaration_schema import Schema, alone
from spec_compiler.language.document import DimDeclaration, Header, Param
from spec_compiler.language.inputs import Input, TensorFile, Values
from spec_compiler.language.items import Reuse
from spec_compiler.language.json_schema import sections
from spec_compiler.language.outputs import Output
from spec_compiler.language.tests import Expectation, SpecTest
from spec_compiler.language.train import EarlyStopping, Label, Train
from spec_compiler.language.use import CellUse, Use
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.inner_layer import OF_CALLS
from spec_compiler.layers.base.interface import Roles
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices import CHOICES
from spec_compiler.training import TRAINING

_DECLARED: Mapping[str, type[Declaration]] = {
    cls.__name__: cls
    for cls in (
        BlockDeclaration, BlockInput, BlockOutput, CellUse, DimDeclaration, EarlyStopping,
        Expectation, Header, Input, Label, Output, Param, SpecTest, TensorFile, Train, Use, Values,
    )
}  # fmt: skip
_CHOSEN: Mapping[str, Registry[Any]] = {**CHOICES, **TRAINING}
_KINDS = ("type", "use", "reuse")


@cache
def document_form() -> Form:
    """The form of a whole spec."""
    header = declared(Header)
    found = dict(header.fields)
    for name, schema in sections().items():
        made = _section(name, schema)
        found[name] = Field(name, _words(schema, made()), "", False, made, "Header")
    return Form(found, about=Header)


def _words(schema: Schema, form: Form) -> str:
    own = str(schema.get("description", ""))
    return own or (inspect.getdoc(form.about) if form.about else "") or ""


def _section(name: str, schema: Schema) -> Callable[[], Form]:
    if name == "defaults":
        return cache(
            lambda: Form({kind: _of_type(kind) for kind in LAYERS}, names="layer type", about=Layer)
        )
    return cache(lambda: _form(schema, Header, name))


def _of_type(kind: str) -> Field:
    return Field(kind, "", "", False, lambda: declared(LAYERS[kind]), "layer")


# --- declarations ------------------------------------------------------------------------------


@cache
def declared(cls: type[Declaration]) -> Form:
    """The form of a mapping that a declaration closes."""
    schema, inside = alone(cls, params=cls not in _OF_THE_FILE)
    for key, (nested, own) in inside.items():
        _INSIDE.setdefault(key, (nested, own))
    return _closed(cls, schema)


_OF_THE_FILE = frozenset({Header, Param, DimDeclaration, BlockDeclaration})
"""Declarations in which `$name` stands for no value."""
_INSIDE: dict[str, tuple[type[Declaration], Schema]] = {}
"""Declarations that stand in others only, by the names that schemas have for them."""


def _closed(cls: type[Declaration], schema: Schema) -> Form:
    required = schema.get("required", ())
    order = sorted(key_names(cls), key=lambda name: (name == "doc", name not in required))
    written: Mapping[str, Schema] = schema["properties"]
    fields = {
        name: _field(cls, name, written[name], name in required)
        for name in order
        if name in written
    }
    return Form(fields, about=cls)


def _field(cls: type[Declaration], name: str, schema: Schema, required: bool) -> Field:
    default = as_yaml(schema["default"]) if "default" in schema else ""
    words = str(schema.get("description", ""))
    if cls is BlockDeclaration and name == "layers":
        schema = {"type": "array", "items": {"$ref": "#/$defs/layer"}}
    form = cache(lambda: _form(schema, cls, name))
    return Field(name, words, default, required, form, cls.__name__)


def _form(schema: Schema, cls: type[Declaration], name: str) -> Form:
    """The form of a value under a key of a declaration."""
    found = [_option(option, cls, name) for option in _options(schema)]
    return merged(found)


def _options(schema: Schema) -> Iterator[Schema]:
    if "anyOf" in schema:
        for option in schema["anyOf"]:
            yield from _options(option)
    else:
        yield schema


def _option(schema: Schema, cls: type[Declaration], name: str) -> Form:
    """The form of one of the things that may stand under a key."""
    reference = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    if reference:
        return _referred(reference)
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return Form(literals=tuple(values))
    kinds: Any = schema.get("type", "string")  # of what may be anything: what its texts are
    written: list[str] = [*kinds] if isinstance(kinds, list | tuple) else [str(kinds)]
    found: list[Form] = []
    for kind in written:
        if kind == "boolean":
            found.append(Form(literals=(True, False)))
        elif kind == "null":
            found.append(Form(literals=(None,)))
        elif kind in {"string", "integer", "number"}:
            found.append(Form(kinds=kinds_of(cls, name, kind)))
        elif kind == "array":
            items = schema.get("items", {})
            found.append(Form(item=lambda items=items: _form(items, cls, name)))
        elif kind == "object":
            found.append(_mapping(schema, cls, name))
    return merged(found) if found else NOTHING


def _mapping(schema: Schema, cls: type[Declaration], name: str) -> Form:
    required = schema.get("required", ())
    written: dict[str, Schema] = schema.get("properties", {})
    fields = {key: _field(cls, key, inner, key in required) for key, inner in written.items()}
    others: Schema | bool = schema.get("additionalProperties", True)
    if others is False:
        return Form(fields, names=keys_of(cls, name))
    inner: Schema = {} if others is True else others
    return Form(fields, lambda: _form(inner, cls, name), keys_of(cls, name))


def _referred(reference: str) -> Form:
    if reference == "param":
        return Form(kinds=frozenset({"$param"}))
    if reference in _CHOSEN:
        return _choice(reference)
    if reference in {"layer", "inner"}:
        return layer_form(inner=reference == "inner")
    if reference == "cell":
        return merged([Form(kinds=frozenset({"block"})), declared(CellUse)])
    if reference == "Block":
        return declared(BlockDeclaration)
    if reference in _DECLARED:
        return declared(_DECLARED[reference])
    if reference in _INSIDE:
        return _closed(*_INSIDE[reference])
    return NOTHING


# --- layers and choices ------------------------------------------------------------------------


@cache
def layer_form(*, inner: bool = False) -> Form:
    """The form of an item of a list of layers, or of a layer as an argument of another."""
    return Form(
        _kinds(inner=inner),
        decided=lambda part: _layer(part, inner=inner),
        chosen="layer" if inner else "",
        about=Layer,
    )


def _layer(part: Keyed, *, inner: bool) -> Form:
    kind = part.said("type")
    if kind in LAYERS:
        return type_form(kind, inner=inner)
    if not inner and part.get("use") is not None:
        return declared(Use)
    if not inner and part.get("reuse") is not None:
        return declared(Reuse)
    return Form(_kinds(inner=inner), about=Layer)


def _kinds(*, inner: bool) -> dict[str, Field]:
    """The keys that say what an item is."""
    kinds = {"type": _type_field("layer", "The type of the layer.")}
    if not inner:
        for name, cls in (("use", Use), ("reuse", Reuse)):
            field = declared(cls).fields[name]
            kinds[name] = dataclasses.replace(field, words=inspect.getdoc(cls) or "")
    return {name: dataclasses.replace(field, required=False) for name, field in kinds.items()}


def _type_field(chosen: str, words: str) -> Field:
    return Field("type", words, "", True, cache(lambda: Form(chosen=chosen)), chosen)


@cache
def type_form(kind: str, *, inner: bool = False) -> Form:
    """The form of a layer of a type."""
    cls = LAYERS[kind]
    own = declared(cls).fields
    words = (inspect.getdoc(cls) or "").split("\n\n")[0]
    around = (
        {}
        if inner
        else {
            key: field
            for key, field in declared(Reuse).fields.items()
            if key in OF_CALLS and not (key == "from" and cls.ports == Roles(()))
        }
    )
    lead = {key: around.pop(key) for key in ("name", "from") if key in around}
    common = {key: field for key, field in own.items() if key in _COMMON}
    first = {key: field for key, field in own.items() if key not in common}
    fields = {"type": _type_field("layer", words), **lead, **first, **around, **common}
    return Form(fields, about=cls)


_COMMON = frozenset(field.alias or name for name, field in Layer.model_fields.items())


def _choice(kind: str) -> Form:
    """The form of a thing that is chosen by name, or by a mapping with `type`."""

    def decide(part: Keyed) -> Form:
        chosen = _CHOSEN[kind].by_name.get(part.said("type"))
        named = _type_field(kind, f"Which {kind.replace('_', ' ')} it is.")
        if chosen is None:
            return Form({"type": named})
        return Form({"type": named, **declared(chosen).fields}, about=chosen)

    kinds = frozenset({"$param"})
    return Form({"type": _type_field(kind, "")}, kinds=kinds, chosen=kind, decided=decide)


def is_complete(kind: str, name: str) -> bool:
    """Whether a choice needs nothing but its name."""
    chosen = _CHOSEN[kind].by_name[name]
    return not any(field.is_required() for field in chosen.model_fields.values())


def names_of(kind: str) -> tuple[str, ...]:
    """The names that can be chosen of a kind, or the types of layers."""
    known = LAYERS if kind == "layer" else _CHOSEN[kind].by_name
    return known.first_names if isinstance(known, Catalogue) else tuple(known)


def class_of(kind: str, name: str) -> type[Declaration] | None:
    """What a name chooses."""
    return LAYERS.get(name) if kind == "layer" else _CHOSEN[kind].by_name.get(name)
