"""The calls of a functional model as Keras 1 and 2 wrote them: `[name, node, tensor, kwargs]`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec_compiler.keras.json_data import DEPTH, JsonPlace, class_of, too_deep
from spec_compiler.keras.older.tensorflow import operation
from spec_compiler.keras.older.tensorflow_sizes import Sizes
from spec_compiler.keras.older.walk import MODELS
from spec_compiler.records import record

_CONSTANT = "_CONSTANT_VALUE"
"""What tf.keras writes in the place of a layer's name where a call is given a number."""


def with_calls(model: JsonPlace) -> JsonPlace:
    """A functional model whose layers' calls, inputs and outputs are in the form of Keras 3.

    Raises:
        Refusal: They are in no form that Keras wrote.
    """
    config = model.get("config")
    layers = config.get("layers").items()
    named = {str(name): layer for layer in layers if (name := _name(layer)) is not None}
    read = [layer.get("inbound_nodes") for layer in layers if isinstance(layer.value, dict)]
    used: dict[str, int] = {}
    for name, _, output in _references([*read, config.get("output_layers")], DEPTH):
        used[name] = max(used.get(name, 0), output + 1)
    calls = _Calls(named, _counted_from(config, layers, named))
    sizes, changed = Sizes(), list[JsonPlace]()
    for layer in layers:
        nodes = layer.get("inbound_nodes") if isinstance(layer.value, dict) else layer
        if layer is not nodes and isinstance(nodes.value, list):
            layer = layer.with_(inbound_nodes=calls.nodes(nodes))
            read_of = used.get(str(_name(layer)), 0)
            sizes.learn(layer, read_of)
            layer = operation(layer, read_of, sizes)
        changed.append(layer)
    return model.with_(
        config=config.with_(
            layers=JsonPlace(changed, config.get("layers").path),
            input_layers=calls.ends(config.get("input_layers")),
            output_layers=calls.ends(config.get("output_layers")),
        )
    )


@record
class _Calls:
    """What refers to tensors by the layers' names.

    Attributes:
        layers: The layers by name.
        first: The number of the first call of each nested model, 0 or 1.
    """

    layers: Mapping[str, JsonPlace]
    first: Mapping[str, int]

    def nodes(self, place: JsonPlace) -> JsonPlace:
        """All calls of a layer."""
        return JsonPlace([self._node(node) for node in place.items()], place.path)

    def _node(self, place: JsonPlace) -> JsonPlace:
        if not isinstance(place.value, list):
            if isinstance(place.value, dict) and not place.has("args"):
                return JsonPlace({"args": [self._given(place, DEPTH)], "kwargs": {}}, place.path)
            return place
        kwargs: dict[str, object] = {}
        single = self._is_tensor(place)
        given = [self._argument(item, kwargs) for item in ([place] if single else place.items())]
        args = given if len(given) == 1 else [JsonPlace(given, place.path)]
        return JsonPlace({"args": args, "kwargs": kwargs}, place.path)

    def _argument(self, place: JsonPlace, kwargs: dict[str, object]) -> JsonPlace:
        """A tensor or constant with what else the call was given, which goes into `kwargs`."""
        items = place.items()
        if len(items) < 3:
            raise place.not_a("a layer's name, a call's number and an output's number")
        if len(items) > 3 and items[3].value is not None:
            entries = items[3].entries()
            kwargs.update({name: self._given(item, DEPTH) for name, item in entries.items()})
        return self._tensor(items)

    def _tensor(self, items: list[JsonPlace]) -> JsonPlace:
        if items[0].value == _CONSTANT:
            return items[2]
        name, node, output = items[0].text(), items[1].integer(), items[2]
        path = items[0].path[:-1]
        history = JsonPlace([items[0], node - self.first.get(name, 0), output], path)
        config = {"keras_history": history}
        return JsonPlace({"class_name": "__keras_tensor__", "config": config}, path)

    def _given(self, place: JsonPlace, depth: int) -> JsonPlace:
        """What a keyword stands for, in which tensors are lists of three."""
        if depth < 0:
            raise too_deep(place)
        if self._is_tensor(place):
            return self._tensor(place.items())
        if isinstance(place.value, list):
            inner = [self._given(item, depth - 1) for item in place.items()]
            return JsonPlace(inner, place.path)
        if isinstance(place.value, dict) and class_of(place) is None:
            entries = place.entries().items()
            return JsonPlace({key: self._given(it, depth - 1) for key, it in entries}, place.path)
        return place

    def _is_tensor(self, place: JsonPlace) -> bool:
        if not isinstance(place.value, list):
            return False
        items = place.items()
        if len(items) not in (3, 4) or items[0].value not in (*self.layers, _CONSTANT):
            return False
        return type(items[1].value) is int

    def ends(self, place: JsonPlace) -> JsonPlace:
        """The model's inputs or outputs; a single one is not a list of one."""
        if isinstance(place.value, dict):
            entries = place.entries().items()
            return JsonPlace({key: self.ends(item) for key, item in entries}, place.path)
        if not isinstance(place.value, list):
            return place
        items = place.items()
        if not items or isinstance(items[0].value, str):
            return self._end(place, items)
        ends = [self.ends(item) for item in items]
        return ends[0] if len(ends) == 1 else JsonPlace(ends, place.path)

    def _end(self, place: JsonPlace, items: list[JsonPlace]) -> JsonPlace:
        if len(items) < 3:
            return place
        name, node = items[0].text(), items[1].integer()
        layer = self.layers.get(name)
        # Keras 3 counts so here for functional models, and only here
        built_in = layer is not None and class_of(layer) in MODELS - {"Sequential"}
        node += built_in - self.first.get(name, 0)
        return JsonPlace([items[0], node, items[2]], place.path)


def _name(layer: JsonPlace) -> object:
    return layer.get("name").value if isinstance(layer.value, dict) else None


def _counted_from(
    config: JsonPlace, layers: list[JsonPlace], named: Mapping[str, JsonPlace]
) -> dict[str, int]:
    """The number of the first call of each nested model.

    Most versions count from 1, since the model itself was the call 0. Some count from 0.
    """
    models = {name for name, layer in named.items() if class_of(layer) in MODELS}
    if not models:
        return {}
    used: dict[str, set[int]] = {}
    for name, node, _ in _references([layer.get("inbound_nodes") for layer in layers
                                   if isinstance(layer.value, dict)], DEPTH):  # fmt: skip
        used.setdefault(name, set()).add(node)
    for name, node, _ in _references([config.get("output_layers")], DEPTH):
        used.setdefault(name, set()).add(node)
    return {name: 1 for name in models & used.keys() if 0 not in used[name]}


def _references(places: list[JsonPlace], depth: int) -> Iterator[tuple[str, int, int]]:
    """Each layer that is read, with the call and the output."""
    for place in places if depth >= 0 else ():
        if isinstance(place.value, dict):
            yield from _references(list(place.entries().values()), depth - 1)
        elif isinstance(place.value, list):
            items = place.items()
            head = [item.value for item in items[:3]]
            if len(head) > 1 and isinstance(head[0], str) and isinstance(head[1], int):
                yield head[0], head[1], last if type(last := head[-1]) is int else 0
                items = items[3:]
            yield from _references(items, depth - 1)
