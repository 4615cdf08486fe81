"""What a drawing of a program shows, whatever it is drawn with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from spec_compiler.ir.types import TensorType
from spec_compiler.measure import Measure, Result, measure
from spec_compiler.program import Program
from spec_compiler.records import record
from spec_compiler.wiring import Reference

LABEL_AT_MOST = 120


@record
class Box:
    """A node of the drawing.

    Attributes:
        id: Safe in every format.
        lines: Its name, and the type of a layer.
        role: `end` is an input or an output.
    """

    id: str
    lines: tuple[str, ...]
    role: Literal["end", "layer"]


@record
class Arrow:
    """An edge between boxes, by their ids; `shared` joins two uses of the same weights."""

    source: str
    target: str
    label: str
    shared: bool = False


@record
class Diagram:
    """A drawing: what stands in it, and what flows."""

    name: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def diagram(program: Program) -> Diagram:
    """Inputs, layers and outputs as boxes; types, masks and shared weights on the arrows."""
    rows = {row.name: row for row in measure(program)}
    ids = {name: f"n{index}" for index, name in enumerate(rows)}
    boxes = [_box(ids[name], row) for name, row in rows.items()]
    arrows = [arrow for row in rows.values() for arrow in _arrows(row, rows, ids, program)]
    for index, (name, made) in enumerate(program.outputs.items(), len(ids)):
        port = _origin(name, program)
        result = Result(port.output or "", made.type, made.mask)
        boxes.append(Box(f"n{index}", (_cut(name),), "end"))
        arrows.append(Arrow(ids[port.source], f"n{index}", _label(result)))
    return Diagram(program.core.header.name or "", tuple(boxes), tuple(arrows))


def _box(box: str, row: Measure) -> Box:
    if row.kind == "input":
        return Box(box, (_cut(row.name),), "end")
    return Box(box, (_cut(row.name), row.kind), "end" if row.kind == "constant" else "layer")


def _arrows(
    row: Measure, rows: Mapping[str, Measure], ids: Mapping[str, str], program: Program
) -> Iterator[Arrow]:
    """What a layer reads: values, the tensor that is its mask, and the weights of another layer."""
    if row.name not in program.steps:
        return
    feeds = program.steps[row.name].call.feeds
    for port in feeds.inputs:
        step = program.steps.get(port.source)
        owner = "" if step is None else step.call.reuse or step.name
        weight = program.graph.weights.get(f"{owner}.{port.output}")
        label = (
            _label(_read(port, rows)) if weight is None else f"{port.output}: {weight.value.type}"
        )
        yield Arrow(ids[port.source], ids[row.name], label)
    if feeds.mask is not None:
        read = _read(feeds.mask, rows)
        of = read.mask if feeds.mask.output == "mask" and read.mask else read.type
        yield Arrow(ids[feeds.mask.source], ids[row.name], _typed(of, " as mask"))
    if row.reuse is not None:
        yield Arrow(ids[row.reuse], ids[row.name], "same weights", shared=True)


def _read(port: Reference, rows: Mapping[str, Measure]) -> Result:
    """The result that a port means: the one it names, else the first."""
    results = rows[port.source].results
    return next((result for result in results if result.name == port.output), results[0])


def _origin(output: str, program: Program) -> Reference:
    """What an output reads; a last layer with several results gives an output for each."""
    outlet = program.wiring.outputs.get(output)
    if outlet is not None:
        return outlet.reference
    source, _, result = output.rpartition(".")
    return Reference(source, result, ())


def _label(result: Result) -> str:
    name = f"{result.name}: " if result.name else ""
    return name + _typed(result.type, " mask" if result.mask else "")


def _typed(of: TensorType, ending: str) -> str:
    return _cut(str(of)) + ending


def _cut(text: str) -> str:
    return text if len(text) <= LABEL_AT_MOST else f"{text[: LABEL_AT_MOST - 3]}..."
