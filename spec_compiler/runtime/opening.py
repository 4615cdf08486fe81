"""What is inside of layers, brought out: loops that give what a step of theirs has, of all steps.

A loop computes what it gives, and nothing else leaves it. What is asked for becomes one more of its
results; whatever it gave before stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from spec_compiler.ir.graph import Graph, Scan, Value
from spec_compiler.ir.types import TensorType
from spec_compiler.layers.signal import Mask, Noted, Outward, Signal, Turn
from spec_compiler.passes.rewriting import Rewriting
from spec_compiler.program import Program


class _Way(NamedTuple):
    """A value, and how it comes out of the graph that is being opened."""

    signal: Signal
    steps: tuple[Outward, ...]

    @property
    def last_loop(self) -> tuple[int, Value] | None:
        """Which step is the last that leaves a loop, the outermost, and a result of that loop."""
        loops = [(at, step.loop) for at, step in enumerate(self.steps) if step.loop is not None]
        return loops[-1] if loops else None


def opened(program: Program, wanted: Mapping[str, Noted]) -> tuple[Program, dict[str, Signal]]:
    """A program that computes what is inside of its layers, too.

    Args:
        program: The model.
        wanted: What is inside, by name.

    Returns:
        The program, and where in its graph the values are.
    """
    if not any(noted.way for noted in wanted.values()):
        return program, {name: noted.signal for name, noted in wanted.items()}
    level = _Level(program.graph)
    found = level.open({name: _Way(noted.signal, noted.way) for name, noted in wanted.items()})
    return replace(program, graph=level.graph()), found


class _Level:
    """The program, or the body of a loop, while values are brought out of what is in it."""

    def __init__(self, graph: Graph) -> None:
        self.rewriting = Rewriting(graph)
        self.b = self.rewriting.b
        self.loops: dict[Value, tuple[int, Scan]] = {}
        for at, node in enumerate(graph.nodes):
            self.rewriting.keep(node)
            if isinstance(node, Scan):
                self.loops.update(dict.fromkeys(node.results, (at, node)))

    def graph(self, also: Mapping[str, Value] | None = None) -> Graph:
        """What has become of it, with some more outputs."""
        graph = self.rewriting.done()
        return replace(graph, outputs={**graph.outputs, **(also or {})})

    def open(self, wanted: Mapping[str, _Way]) -> dict[str, Signal]:
        """Where values are in this graph, once they are brought out."""
        of_loops: dict[int, dict[str, _Way]] = {}
        loops: dict[int, Scan] = {}
        found: dict[str, Signal] = {}
        for name, way in wanted.items():
            last = way.last_loop
            if last is None:
                found[name] = self._after(way.signal, way.steps)
                continue
            at, loops[at] = self.loops[last[1]]
            of_loops.setdefault(at, {})[name] = way
        for at, ways in of_loops.items():
            found |= self._out_of(at, loops[at], ways)
        return {name: found[name] for name in wanted}

    def _out_of(self, at: int, node: Scan, ways: Mapping[str, _Way]) -> dict[str, Signal]:
        """Values that a loop computes, which gives them now."""
        self.b.layer = node.layer
        body = _Level(node.body)
        outer = {name: way.last_loop[0] for name, way in ways.items() if way.last_loop}
        signals = body.open(
            {name: _Way(way.signal, way.steps[: outer[name]]) for name, way in ways.items()}
        )
        stacked = self._stacked(at, node, body, [*signals.values()])
        found: dict[str, Signal] = {}
        for name, signal in signals.items():
            step, *rest = ways[name].steps[outer[name] :]
            value = self._rows_first(stacked[signal.value], signal.batch)
            mask = signal.mask
            if mask is not None:
                turned = self._rows_first(stacked[mask.value], signal.batch)
                mask = replace(mask, value=turned)
            batch = signal.batch if signal.batch in (0, None) else signal.batch + 1
            outside = Signal(value, mask, batch=batch)
            found[name] = self._after(outside, (step._replace(loop=None), *rest))
        return found

    def _stacked(
        self, at: int, node: Scan, body: _Level, signals: list[Signal]
    ) -> dict[Value, Value]:
        """What stands for values of a body behind its loop, `[steps, …]`, by these values."""
        length, names = node.operands[0].shape[0], [*node.body.outputs.values()]
        stacked = dict(zip(names[node.states :], node.results[node.states :], strict=True))
        values = [signal.value for signal in signals]
        values += [signal.mask.value for signal in signals if signal.mask is not None]
        fresh = [value for value in dict.fromkeys(values) if value not in stacked]
        for value in fresh:
            of = TensorType(value.dtype, (length, *value.shape))
            stacked[value] = self.b.value(of)
        given = {f"y{len(names) + i}": value for i, value in enumerate(fresh)}
        results = (*node.results, *(stacked[value] for value in fresh))
        self.b.nodes[at] = replace(node, results=results, body=body.graph(given))
        return stacked

    def _rows_first(self, stacked: Value, batch: int | None) -> Value:
        """What is stacked, with the rows before the steps where each step has them first."""
        if batch != 0 or not stacked.type.rank > 1:
            return stacked
        return self.b.transpose(stacked, (1, 0, *range(2, stacked.type.rank)))

    def _after(self, signal: Signal, steps: tuple[Outward, ...]) -> Signal:
        """What becomes of a value that is in this graph."""
        for step in steps:
            if step.turn is not None:
                signal = self._turned(signal, step.turn)
            if signal.mask is None and signal.batch == 0:
                signal = signal.masked(step.mask)
        return signal

    def _turned(self, signal: Signal, turn: Turn) -> Signal:
        mask: Mask | None = signal.mask
        if mask is not None:
            mask = replace(mask, value=turn(self.b, mask.value))
        return Signal(turn(self.b, signal.value), mask, batch=signal.batch)
