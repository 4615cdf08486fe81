"""Where a size or a number came from, and the path of a mask: asked only on a refusal."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from spec_compiler.declaring.fields import Declaration
from spec_compiler.declaring.plain import is_mapping, is_sequence
from spec_compiler.expanding.copies import Place
from spec_compiler.expanding.core import Core
from spec_compiler.ir.axes import sources
from spec_compiler.ir.graph import Node, Value, Weight
from spec_compiler.language.settings import Settings
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.program import Port
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.source.node import SourceNode as Source
from spec_compiler.spans import Label
from spec_compiler.wiring import Call, Wiring


class KnownLayers(NamedTuple):
    """Where layers stand, and the settings of those that are known by now."""

    core: Core
    settings: Mapping[str, Settings]


def size_labels(
    refusal: Refusal,
    taken: Sequence[Signal],
    known: KnownLayers,
    nodes: Sequence[Node],
    weights: Mapping[str, Weight],
) -> tuple[Label, ...]:
    """Where each size came from that matters to a refusal, of what a layer takes."""
    labels: dict[Label, None] = {}
    for index, axis in refusal.sizes:
        if index < len(taken) and -taken[index].rank <= axis < taken[index].rank:
            label = size_label(taken[index].value, axis, known, nodes, weights)
            if label is not None:
                labels[label] = None
    return tuple(labels)


def size_label(
    value: Value,
    axis: int,
    known: KnownLayers,
    nodes: Sequence[Node],
    weights: Mapping[str, Weight],
) -> Label | None:
    """The place in the spec that made an axis of `value` as large as it is."""
    makers = {result: node for node in nodes for result in node.results}
    owners = {weight.value: weight for weight in weights.values()}
    axis %= max(len(value.shape), 1)
    size = value.shape[axis]
    layer, shown = "", axis
    while True:
        if value in owners:
            return _from_weight(owners[value], size, known)
        node = makers.get(value)
        if node is None:
            return _from_input(value, axis, size, known.core)
        if node.layer != layer:
            # in the layer's result; inside the layer it may be another
            layer, shown = node.layer, axis
        step = _back(node, value, axis)
        if step is None:
            place = known.core.layer_places.get(layer)
            if place is None:
                return None
            return Label(place.node.headline, f"`{layer}` makes axis {shown} {size}")
        value, axis = step


def _back(node: Node, value: Value, axis: int) -> tuple[Value, int] | None:
    """The first operand and its axis that an axis of a result has its size from."""
    for source in sources(node, node.results.index(value), axis):
        operand = node.operands[source.operand]
        if operand.shape[source.axis] == value.shape[axis]:
            return operand, source.axis
    return None


def _from_weight(weight: Weight, size: object, known: KnownLayers) -> Label | None:
    """The argument of the layer that holds the size."""
    name, own = _owner(weight.name, known.settings)
    if name not in known.settings:
        return None
    node, layer = known.core.layer_places[name].node, known.settings[name].layer
    fields = [field for field in type(layer).model_fields if field in layer.model_fields_set]
    # a rank may equal another size by chance: it is asked first by the weights that are of it
    of_it = {switch: item.name == own for item in layer.learned for switch in item.when}
    fields.sort(key=lambda field: (not of_it.get(field, False), field in of_it))
    for field in fields:
        held: object = getattr(layer, field)
        if held == size and not isinstance(held, bool | float):
            return _argument(name, node, (field,), size)
        if is_mapping(held):
            for key, item in held.items():
                if item == size:
                    return _argument(name, node, (field, str(key)), size)
        if is_sequence(held):
            for index, item in enumerate(held):
                if item == size:
                    return _argument(name, node, (field, index), size)
    return Label(node.headline, f"`{name}` makes it {size}")


def _owner(name: str, layers: Container[str]) -> tuple[str, str]:
    """The layer of a weight, and the weight's own name in it; dots may stand in both."""
    layer = name
    while layer and layer not in layers:
        layer = layer.rpartition(".")[0]
    return layer, name.removeprefix(f"{layer}.")


def _argument(name: str, node: Source, path: ItemPath, size: object) -> Label:
    written = node.nearest(path).value
    reason = f" ({written} = {size})" if isinstance(written, str) else ""
    return Label(node.span_of(path), f"makes an axis of `{name}` {size}{reason}")


def _from_input(value: Value, axis: int, size: object, core: Core) -> Label | None:
    for name, item in core.inputs.items():
        node = core.input_entries[name].node
        if item is None or (node.get("shape") is None and node.get("batch_shape") is None):
            continue
        shape = item.full_shape(name)
        if shape == value.shape or (axis < len(shape) and shape[axis] == size):
            key = "batch_shape" if item.batch_shape is not None else "shape"
            index = axis if item.batch_shape is not None else axis - 1
            path = (key, index) if index >= 0 else (key,)
            return Label(node.span_of(path), f"axis {axis} of the input `{name}` is {size}")
    return None


def mask_path(
    mask: Mask, start: Call, wiring: Wiring, signals: Mapping[str, Mapping[str, Signal]]
) -> tuple[list[str], str | None]:
    """The layers that a mask went through up to `start`, and the first behind that would use it."""
    path = [start.name]
    current = start.name
    while current != mask.origin and current in wiring.calls:
        found = None
        for read in wiring.calls[current].feeds.inputs:
            held = signals.get(read.source, {}).values()
            if any(
                signal.mask is not None and signal.mask.origin == mask.origin for signal in held
            ):
                found = read.source
                break
        if found is None:
            break
        path.append(found)
        current = found
    path.reverse()
    return path, _first_user(start.name, wiring)


def _first_user(start: str, wiring: Wiring) -> str | None:
    readers: dict[str, list[str]] = {}
    for name, call in wiring.calls.items():
        for read in call.feeds.inputs:
            readers.setdefault(read.source, []).append(name)
    queue, seen = deque(readers.get(start, ())), {start}
    while queue:
        name = queue.popleft()
        if name in seen:
            continue
        seen.add(name)
        masks = wiring.calls[name].kind.masks
        if masks.uses:
            return name
        if masks.makes:  # which takes the mask's place
            continue
        queue.extend(readers.get(name, ()))
    return None


def mask_origin(mask: Mask, wiring: Wiring) -> Label | None:
    """Where a mask starts."""
    call = wiring.calls.get(mask.origin)
    if call is not None:
        node, key = call.place.node, call.kind.masks.by
        value = node.get(key)
        if value is None:
            return Label(node.headline, "the mask starts here")
        span = node.key_span((key,))
        if span.line == value.span.end_line:
            span = span._replace(end_column=value.span.end_column)
        return Label(span, "the mask starts here")
    node = wiring.core.node.nearest(("inputs", mask.origin))
    if node.get("mask") is not None:
        return Label(node.key_span(("mask",)), "the mask starts here")
    return None


def weight_label(name: str, places: Mapping[str, Place]) -> Label | None:
    """The layer that a weight belongs to, of layers by name."""
    layer, own = _owner(name, places)
    if layer not in places:
        return None
    return Label(places[layer].node.headline, f"`{layer}` has the weight `{own}`")


def interval_label(value: Value, inputs: Mapping[str, Port], core: Core) -> tuple[Label, ...]:
    """Where an input says which whole numbers it holds."""
    for name, port in inputs.items():
        node = core.node.nearest(("inputs", name))
        if port.signal.value is value and node.get("values") is not None:
            return (Label(node.span_of(("values", "max")), f"the values of `{name}`"),)
    return ()


def place_of_number(layer: Layer, number: float) -> ItemPath:
    """The argument of a layer that holds a number; none where it was computed of others."""
    return next(_places(layer, number), ())


def _places(item: object, number: float) -> Iterator[ItemPath]:
    if isinstance(item, Declaration):
        for name, field in type(item).model_fields.items():
            for path in _places(getattr(item, name), number):
                yield (field.alias or name, *path)
    elif is_sequence(item):
        if any(True for part in item for _ in _places(part, number)):
            yield ()
    elif item == number:
        yield ()
