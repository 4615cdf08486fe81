"""The nodes of Keras's graph: the calls of layers, and the tensors that they are given."""

from __future__ import annotations

from typing import TypeAlias

from spec_compiler.keras.json_data import (
    DEPTH,
    ELLIPSIS,
    SLICE,
    JsonPlace,
    class_of,
    plain,
    too_deep,
)
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath
from spec_compiler.source.node import Plain


@record
class History:
    """A tensor: which output of which call of which layer; its dtype and rank where declared."""

    layer: str
    node: int
    output: int
    path: ItemPath
    dtype: str | None = None
    rank: int | None = None


Nest: TypeAlias = "History | Plain | list[Nest] | dict[str, Nest]"


@record
class KerasCall:
    """One call of a layer: its arguments, in which tensors are `History`."""

    args: tuple[Nest, ...]
    kwargs: dict[str, Nest]
    path: ItemPath


def calls_of(place: JsonPlace) -> tuple[KerasCall, ...]:
    """The calls of a layer, of which the order is their number."""
    nodes = place.get("inbound_nodes")
    if nodes.value is None:
        return ()
    calls: list[KerasCall] = []
    for node in nodes.items():
        args, kwargs = node.get("args"), node.get("kwargs")
        calls.append(
            KerasCall(
                tuple(_nest(item, DEPTH) for item in args.items()),
                {key: _nest(item, DEPTH) for key, item in kwargs.entries().items()},
                node.path,
            )
        )
    return tuple(calls)


def _nest(place: JsonPlace, depth: int) -> Nest:
    """An argument of a call, with `History` in the place of tensors."""
    if depth < 0:
        raise too_deep(place)
    kind = class_of(place)
    if kind == "__keras_tensor__":
        return _tensor(place)
    if kind == "__tuple__":
        return [_nest(item, depth - 1) for item in place.get("items").items()]
    if kind == SLICE:
        config = place.get("config")
        return {SLICE: [plain(config.get(name), depth) for name in ("start", "stop", "step")]}
    if kind == ELLIPSIS:
        return {ELLIPSIS: None}
    if isinstance(place.value, list | tuple):
        return [_nest(item, depth - 1) for item in place.items()]
    if kind is None and isinstance(place.value, dict):
        return {key: _nest(item, depth - 1) for key, item in place.entries().items()}
    return plain(place, depth)


def _tensor(place: JsonPlace) -> History:
    config = place.get("config")
    history, dtype, shape = (config.get(key) for key in ("keras_history", "dtype", "shape"))
    layer, node, output = triple(history)
    return History(
        layer,
        node,
        output,
        place.path,
        None if dtype.value is None else dtype.text(),
        None if shape.value is None else len(shape.items()),
    )


def triple(place: JsonPlace) -> tuple[str, int, int]:
    """What refers to a tensor: a layer's name, the number of a call, that of an output."""
    items = place.items()
    if len(items) != 3:
        raise place.not_a("a layer's name, a call's number and an output's number")
    return items[0].text(), items[1].integer(), items[2].integer()
