"""The path of a mask, and where numbers are written: asked only on a refusal."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Mapping

from spec_compiler.declaring.fields import Declaration
from spec_compiler.declaring.plain import is_sequence
from spec_compiler.expanding.copies import Place
from spec_compiler.expanding.core import Core
from spec_compiler.ir.graph import Value
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.program import Port
from spec_compiler.refusals import ItemPath
from spec_compiler.spans import Label
from spec_compiler.wiring import Call, Wiring


def owner_of(name: str, layers: Container[str]) -> tuple[str, str]:
    """The layer of a weight, and the weight's own name in it; dots may stand in both."""
    layer = name
    while layer and layer not in layers:
        layer = layer.rpartition(".")[0]
    return layer, name.removeprefix(f"{layer}.")


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
    layer, own = owner_of(name, places)
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
