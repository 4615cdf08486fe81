"""The graph of layers: calls whose edges are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from spec_compiler.expanding.copies import Instance, Place
from spec_compiler.expanding.core import Core, Item
from spec_compiler.language.outputs import Output
from spec_compiler.layers.base.layer import Layer
from spec_compiler.records import record
from spec_compiler.refusals import ItemPath


class Reference(NamedTuple):
    """A result that something reads.

    Attributes:
        source: An input or a layer.
        output: The name of one of several outputs; None for the only one.
        at: Where it is written, relative to the reader: `("from", 1)`; `()` when it is implied.
    """

    source: str
    output: str | None
    at: ItemPath

    @property
    def text(self) -> str:
        """The reference as it is written outside of blocks."""
        return self.source if self.output is None else f"{self.source}.{self.output}"


class Feeds(NamedTuple):
    """What a layer reads, by position or by role; and the tensor that `mask: NAME` names."""

    inputs: tuple[Reference, ...]
    roles: tuple[str, ...] | None = None
    mask: Reference | None = None
    binds: tuple[Reference, ...] = ()
    """What the blocks around it are fed with, which binds their sizes."""

    @property
    def read(self) -> tuple[Reference, ...]:
        """Everything that it reads itself."""
        return self.inputs if self.mask is None else (*self.inputs, self.mask)

    @property
    def needed(self) -> tuple[Reference, ...]:
        """Everything that must be there first."""
        return (*self.read, *self.binds)


class Call(NamedTuple):
    """A layer, and what it reads."""

    item: Item
    feeds: Feeds

    @property
    def name(self) -> str:
        """Of the layer."""
        return self.item.name

    @property
    def kind(self) -> type[Layer]:
        """The type of the layer."""
        return self.item.kind

    @property
    def reuse(self) -> str | None:
        """The first call, whose weights are used again."""
        return self.item.reuse

    @property
    def place(self) -> Place:
        """Where it is written."""
        return self.item.place


class Outlet(NamedTuple):
    """An output: what it reads, and what its author says of it; None where none is declared."""

    reference: Reference
    declared: Output | None


@record
class Wiring:
    """The graph of layers.

    Attributes:
        core: What it was made from.
        calls: In executable order, by name: the order of the file where that is one. Without those
            that were refused, or read what does not exist.
        outputs: By name.
        bindings: What each port of a copy of a block reads.
        claimed: Of each copy, what the outputs are that its block claims something of.
    """

    core: Core
    calls: Mapping[str, Call]
    outputs: Mapping[str, Outlet]
    bindings: Mapping[Instance, Mapping[str, Reference]]
    claimed: Mapping[Instance, Mapping[str, Reference]]
