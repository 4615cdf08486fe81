"""What lints look at: what is written in a spec, and the layers of a proved model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from spec_compiler.compile import Analysis
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.signal import Signal
from spec_compiler.places import Placed
from spec_compiler.program import Program, Step
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode

_WORD = re.compile(r"[\w-]+")


class Document:
    """A spec without errors, as lints of what is written look at it."""

    def __init__(self, known: Analysis, node: SourceNode) -> None:
        self.known = known
        self.node = node

    @cached_property
    def words(self) -> Counter[str]:
        """How often each name stands in a value, alone or in an expression."""
        return words_in(self.node)

    @cached_property
    def sizes(self) -> Counter[str]:
        """The same without the names of layers, of which none is read as a param or a dim."""
        return words_in(self.node, names=False)

    def section(self, *path: str) -> Mapping[str, SourceNode]:
        """The entries of a mapping that is written at a path."""
        value = self.node.nearest(path).value if self.node.target(path) else None
        entries = value if isinstance(value, dict) else {}
        return {key: entry.node for key, entry in entries.items() if not key.startswith("x-")}


def words_in(node: SourceNode, *, names: bool = True) -> Counter[str]:
    """How often each name stands in the values of a part of a document.

    Args:
        node: The part.
        names: Whether the names of layers count, where they are made and where they are read.
    """
    found = Counter[str]()
    ahead, seen = [node], set[int]() if names else set(_names_in(node))
    while ahead:
        value = (one := ahead.pop()).value
        if isinstance(value, str) and id(one) not in seen:
            for word in _WORD.findall(value):
                found[word] += 1
                if "-" in word:  # a name, or a difference
                    found.update(word.split("-"))
        elif isinstance(value, dict | list) and id(one) not in seen:
            seen.add(id(one))  # an alias stands for what is there already
            if isinstance(value, list):
                ahead += value
            else:
                ahead += [item.node for key, item in value.items() if not _is_talk(key, item.node)]
    return found


def _names_in(node: SourceNode) -> Iterator[int]:
    """Values that name layers, by identity: those of the file, or of a block."""
    for layer in _parts(_entry(node, "layers")):
        for key in _OF_LAYERS:
            yield from _plain(_entry(layer, key))
    outputs = _entry(node, "outputs")
    if outputs is not None:
        yield from _plain(outputs)
        for output in _parts(outputs):
            yield from _plain(_entry(output, "from"))
    for block in _parts(_entry(node, "blocks")):
        yield from _names_in(block)


_OF_LAYERS = ("name", "from", "mask", "type", "use", "reuse")
"""What of a layer is a name, or has names."""


def _entry(node: SourceNode, key: str) -> SourceNode | None:
    item = node.value.get(key) if isinstance(node.value, dict) else None
    return None if item is None else item.node


def _parts(node: SourceNode | None) -> list[SourceNode]:
    """The values in a list, or in a mapping."""
    if node is not None and isinstance(node.value, dict):
        return [item.node for item in node.value.values()]
    return [*node.value] if node is not None and isinstance(node.value, list) else []


def _plain(node: SourceNode | None) -> Iterator[int]:
    """The texts of a value, or in it, that name no param: `$name` does."""
    for one in [] if node is None else [node, *_parts(node)]:
        if isinstance(one.value, str) and "$" not in one.value:
            yield id(one)


def _is_talk(key: str, node: SourceNode) -> bool:
    """Whether it is said to people alone; an input may be called `doc`, too."""
    return key == "doc" and isinstance(node.value, str)


class Model:
    """A proved model, as lints of layers look at it."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def fed(self, step: Step) -> Signal | None:
        """What the first port of a call reads; None where it has none, or it is a weight."""
        if not step.call.feeds.inputs:
            return None
        source, output, _ = step.call.feeds.inputs[0]
        port = self.program.inputs.get(source) or self.program.constants.get(source)
        if port is not None:
            return port.signal
        before = self.program.steps.get(source)
        return None if before is None else before.results.get(output or "")

    def before(self, step: Step) -> Step | None:
        """The layer that feeds a call, where it is the only one that does."""
        inputs = step.call.feeds.inputs
        return self.program.steps.get(inputs[0].source) if len(inputs) == 1 else None

    def is_shared(self, step: Step) -> bool:
        """Whether more than one layer reads a call, an output does, or others have its weights."""
        return step.call.reuse is not None or step.call.name in self._shared

    @cached_property
    def _shared(self) -> set[str]:
        """What is read by more than one, is an output, or has weights that are used again."""
        seen = {outlet.reference.source for outlet in self.program.wiring.outputs.values()}
        shared = set(seen)
        for call in self.program.wiring.calls.values():
            read = {reference.source for reference in call.feeds.read}
            shared |= read & seen
            seen |= read
            if call.reuse is not None:
                shared.add(call.reuse)
        return shared


def inside_of_steps(layer: Layer) -> tuple[Layer, tuple[str, ...]]:
    """What a TimeDistributed does at every step, and its path; else the layer itself."""
    path: tuple[str, ...] = ()
    while type(layer).__name__ == "TimeDistributed":
        inner = getattr(layer, "layer", None)
        if not isinstance(inner, Layer):
            break
        layer, path = inner, (*path, "layer")
    return layer, path


OfSpec: TypeAlias = Callable[[Document], Iterator[tuple[Placed, Refusal]]]
"""A lint of a whole spec: why something is odd, and what the paths of that are relative to."""
OfLayer: TypeAlias = Callable[[Model, Step], tuple[Step, Refusal] | None]
"""A lint of a call of a layer, of which it is the first that is blamed, or one before it."""
