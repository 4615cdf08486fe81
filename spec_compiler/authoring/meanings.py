"""What the texts in a spec are, where the schema knows only that they are texts."""

from __future__ import annotations

from collections.abc import Mapping

from spec_compiler.declaring.fields import Declaration
from spec_compiler.declaring.nested import readers

_SIZED = frozenset({"size_of", "_positive_size", "axis_size"})
_WHOLE = frozenset({"known_size", "_size_formula"})
_NUMBERS = frozenset({"number_of", "_formula"})

_TEXTS: Mapping[tuple[str, str], str] = {
    ("Edges", "from"): "source",
    ("Edges", "mask"): "mask",
    ("Use", "from"): "source",
    ("Output", "from"): "source",
    ("BlockOutput", "from"): "source",
    ("BlockDeclaration", "outputs"): "source",
    ("BlockInput", "shape"): "size",
    ("BlockOutput", "shape"): "batch size",
    ("BlockOutput", "mask"): "batch size",
    ("Header", "outputs"): "source",
    ("Header", "imports"): "spec file",
    ("Header", "constraints"): "batch size",
    ("Label", "output"): "output",
    ("Param", "default"): "size",
    ("Param", "min"): "number",
    ("Param", "max"): "number",
    ("Param", "multiple_of"): "number",
    ("Train", "labels"): "output",
    ("Train", "initial_weights"): "file",
    ("Train", "validation_data"): "file",
    ("CellUse", "use"): "block",
    ("Use", "use"): "block",
    ("Use", "with"): "param",
    ("Use", "each"): "param",
    ("CellUse", "with"): "param",
    ("Reuse", "reuse"): "layer name",
    ("WeightsDeclaration", "file"): "file",
    ("TensorFile", "file"): "file",
    ("Expectation", "file"): "file",
    ("SpecTest", "inputs"): "file",
    ("SpecTest", "raises"): "code",
    ("WeightsDeclaration", "map"): "tensor",
    ("WeightsDeclaration", "from"): "tensor",
    ("WeightsDeclaration", "as"): "transform",
    ("Lambda", "function"): "expression",
    ("Claim", "mask"): "batch size",
    ("Claim", "shape"): "batch size",
    ("Expectation", "mask"): "batch size",
    ("Expectation", "shape"): "batch size",
    ("Input", "batch_shape"): "batch size",
}
"""Of keys whose values are texts: what the text is."""
_KEYS: Mapping[tuple[str, str], str] = {
    ("Header", "outputs"): "source",
    ("BlockDeclaration", "outputs"): "source",
    ("SpecTest", "inputs"): "input",
    ("SpecTest", "dims"): "dim",
    ("SpecTest", "expect"): "output",
    ("Twin", "inputs"): "input",
    ("Train", "labels"): "output",
    ("Train", "loss"): "output",
    ("Train", "loss_weights"): "output",
    ("Train", "metrics"): "output",
    ("Use", "with"): "block param",
    ("Use", "each"): "block param",
    ("CellUse", "with"): "block param",
    ("WeightsDeclaration", "map"): "weight",
    ("Edges", "from"): "port",
    ("Use", "from"): "port",
}
"""Of keys whose values are mappings with free keys: what those are names of."""


def kinds_of(cls: type[Declaration], key: str, written: str) -> frozenset[str]:
    """What a text or a number under a key of a declaration is.

    Args:
        cls: The declaration.
        key: As authors write it.
        written: What its schema says: `string`, `integer` or `number`.
    """
    meant = _of(_TEXTS, cls, key)
    if meant:
        return frozenset({meant}) if written == "string" else frozenset()
    name = next((name for name, field in cls.model_fields.items() if field.alias == key), key)
    field = cls.model_fields.get(name)
    if field is None or written != "string":
        return frozenset({"number"}) if written != "string" else frozenset({"text"})
    read_by = set(readers([field.annotation, *field.metadata]))
    if read_by & _NUMBERS:
        return frozenset({"param"})
    if read_by & _WHOLE:
        return frozenset({"whole"})
    return frozenset({"size"}) if read_by & _SIZED else frozenset({"text"})


def keys_of(cls: type[Declaration], key: str) -> str:
    """What the free keys of a mapping under a key of a declaration are names of."""
    return _of(_KEYS, cls, key)


def _of(table: Mapping[tuple[str, str], str], cls: type[Declaration], key: str) -> str:
    return next((table[at] for base in cls.__mro__ if (at := (base.__name__, key)) in table), "")
