"""Sizes that tf.keras computed from shapes, `tf.shape(x)[1] * 2`, as an expression has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from spec_compiler.keras.json_data import JsonPlace, class_of
from spec_compiler.records import record

_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("multiply", "mul"), "*"),
        "add": "+",
        **dict.fromkeys(("subtract", "sub"), "-"),
        **dict.fromkeys(("floordiv", "floor_div"), "//"),
    }
)
_MOST = 1_000
"""Characters of a size: a file may double one over and over."""


@record
class Size:
    """A size, or a whole shape.

    Attributes:
        text: The expression, in which `{0}` is the first of the sources.
        sources: The tensors of which the shapes are read.
    """

    text: str
    sources: tuple[JsonPlace, ...] = ()


@dataclass(slots=True)
class Sizes:
    """The sizes of a model's layers, by the layer and the number of its result."""

    _whole: dict[str, Size] = field(default_factory=dict[str, Size])
    _one: dict[tuple[str, int], Size] = field(default_factory=dict[tuple[str, int], Size])

    def learn(self, layer: JsonPlace, used: int) -> None:
        """Know what a layer computes, if it is a size."""
        name, nodes = layer.get("name").value, layer.get("inbound_nodes").items()
        config, kind = layer.get("config"), class_of(layer)
        if not isinstance(name, str) or len(nodes) != 1 or not isinstance(config.value, dict):
            return
        args, given = nodes[0].get("args").items(), nodes[0].get("kwargs")
        function = config.get("function").value
        if len(args) != 1 or not isinstance(function, str):
            return
        word, whole = function.rpartition(".")[2], self._shape(args[0])
        if kind == "TFOpLambda" and word == "shape" and _is_tensor(args[0]):
            self._whole[name] = Size("shape({0})", (args[0],))
        elif kind == "TFOpLambda" and word == "unstack" and whole:
            for at in range(used):
                self._one[name, at] = Size(f"{whole.text}[{at}]", whole.sources)
        elif kind == "SlicingOpLambda" and whole:
            key = given.get("slice_spec").value
            if type(key) is int and -100 < key < 100:
                self._one[name, 0] = Size(f"{whole.text}[{key}]", whole.sources)
        elif kind == "TFOpLambda" and word in _SIGNS:
            left, right = self._size(args[0]), self._size(given.get("y"))
            if left and right and (left.sources or right.sources):
                both = _joined(f" {_SIGNS[word]} ", [left, right])
                if len(both.text) < _MOST:
                    self._one[name, 0] = Size(f"({both.text})", both.sources)

    def call(self, function: str, first: tuple[JsonPlace, ...], *given: JsonPlace) -> Size | None:
        """A function of tensors and of sizes that are tensors; None where one is no size."""
        found = [self.shape(item) or self._size(item) for item in given]
        sizes = [size for size in found if size is not None]
        if len(sizes) < len(found) or not any(size.sources for size in sizes):
            return None
        tensors = [Size("{0}", (item,)) for item in first]
        made = _joined(", ", [*tensors, *sizes])
        return Size(f"{function}({made.text})", made.sources)

    def shape(self, place: JsonPlace) -> Size | None:
        """A shape with sizes that are tensors, or which is one itself; None for any other."""
        if not isinstance(place.value, list):
            return self._shape(place)
        found = [self._size(item) for item in place.items()]
        sizes = [size for size in found if size is not None]
        if len(sizes) < len(found) or not any(size.sources for size in sizes):
            return None
        joined = _joined(", ", sizes)
        return Size(f"[{joined.text}]", joined.sources)

    def _shape(self, place: JsonPlace) -> Size | None:
        found = _tensor(place)
        return self._whole.get(found[0]) if found else None

    def _size(self, place: JsonPlace) -> Size | None:
        if type(place.value) is int:
            return Size(str(place.integer()))
        found = _tensor(place)
        return self._one.get(found) if found else None


def _is_tensor(place: JsonPlace) -> bool:
    return _tensor(place) is not None


def _tensor(place: JsonPlace) -> tuple[str, int] | None:
    """The layer that gives a tensor, and the number of the result."""
    if class_of(place) != "__keras_tensor__":
        return None
    items = place.get("config").get("keras_history").items()
    return items[0].text(), items[2].integer()


def _joined(sign: str, sizes: list[Size]) -> Size:
    """Sizes with a sign between them; each names the sources behind those before it."""
    texts: list[str] = []
    sources: tuple[JsonPlace, ...] = ()
    for size in sizes:
        before = len(sources)
        texts.append(re.sub(r"\{(\d+)\}", lambda at: f"{{{int(at[1]) + before}}}", size.text))  # noqa: B023 - it is called at once
        sources += size.sources
    return Size(sign.join(texts), sources)
