"""From what is known of a spec to its picture, also where the spec is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from spec_compiler.compile import Analysis
from spec_compiler.elaborate.elaborated import Elaborated
from spec_compiler.elaborate.reading import Signals
from spec_compiler.expanding.copies import Instance
from spec_compiler.folds import Part, parts_of
from spec_compiler.layers.signal import Signal
from spec_compiler.measure import Measure, Result, assumed, measure_steps
from spec_compiler.picture.alike import with_alike
from spec_compiler.picture.blocks import by_themselves
from spec_compiler.picture.costs import costs
from spec_compiler.picture.edges import edges_of, outputs_of
from spec_compiler.picture.picture import Box, Costs, Edge, Group, Lines, Picture
from spec_compiler.picture.refused import with_refused
from spec_compiler.picture.remarks import remarks_of
from spec_compiler.picture.words import last_line, lines_of, tensors_of
from spec_compiler.program import Program


def draw(
    analysis: Analysis, sizes: Mapping[str, int] | None = None, *, alike: bool = True
) -> Picture:
    """The picture of a spec; of a file of blocks, every block by itself.

    Args:
        analysis: What is known of it.
        sizes: Numbers for named sizes, for what layers cost.
        alike: Whether what is alike has a group around it, where all is proved.
    """
    parts = [] if analysis.elaborated is None else [analysis.elaborated]
    if analysis.core is not None and not analysis.core.items and not analysis.core.refused:
        parts = by_themselves(analysis) or parts
    boxes: list[Box] = []
    groups: list[Group] = []
    edges: list[Edge] = []
    rows = [row for part in parts for row in _rows(part)]
    numbers = assumed(rows, sizes or {})
    for index, part in enumerate(parts):
        drawn = _Part(part, analysis.file, numbers, f"p{index}" if index else "")
        if alike and part.program is not None:
            drawn.frame_alike(parts_of(part.program))
        boxes += drawn.boxes
        groups += drawn.groups
        edges += drawn.edges()
    boxes, edges = with_refused(analysis, boxes, groups, edges)
    remarks = remarks_of(analysis, boxes, groups)
    blamed = {box for one in remarks if one.severity == "error" for box in one.boxes}
    boxes = [
        replace(box, role="refused") if box.role == "unknown" and box.id in blamed else box
        for box in boxes
    ]
    header = analysis.stated.header if analysis.stated is not None else None
    return Picture(
        analysis.file,
        (header.name if header is not None else None) or os.path.basename(analysis.file),
        (header.doc if header is not None else None) or "",
        analysis.found.sources.get(analysis.file, ""),
        tuple(boxes),
        tuple(groups),
        tuple(edges),
        remarks,
        tuple(numbers.items()),
    )


def draw_program(program: Program) -> Picture:
    """The picture of a spec that was proved.

    Args:
        program: The spec.
    """
    ends = {**program.inputs, **program.constants}
    signals: dict[str, Signals] = {name: {"": port.signal} for name, port in ends.items()}
    signals |= {name: {**step.results} for name, step in program.steps.items()}
    nodes = program.graph.nodes
    known = Elaborated(program.wiring, {}, signals, program.steps, nodes, program)
    numbers = assumed(_rows(known), {})
    drawn = _Part(known, program.core.file, numbers, "")
    header = program.core.header
    return Picture(
        program.core.file,
        header.name or os.path.basename(program.core.file),
        header.doc or "",
        program.sources.get(program.core.file, ""),
        tuple(drawn.boxes),
        tuple(drawn.groups),
        tuple(drawn.edges()),
        assumed=tuple(numbers.items()),
    )


def _rows(part: Elaborated) -> Iterator[Measure]:
    for name in part.wiring.core.inputs:
        signals = part.signals.get(name, {})
        yield Measure(name, "input", tuple(_result(*item) for item in signals.items()))
    yield from measure_steps(part.steps, part.nodes)


def _result(name: str, signal: Signal) -> Result:
    return Result(name, signal.value.type, signal.mask.value.type if signal.mask else None)


class _Part:
    """The boxes and groups of one list of layers."""

    def __init__(self, known: Elaborated, file: str, sizes: Mapping[str, int], prefix: str) -> None:
        self.known, self.core, self.file, self.sizes = known, known.wiring.core, file, sizes
        self.prefix = prefix
        self.groups: list[Group] = []
        self._inside: dict[Instance, str] = {}
        for instance in self.core.instances:
            self._add_group(instance)
        rows = {row.name: row for row in _rows(known)}
        self.reads = outputs_of(known)
        self.boxes = [*self._inputs(rows), *self._layers(rows), *self._outputs()]

    def frame_alike(self, parts: Sequence[Part]) -> None:
        """Put groups around what is alike."""
        self.boxes, self.groups = with_alike(self.boxes, self.groups, parts, self.prefix)

    def edges(self) -> Iterator[Edge]:
        """What flows between the boxes."""
        ends = {box.name: box.id for box in self.boxes if box.role == "output"}
        ids = {box.name: box.id for box in self.boxes if box.role != "output"}
        return edges_of(self.known, self.reads, ids, ends)

    def _id(self, kind: str, index: int) -> str:
        return f"{self.prefix}{kind}{index}"

    def _add_group(self, instance: Instance) -> None:
        outer = "" if instance.outer is None else self._inside.get(instance.outer, "")
        lines = lines_of(instance.place, self.file)
        block = instance.block.name
        if instance.index is not None:
            name = instance.name.rpartition(".")[0]
            if instance.index == 0:
                group = Group(self._id("g", len(self.groups)), name, block, outer, 1, lines)
                self.groups.append(group)
            else:
                at = next(
                    at
                    for at in range(len(self.groups) - 1, -1, -1)
                    if self.groups[at].name == name and self.groups[at].group == outer
                )
                count = self.groups[at].copies + 1
                group = self.groups[at] = replace(self.groups[at], copies=count)
            outer = group.id
        made = Group(self._id("g", len(self.groups)), instance.name, block, outer, 0, lines)
        self.groups.append(made)
        self._inside[instance] = made.id

    def _inputs(self, rows: Mapping[str, Measure]) -> Iterator[Box]:
        for index, (name, declared) in enumerate(self.core.inputs.items()):
            entry = self.core.input_entries.get(name)
            constant = declared is not None and declared.tensor is not None
            role = "refused" if declared is None else "constant" if constant else "input"
            lines = None
            if entry is not None and entry.node.span.file == self.file:
                lines = Lines(entry.key_span.line, last_line(entry.node))
            tensors = tensors_of(self.known.signals.get(name, {}))
            cost = costs(rows[name], self.sizes) if tensors else Costs()
            kind = "constant" if constant else "input"
            yield Box(self._id("i", index), name, kind, role, "", tensors, cost, lines)

    def _layers(self, rows: Mapping[str, Measure]) -> Iterator[Box]:
        core = self.core
        order = {name: at for at, name in enumerate(self.known.wiring.calls)}
        items = sorted(core.items, key=lambda item: order.get(item.name, len(order)))
        for index, item in enumerate(items):
            group = "" if item.instance is None else self._inside.get(item.instance, "")
            row = rows.get(item.name)
            signals = self.known.signals.get(item.name, {})
            yield Box(
                self._id("n", index),
                item.name,
                item.kind.__name__,
                "layer" if row is not None else "unknown",
                group,
                tensors_of(signals),
                costs(row, self.sizes) if row is not None else Costs(),
                lines_of(item.place, self.file),
                item.reuse or "",
            )

    def _outputs(self) -> Iterator[Box]:
        for index, (name, read) in enumerate(self.reads.items()):
            outlet = self.known.wiring.outputs.get(name)
            signal = self.known.signals.get(read.source, {}).get(read.output or "")
            tensors = tensors_of({"": signal}) if signal is not None else ()
            lines = None
            node = self.core.node.get("outputs")
            if node is not None and node.span.file == self.file and outlet and outlet.declared:
                stated = node.get(name) or node
                lines = Lines(stated.span.line, last_line(stated))
            yield Box(self._id("o", index), name, "output", "output", "", tensors, lines=lines)
