"""What layers, inputs and uses of blocks give, as far as it is known; in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.elaborated import Elaborated
from spec_compiler.expanding.copies import Copies, Instance, Names
from spec_compiler.expanding.core import Item
from spec_compiler.expanding.references import References
from spec_compiler.ir.types import shape_text
from spec_compiler.layers.signal import MASK, Signal
from spec_compiler.refusals import Refusal, Skipped
from spec_compiler.source.node import Entry, SourceNode

Results = Mapping[str, Signal]
"""What something gives, by the names of its outputs; the only one is called ``."""


class Made(NamedTuple):
    """Something in a list of layers, and what it gives: in every copy of its block.

    Attributes:
        node: Where it is written.
        names: What it is called, in each copy.
        results: What it gives there; of copies that were refused, nothing.
        tried: Whether nothing uses it: it is what a use gives that was tried.
    """

    node: SourceNode
    names: tuple[str, ...]
    results: tuple[Results, ...]
    tried: bool = False


def type_words(signal: Signal) -> str:
    """Shape, dtype and mask: `(batch, length, 64) float32, masked`."""
    masked = ", masked" if signal.mask is not None else ""
    return f"{shape_text(signal.shape)} {signal.dtype}{masked}"


def result_words(results: Results) -> str:
    """The type of the only result, or of several by name: `y (batch, 8) float32; h (…)`."""
    return "; ".join(
        f"{name} {type_words(signal)}" if name else type_words(signal)
        for name, signal in results.items()
    )


def known_of(analysis: Analysis) -> Iterator[Elaborated]:
    """What is known of layers: those of the spec, then those of blocks that were only tried."""
    if analysis.elaborated is not None:
        yield analysis.elaborated
    for program in analysis.tried:
        signals = {name: dict(step.results) for name, step in program.steps.items()}
        for name, port in {**program.inputs, **program.constants}.items():
            signals[name] = {"": port.signal}
        settings = {name: step.settings for name, step in program.steps.items()}
        nodes = program.graph.nodes
        yield Elaborated(program.wiring, settings, signals, program.steps, nodes, program)


def made_in(analysis: Analysis, lines: tuple[int, int] | None = None) -> Iterator[Made]:
    """What is written in the lists of layers of the document, in the order of its expansion.

    Of a block that nothing uses it is what a use gives that was tried.

    Args:
        analysis: What is known of the document.
        lines: The first and the last line, from 1, on which something of it stands; None for all.
    """
    seen: set[int] = set()
    blocks = analysis.library.blocks.values() if analysis.library is not None else ()
    # what uses a block that is tried stands where the block does
    made_up = {block.node.span for block in blocks if block is not None}
    for at, known in enumerate(known_of(analysis)):
        tried = at > 0 or analysis.elaborated is None
        for made in _made(known, analysis.file, lines or (1, sys.maxsize)):
            if id(made.node) not in seen and not (tried and made.node.span in made_up):
                yield made._replace(tried=tried)
                seen.add(id(made.node))


def _made(known: Elaborated, file: str, lines: tuple[int, int]) -> Iterator[Made]:
    core, (first, last) = known.wiring.core, lines

    def is_there(node: SourceNode) -> bool:
        span = node.span
        return span.line <= last and span.end_line >= first and span.file == file

    written: dict[int, list[Item]] = {}
    for item in core.items:
        # the node of a residual's sum is that of the use, which is looked at below
        if not item.equal and is_there(item.node):
            written.setdefault(id(item.node), []).append(item)
    uses: dict[int, list[Instance]] = {}
    for copy in core.instances:
        # of several copies, the name of the use stands for the last
        if copy.index in {None, 0} and is_there(copy.node):
            uses.setdefault(id(copy.node), []).append(copy)
    for key, items in written.items():
        if key not in uses:
            given = tuple(known.signals[it.name] for it in items if it.name in known.signals)
            yield Made(items[0].node, tuple(item.name for item in items), given)
    for copies in uses.values():
        names = tuple(_name_of(copy) for copy in copies)
        results = tuple(
            _of_use(name, copy.outer.names if copy.outer else core.names, known.signals)
            for name, copy in zip(names, copies, strict=True)
        )
        yield Made(copies[0].node, names, results)


def _name_of(copy: Instance) -> str:
    """What the use of a block is called that made a copy."""
    return copy.name if copy.index is None else copy.name.rpartition(".")[0]


def named(analysis: Analysis, reference: str) -> Signal | None:
    """What a reference of the file's own list means, as far as it is known."""
    known = analysis.elaborated
    return None if known is None else named_in(known, reference, known.wiring.core.names)


def named_in(known: Elaborated, reference: str, names: Names) -> Signal | None:
    """What a reference means in a list of layers, as far as it is known."""
    return _meant(reference, names, known.signals)


def inputs_of(analysis: Analysis) -> Iterator[tuple[str, Entry, Signal]]:
    """The inputs that are written in the document: name, place and type."""
    known, core = analysis.elaborated, analysis.core
    if known is None or core is None:
        return
    for name, entry in core.input_entries.items():
        if name in known.signals and entry.node.span.file == analysis.file:
            yield name, entry, known.signals[name][""]


def _of_use(name: str, names: Names, signals: Mapping[str, Results]) -> Results:
    """What the outputs of a use of a block are, by name; the only one is called ``."""
    meaning = names.meaning.get(name)
    if not isinstance(meaning, Copies):
        return {}
    outputs = list(meaning.last)
    found = {
        output: _meant(name if len(outputs) == 1 else f"{name}.{output}", names, signals)
        for output in outputs
    }
    return {
        output if len(outputs) > 1 else "": signal
        for output, signal in found.items()
        if signal is not None
    }


def _meant(reference: str, names: Names, signals: Mapping[str, Results]) -> Signal | None:
    try:
        source, output = References(Diagnostics()).resolve(reference, names, ())
    except (Refusal, Skipped):
        return None
    results = signals.get(source, {})
    if output == MASK and MASK not in results:
        return None
    return results.get(output or "")
