"""What the parts of a model give and cost: layers, closed blocks, and several at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from spec_compiler.folds.parts import Part, owner_of
from spec_compiler.folds.shown import with_marks
from spec_compiler.folds.tree import within
from spec_compiler.ir.dims import Size
from spec_compiler.measure import Measure, Parameters, Result, added, measure, memory_of
from spec_compiler.program import Program
from spec_compiler.records import record


@record
class Row:
    """An input, or a part of a model, and what it costs.

    Attributes:
        part: The part; None for an input.
        measure: Under the name of the part, with the costs of all that it stands for; its results
            are those of the last copy that something outside of it reads.
        memory: The bytes of all results of all layers in it; None where they have no number.
        mark: Where it stands in the open sequences around it, a sign for each.
    """

    part: Part | None
    measure: Measure
    memory: Size | None = 0
    mark: str = ""

    @property
    def many(self) -> int:
        """How many there are that are alike."""
        return 1 if self.part is None else self.part.many


class _Read(NamedTuple):
    """A result, and what reads it; `` is an output of the model."""

    output: str
    reader: str


class Measured:
    """Measures parts of one program.

    Args:
        program: What they are parts of.
    """

    def __init__(self, program: Program) -> None:
        rows = measure(program)
        self._layers = {row.name: row for row in rows if row.name in program.steps}
        self.inputs = [Row(None, row) for row in rows if row.name not in program.steps]
        self._reads: dict[str, list[_Read]] = {}
        for step in program.steps.values():
            for read in step.call.feeds.read:
                self._reads.setdefault(read.source, []).append(_Read(read.output or "", step.name))
        for outlet in program.wiring.outputs.values():
            read = outlet.reference
            self._reads.setdefault(read.source, []).append(_Read(read.output or "", ""))

    def rows(self, parts: Sequence[Part]) -> Iterator[Row]:
        """The inputs, then the layers and closed blocks among some parts."""
        yield from self.inputs
        yield from (replace(self.row(part), mark=mark) for mark, part in with_marks(parts))

    def row(self, part: Part) -> Row:
        """A part, closed or open."""
        layers = [self._layers[name] for name in part.layers]
        memory = added(memory_of(layer.results) for layer in layers)
        if part.is_layer and len(layers) == 1:
            return Row(part, layers[0], memory)
        parameters = sum((layer.parameters for layer in layers), Parameters())
        owner = None if parameters.total else owner_of(part, self._reuse)
        flops = added(layer.flops for layer in layers)
        results = self._results(part)
        return Row(part, Measure(part.name, part.kind, results, parameters, flops, owner), memory)

    def _reuse(self, layer: str) -> str | None:
        return self._layers[layer].reuse

    def _results(self, part: Part) -> tuple[Result, ...]:
        inside = {*part.copies[-1]}
        found: list[tuple[str, Result]] = []
        for layer in part.copies[-1]:
            read = {one.output for one in self._reads.get(layer, ()) if one.reader not in inside}
            for result in self._layers[layer].results:
                if result.name in read:
                    words = ".".join(filter(None, (within(layer, part.names[-1]), result.name)))
                    found.append((words, result))
        if not found:
            last = self._layers[part.copies[-1][-1]].results
            found = [(result.name, result) for result in last]
        if len(found) == 1:
            found = [("", found[0][1])]
        return tuple(Result(name, result.type, result.mask) for name, result in found)
