"""Where a size came from, and the path of a mask: asked only when something is refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from spec_compiler.diagnostics import Label, Refusal
from spec_compiler.ir.axes import sources
from spec_compiler.ir.graph import Node, Value, Weight
from spec_compiler.layers.signal import Mask, Signal
from spec_compiler.notation.plain import is_mapping, is_sequence
from spec_compiler.spec.core import Call, Core
from spec_compiler.wiring import Wiring


def size_labels(
    refusal: Refusal,
    taken: Sequence[Signal],
    core: Core,
    nodes: Sequence[Node],
    weights: Mapping[str, Weight],
) -> tuple[Label, ...]:
    """Where each size came from that matters to a refusal, of what a layer takes."""
    labels: dict[Label, None] = {}
    for index, axis in refusal.sizes:
        if index < len(taken) and -taken[index].rank <= axis < taken[index].rank:
            label = size_label(taken[index].value, axis, core, nodes, weights)
            if label is not None:
                labels[label] = None
    return tuple(labels)


def size_label(
    value: Value,
    axis: int,
    core: Core,
    nodes: Sequence[Node],
    weights: Mapping[str, Weight],
) -> Label | None:
    """The place in the spec that made an axis of `value` as large as it is."""
    makers = {result: node for node in nodes for result in node.results}
    owners = {weight.value: weight for weight in weights.values()}
    axis %= max(len(value.shape), 1)
    size = value.shape[axis]
    calls = {call.name: call for call in core.calls}
    layer, shown = "", axis
    while True:
        if value in owners:
            return _from_weight(owners[value], size, calls)
        node = makers.get(value)
        if node is None:
            return _from_input(value, axis, size, core)
        if node.layer != layer:
            # in the layer's result; inside the layer it may be another
            layer, shown = node.layer, axis
        step = _back(node, value, axis)
        if step is None:
            call = calls.get(layer)
            if call is None:
                return None
            return Label(call.node.headline, f"`{call.name}` makes axis {shown} {size}")
        value, axis = step


def _back(node: Node, value: Value, axis: int) -> tuple[Value, int] | None:
    """The first operand and its axis that an axis of a result has its size from."""
    for source in sources(node, node.results.index(value), axis):
        operand = node.operands[source.operand]
        if operand.shape[source.axis] == value.shape[axis]:
            return operand, source.axis
    return None


def _from_weight(weight: Weight, size: object, calls: Mapping[str, Call]) -> Label | None:
    """The argument of the layer that holds the size."""
    call, own = _owner(weight.name, calls)
    if call is None or call.layer is None:
        return None
    settings = call.layer.model_fields_set
    fields = [field for field in type(call.layer).model_fields if field in settings]
    # a rank may equal another size by chance: it is asked first by the weights that have it
    fields.sort(key=lambda field: field.startswith("lora_") != own.startswith("lora_"))
    for field in fields:
        held: object = getattr(call.layer, field)
        if held == size and not isinstance(held, bool):
            return _argument(call, (field,), size)
        if is_mapping(held):
            for key, item in held.items():
                if item == size:
                    return _argument(call, (field, str(key)), size)
        if is_sequence(held):
            for index, item in enumerate(held):
                if item == size:
                    return _argument(call, (field, index), size)
    return Label(call.node.headline, f"`{call.name}` makes it {size}")


def _owner(name: str, calls: Mapping[str, Call]) -> tuple[Call | None, str]:
    """The layer of a weight, and the weight's own name in it; dots may stand in both."""
    layer = name
    while layer and layer not in calls:
        layer = layer.rpartition(".")[0]
    return calls.get(layer), name.removeprefix(f"{layer}.")


def _argument(call: Call, path: tuple[str | int, ...], size: object) -> Label:
    written = call.node.nearest(path).value
    reason = f" ({written} = {size})" if isinstance(written, str) else ""
    return Label(call.node.span_of(path), f"makes an axis of `{call.name}` {size}{reason}")


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
    mask: Mask, call: Call, wiring: Wiring, signals: Mapping[str, Mapping[str, Signal]]
) -> tuple[list[str], str | None]:
    """The layers that a mask went through up to `call`, and the first behind that would use it."""
    path = [call.name]
    current = call.name
    while current != mask.origin:
        ports = wiring.feeds[current].ports if current in wiring.feeds else ()
        found = None
        for port in ports:
            held = signals.get(port.source, {}).values()
            if any(
                signal.mask is not None and signal.mask.origin == mask.origin for signal in held
            ):
                found = port.source
                break
        if found is None:
            break
        path.append(found)
        current = found
    path.reverse()
    return path, _first_user(call.name, wiring)


def _first_user(start: str, wiring: Wiring) -> str | None:
    readers: dict[str, list[str]] = {}
    for name, feeds in wiring.feeds.items():
        for port in feeds.ports:
            readers.setdefault(port.source, []).append(name)
    layers = {call.name: call.kind for call in wiring.order}
    queue, seen = deque(readers.get(start, ())), {start}
    while queue:
        name = queue.popleft()
        if name in seen:
            continue
        seen.add(name)
        layer = layers.get(name)
        if layer is not None and layer.masks.uses:
            return name
        if layer is not None and layer.masks.makes:  # which takes the mask's place
            continue
        queue.extend(readers.get(name, ()))
    return None


def mask_origin(mask: Mask, core: Core) -> Label | None:
    """Where a mask starts."""
    for call in core.calls:
        if call.name == mask.origin:
            for key in ("mask_zero", "mask_value"):
                node = call.node.get(key)
                if node is not None:
                    span = call.node.key_span((key,))
                    if span.line == node.span.end_line:
                        span = span._replace(end_column=node.span.end_column)
                    return Label(span, "the mask starts here")
            return Label(call.node.headline, "the mask starts here")
    node = core.node.nearest(("inputs", mask.origin))
    if node.get("mask") is not None:
        return Label(node.key_span(("mask",)), "the mask starts here")
    return None


def weight_label(name: str, calls: Mapping[str, Call]) -> Label | None:
    """The layer that a weight belongs to, of layers by name."""
    call, own = _owner(name, calls)
    if call is None:
        return None
    return Label(call.node.headline, f"`{call.name}` has the weight `{own}`")


def interval_label(value: Value, inputs: Mapping[str, Value], core: Core) -> tuple[Label, ...]:
    """Where an input says which whole numbers it holds."""
    for name, fed in inputs.items():
        node = core.node.nearest(("inputs", name))
        if fed is value and node.get("values") is not None:
            return (Label(node.span_of(("values", "max")), f"the values of `{name}`"),)
    return ()
