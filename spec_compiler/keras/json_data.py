"""Reading JSON from strangers: a value that knows its path, and refuses to be what it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from spec_compiler.ir.dims import LARGEST
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import Plain

DEPTH = 32
"""How deep models may nest in models, and values in arguments."""

SLICE, ELLIPSIS = "__slice__", "__ellipsis__"
"""Classes of what stands in an index, and the keys of what stands for them here."""


@record
class JsonPlace:
    """A value of the JSON and the keys that lead to it from the root.

    An entry that is a place itself stands where that says: a document that was put into another
    form is blamed where its author wrote it.
    """

    value: object
    path: ItemPath = ()

    def _inner(self, item: object, key: str | int) -> JsonPlace:
        return item if isinstance(item, JsonPlace) else JsonPlace(item, (*self.path, key))

    def _mapping(self) -> Mapping[object, object]:
        value: object = self.value
        if not isinstance(value, Mapping):
            raise self.not_a("an object")
        return cast("Mapping[object, object]", value)

    def entries(self) -> dict[str, JsonPlace]:
        """The entries of a mapping, by key."""
        mapping = self._mapping()
        return {key: self._inner(item, key) for key, item in mapping.items()
                if isinstance(key, str)}  # fmt: skip

    def items(self) -> list[JsonPlace]:
        """The items of a list."""
        value: object = self.value
        if not isinstance(value, list | tuple):
            raise self.not_a("a list")
        items = cast("list[object]", value)
        return [self._inner(item, index) for index, item in enumerate(items)]

    def get(self, key: str) -> JsonPlace:
        """The entry of a mapping, which may be absent: then its value is null."""
        mapping = self._mapping()
        return self._inner(mapping.get(key), key)

    def has(self, key: str) -> bool:
        """Whether this is a mapping with such an entry, be it null."""
        value: object = self.value
        return isinstance(value, Mapping) and key in value

    def with_(self, **entries: object) -> JsonPlace:
        """This mapping with other entries; `...` takes one away."""
        merged = {**self.entries(), **entries}
        return JsonPlace({key: it for key, it in merged.items() if it is not ...}, self.path)

    def text(self) -> str:
        """The value as text."""
        if not isinstance(self.value, str):
            raise self.not_a("text")
        if any("\ud800" <= character <= "\udfff" for character in self.value):
            raise Refusal("SPC0802", f"half of a surrogate pair in {self}", argument=self.path)
        return self.value

    def integer(self) -> int:
        """The value as a whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.not_a("a whole number")
        if abs(self.value) > LARGEST:
            raise self.not_a("a whole number of 64 bits")
        return self.value

    def truth(self) -> bool:
        """The value as true or false."""
        if not isinstance(self.value, bool):
            raise self.not_a("true or false")
        return self.value

    def sizes(self) -> list[int | None]:
        """The value as a shape."""
        sizes = [None if item.value is None else item.integer() for item in self.items()]
        for index, size in enumerate(sizes):
            if size is not None and size < 0:
                raise JsonPlace(size, (*self.path, index)).not_a("a size")
        return sizes

    def not_a(self, wanted: str) -> Refusal:
        """That the value is of another kind than Keras writes there."""
        return Refusal(
            "SPC0802",
            f"{self} must be {wanted}, not {_kind(self.value)}",
            argument=self.path,
            help="save the model again with `model.to_json()`",
        )

    def __str__(self) -> str:
        return f"`{path_text(self.path)}`" if self.path else "the file"


def path_text(path: ItemPath) -> str:
    """A path as people write it: `config.layers[2].config.units`."""
    parts = (f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return "".join(parts).lstrip(".")


def class_of(place: JsonPlace) -> str | None:
    """The class of a serialised object, or None for any other value."""
    if not isinstance(place.value, Mapping):
        return None
    name = place.get("class_name").value
    return name if isinstance(name, str) else None


def is_custom(place: JsonPlace) -> bool:
    """Whether an object is of somebody's own class, which only their code could explain."""
    module, registered = place.get("module").value, place.get("registered_name").value
    if isinstance(registered, str) and ">" in registered:
        return True
    if module is None:
        return False
    return not isinstance(module, str) or not _is_keras(module)


def _is_keras(module: str) -> bool:
    """Whether a module is Keras's, by whatever name it was called where the file was written."""
    first = module.split(".")[0]
    if first in ("tensorflow", "tensorflow_core"):
        return any(part in f"{module}." for part in (".keras.", ".ops.init_ops"))
    return first in ("keras", "keras_core", "tf_keras", "builtins")


def plain(place: JsonPlace, depth: int = DEPTH) -> Plain:
    """An argument as plain data: Keras's tuples and arrays become lists, other objects are refused.

    Raises:
        Refusal: An object that plain data cannot stand for, or too deep a nest.
    """
    if depth < 0:
        raise too_deep(place)
    value = place.value
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return place.integer()
    if isinstance(value, str):
        return place.text()
    if isinstance(value, list | tuple):
        return [plain(item, depth - 1) for item in place.items()]
    match class_of(place):
        case "__tuple__":
            return plain(place.get("items"), depth - 1)
        case "__numpy__" | "__tensor__":
            return plain(place.get("config").get("value"), depth - 1)
        case None:
            return {key: plain(item, depth - 1) for key, item in place.entries().items()}
        case name:
            raise Refusal(
                "SPC0804",
                f"{place} holds an object of class `{name}`, which a spec cannot hold",
                argument=place.path,
            )


def flatten(nest: object) -> Iterator[object]:
    """The leaves of nested lists and mappings in Keras's order: keys sorted, nulls left out."""
    if isinstance(nest, Mapping):
        mapping = cast("Mapping[str, object]", nest)
        for key in sorted(mapping):
            yield from flatten(mapping[key])
    elif isinstance(nest, list | tuple):
        for item in cast("list[object]", nest):
            yield from flatten(item)
    elif nest is not None:
        yield nest


def too_deep(place: JsonPlace) -> Refusal:
    """That models or values nest deeper than anything sensible."""
    return Refusal(
        "SPC0810",
        f"models or values are nested more than {DEPTH} levels deep",
        argument=place.path[:8],
    )


def _kind(value: object) -> str:
    if value is None:
        return "null or absent"
    if isinstance(value, bool):
        return "true" if value else "false"
    for kind, name in ((str, "text"), (Mapping, "an object"), (list, "a list")):
        if isinstance(value, kind):
            return name
    return f"`{value}`" if isinstance(value, int) and abs(value) <= LARGEST else "such a number"
