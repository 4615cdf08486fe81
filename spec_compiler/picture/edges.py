"""What flows between boxes, with shapes and masks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec_compiler.elaborate.elaborated import Elaborated
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.signal import MASK
from spec_compiler.picture.picture import Edge
from spec_compiler.picture.words import tensor_of
from spec_compiler.wiring import Call, Reference


def outputs_of(known: Elaborated) -> dict[str, Reference]:
    """What each output reads; a last layer with several results gives an output for each."""
    read = {name: outlet.reference for name, outlet in known.wiring.outputs.items()}
    if known.program is None:
        return read
    found: dict[str, Reference] = {}
    for name in known.program.outputs:
        source, _, result = name.rpartition(".")
        found[name] = read[name] if name in read else Reference(source, result, ())
    return found


def edges_of(
    known: Elaborated,
    reads: Mapping[str, Reference],
    ids: Mapping[str, str],
    outputs: Mapping[str, str],
) -> Iterator[Edge]:
    """What layers and outputs read, in their order.

    Args:
        known: A list of layers.
        reads: What each output reads.
        ids: Those of the boxes of inputs and layers, by name.
        outputs: Those of outputs; one may be called as a layer is.
    """
    for call in known.wiring.calls.values():
        yield from _read_by(call, known, ids)
    for name, read in reads.items():
        yield from _edge(read, outputs[name], known, ids)


def _read_by(call: Call, known: Elaborated, ids: Mapping[str, str]) -> Iterator[Edge]:
    target = ids[call.name]
    for read in call.feeds.inputs:
        yield from _edge(read, target, known, ids)
    if call.feeds.mask is not None:
        for edge in _edge(call.feeds.mask, target, known, ids):
            yield Edge(edge.source, edge.target, edge.name, edge.label, kind="mask")
    if call.reuse is not None and call.reuse in ids:
        yield Edge(ids[call.reuse], target, kind="weights")


def _edge(
    read: Reference, target: str, known: Elaborated, ids: Mapping[str, str]
) -> Iterator[Edge]:
    source = ids.get(read.source)
    if source is None:
        return
    signals = known.signals.get(read.source, {})
    signal = signals.get(read.output or "")
    if signal is not None:
        tensor = tensor_of(read.output or "", signal)
        yield Edge(source, target, tensor.name, f"{tensor}", tensor.mask)
        return
    first = next(iter(signals.values()), None)
    if read.output == MASK and first is not None and first.mask is not None:
        of = first.mask.value.type
        yield Edge(source, target, MASK, f"{shape_text(of.shape)} {of.dtype}")
        return
    step = known.steps.get(read.source)
    owner = "" if step is None else step.call.reuse or step.name
    first_step = known.steps.get(owner)
    made = None if first_step is None else first_step.weights.get(f"{owner}.{read.output}")
    if made is not None:
        of = made.weight.value.type
        yield Edge(source, target, read.output or "", f"{shape_text(of.shape)} {of.dtype}")
        return
    yield Edge(source, target, read.output or "", kind="data" if signals else "open")
