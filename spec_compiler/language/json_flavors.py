"""Smaller schemas of the language, for language models: what they accept, the full one accepts.

Both have for each layer what decides what it computes, and not how its weights begin and are
regularized. `strict` is for structured output: every object is closed and writes all of its keys,
so it has no mappings of free names, and the names of the inputs are given beforehand. `min` is for
prompts: mappings stay, keys may be left out, and words are few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from spec_compiler.declaring.plain import is_list, is_mapping
from spec_compiler.language.declaration_schema import Schema
from spec_compiler.language.json_layout import laid_out
from spec_compiler.language.json_schema import DRAFTS, language_schema
from spec_compiler.layers import LAYERS
from spec_compiler.layers.choices import CHOICES
from spec_compiler.training import TRAINING

Flavor: TypeAlias = Literal["strict", "min"]
Role: TypeAlias = Literal["", "layer", "inner"]
FLAVORS: tuple[Flavor, ...] = ("strict", "min")
_DEFS = "#/$defs/"
_DETAILS = re.compile(
    r".*_(initializer|regularizer|constraint|seed)"
    r"|seed|input_spec|dtype|trainable|lora_rank|lora_alpha|expect|autocast|unroll"
)
"""Arguments that a model is seldom asked for."""
_OF_OPTIMIZERS = ("type", "learning_rate", "momentum", "weight_decay", "clipnorm")
_SHARED = re.compile(r"(from|Edges|Declaration)\..*")
"""What most layers have, which is written once."""
_INNER = ("Dense", "Conv1D", "Conv2D", "LSTM", "GRU", "SimpleRNN")
"""Layers that stand in another one; not all, so that nothing refers to itself."""
_LIMITS = ("minimum", "maximum", "minItems", "maxItems", "pattern", "enum", "const", "uniqueItems")
_KINDS = {*CHOICES, *TRAINING}


class Names(NamedTuple):
    """What is named beforehand where objects are closed.

    Attributes:
        inputs: What is fed.
        dims: Sizes that the data decides.
        outputs: What the model gives; without any, the answer names one layer.
    """

    inputs: Sequence[str] = ("x",)
    dims: Sequence[str] = ()
    outputs: Sequence[str] = ()


ANY = Names()


def flavored_text(flavor: Flavor, names: Names, layers: Sequence[str]) -> str:
    """The schema of a flavor as text: laid out for people, or as short as it can be for prompts."""
    schema = flavored(flavor, names, layers)
    if flavor == "strict":
        return laid_out(schema)
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def flavored(flavor: Flavor, names: Names = ANY, layers: Sequence[str] = ()) -> Schema:
    """The schema of a flavor.

    Args:
        flavor: `strict` or `min`.
        names: What is named beforehand; of `strict` only.
        layers: The types of layers that it has; default: all.
    """
    return _Reduced(flavor, layers or tuple(LAYERS)).schema(names)


class _Reduced:
    """The full schema, from which a flavor is cut."""

    def __init__(self, flavor: Flavor, layers: Sequence[str]) -> None:
        self.full = language_schema()
        self.strict = flavor == "strict"
        self.layers = layers
        self.made: dict[str, Schema] = {}

    def schema(self, names: Names) -> Schema:
        """All of it."""
        of_layers = [name for layer in self.layers if (name := self._layer(layer, "layer"))]
        of_layers += [name for name in ("layer.reuse", "layer.use") if self._item(name)]
        self.made["layer"] = {"anyOf": [{"$ref": _DEFS + name} for name in of_layers]}
        properties: dict[str, Schema] = {"specc": {"type": "integer", "const": 1}}
        sections: Schema = {"layers": {"type": "array", "items": {"$ref": f"{_DEFS}layer"}}}
        sections["layers"]["minItems"] = 1
        full = self.full["properties"]
        if self.strict:
            properties |= self._named(names)
        else:
            for name, section in full.items():
                if name not in sections | properties and (found := self.reduced(section)):
                    properties[name] = found
        properties |= sections
        if self.strict:  # answers are written in this order, and the layers decide the outputs
            properties["outputs"] = properties.pop("outputs", {"type": "string"})
        required = list(properties) if self.strict else ["specc", "inputs", "layers"]
        return {
            "$schema": DRAFTS["2020-12"],
            **_closed(properties, required),
            "$defs": {name: self.made[name] for name in sorted(self.made)},
        }

    def _named(self, names: Names) -> dict[str, Schema]:
        """The sections of free names, which are known."""
        one = self.reduced({"$ref": f"{_DEFS}Input"})
        self.made["input"] = _without(one or {}, ("doc", "name", "mask", "sparse", "tensor"))
        size: Schema = {"anyOf": [{"type": "integer"}, {"type": "null"}]}
        layer: Schema = {"anyOf": [{"type": "string"}, {"type": "null"}]}
        made: dict[str, Schema] = {}
        for key, of, each in (
            ("dims", names.dims, size),
            ("inputs", names.inputs, {"$ref": f"{_DEFS}input"}),
            ("outputs", names.outputs, layer),
        ):
            if of:
                made[key] = _closed(dict.fromkeys(of, each), list(of))
        return made

    # --- layers ------------------------------------------------------------------------------

    def _layer(self, layer: str, role: Role) -> str | None:
        """The definition of a layer; None where what it needs is no part of this flavor."""
        name = f"{role}.{layer}"
        if name not in self.made:
            source = self.full["$defs"][f"layer.{layer}"]
            own = self._object(source, role)
            if own is None:
                return None
            own["properties"]["type"] = {"type": "string", "const": layer}
            words = source["description"].split("\n")[0]
            self.made[name] = own if self.strict else {"description": words, **own}
        return name

    def _item(self, name: str) -> str | None:
        """An item of `layers` that is a call of a block, or of a layer once more."""
        own = self._object(self.full["$defs"][name], "layer")
        if own is None or (self.strict and name == "layer.use"):
            return None
        self.made[name] = own
        return name

    def _inner(self) -> Schema | None:
        names = [name for layer in _INNER if (name := self._layer(layer, "inner"))]
        return {"anyOf": [{"$ref": _DEFS + name} for name in names]}

    # --- what may be written -----------------------------------------------------------------

    def reduced(self, source: Schema | None) -> Schema | None:
        """A part of the full schema in this flavor; None where nothing of it is left."""
        if source is None:
            return None
        if "$ref" in source:
            return self._referred(source["$ref"].removeprefix(_DEFS))
        if "anyOf" in source and "properties" not in source:
            found = _either([self.reduced(option) for option in source["anyOf"]])
            return found if self.strict else _shortened(found)
        kind = source.get("type")
        if kind == "array" and self.strict and "uniqueItems" in source:
            return None
        if kind == "array":
            items = self.reduced(source.get("items"))
            return None if items is None else {**_limits(source), "type": "array", "items": items}
        if kind == "object":
            return self._object(source) if "properties" in source else self._mapping(source)
        limits = _limits(source)
        if is_list(kind) and self.strict:
            options = [option for option in kind if option not in ("array", "object")]
            return _either([{"type": option, **limits} for option in options])
        if kind is None and "enum" in limits and self.strict:
            return _of_names(limits["enum"])
        if kind is None and "const" in limits:
            return {"type": "string", **limits}
        if kind is None and not limits:
            return None if self.strict else {}
        return {**({} if kind is None else {"type": kind}), **limits}

    def _referred(self, name: str) -> Schema | None:
        if name == "param":
            return None
        if name in _KINDS:
            plain = self.full["$defs"][name]["anyOf"][0]["enum"]
            if not plain:
                return None
            if name not in self.made:
                self.made[name] = {"type": "string", "enum": plain}
                if name == "optimizer" and not self.strict:
                    self.made[name] = {"anyOf": [self.made[name], *self._optimizers()]}
            return {"$ref": _DEFS + name}
        if name == "layer":
            return {"$ref": f"{_DEFS}layer"}
        if name in ("inner", "cell"):
            return self._inner() if name == "inner" else None
        found = self.reduced(self.full["$defs"][name])
        if found is None or not _SHARED.fullmatch(name):
            return found
        self.made[name] = found
        return {"$ref": _DEFS + name}

    def _optimizers(self) -> list[Schema]:
        """Optimizers with the arguments that people choose."""
        found: list[Schema] = []
        for name, source in self.full["$defs"].items():
            if name.startswith("optimizer."):
                fields = {k: v for k, v in source["properties"].items() if k in _OF_OPTIMIZERS}
                made = self._object({**source, "properties": fields})
                found += [made] if made else []
        return found

    def _mapping(self, source: Schema) -> Schema | None:
        """A mapping of free names, which only `min` has."""
        if self.strict:
            return None
        of = source.get("additionalProperties")
        below: Any = self.reduced(of) if is_mapping(of) else of
        if below is None:
            return None
        names = {"minProperties", "propertyNames", "not", "required"} & source.keys()
        return {"type": "object", **{key: source[key] for key in names}} | {
            "additionalProperties": below
        }

    def _object(self, source: Schema, role: Role = "") -> Schema | None:
        """A declaration: its keys, as far as they are of this flavor."""
        required = source.get("required", [])
        kept: dict[str, Schema] = {}
        for key, field in source["properties"].items():
            seldom = bool(role and _DETAILS.fullmatch(key)) or (self.strict and key == "doc")
            seldom = seldom or (role == "inner" and key in ("name", "from", "mask"))
            made = None if seldom and key not in required else self.reduced(field)
            if made is None and key in required:
                return None
            if made is not None:
                kept[key] = made
        closed = _closed(kept, list(kept) if self.strict else [*required])
        if "anyOf" in source:
            closed["anyOf"] = source["anyOf"]
        return closed


def _closed(properties: dict[str, Schema], required: list[str]) -> Schema:
    closed: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return closed | ({"required": required} if required else {})


def _without(schema: Schema, keys: Sequence[str]) -> Schema:
    """A closed object less some of its keys."""
    kept = {key: field for key, field in schema["properties"].items() if key not in keys}
    return _closed(kept, list(kept))


def _limits(source: Schema) -> Schema:
    return {key: source[key] for key in _LIMITS if key in source}


def _of_names(options: Sequence[Any]) -> Schema:
    """An enumeration that says its types."""
    texts = [option for option in options if isinstance(option, str)]
    rest = [{"type": "null"}] if None in options else []
    found = _either([{"type": "string", "enum": texts}, *rest])
    return found or {}


def _either(options: Sequence[Schema | None]) -> Schema | None:
    """What fits one of these; None where there is none."""
    flat: list[Schema] = []
    for option in options:
        inside = option.get("anyOf") if option is not None and len(option) == 1 else None
        flat += inside if inside is not None else [option] if option is not None else []
    kept = [option for index, option in enumerate(flat) if option not in flat[:index]]
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else {"anyOf": kept}


def _shortened(schema: Schema | None) -> Schema | None:
    """Alternatives that are types and nothing else as one list of types."""
    options: list[Schema] = (schema or {}).get("anyOf", [])
    bare = [option for option in options if list(option) == ["type"]]
    if schema is None or len(bare) < 2:
        return schema
    kinds = [one["type"] if is_list(one["type"]) else [one["type"]] for one in bare]
    types = [kind for of in kinds for kind in of]
    merged: Schema = {"type": list(dict.fromkeys(types))}
    rest = [option for option in options if option not in bare]
    return {"anyOf": [merged, *rest]} if rest else merged
