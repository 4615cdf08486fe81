"""The core form, which the compiler works on: no params, no defaults left open, all placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from spec_compiler.declaring.scope import Scope
from spec_compiler.expanding.copies import Instance, Names, Place
from spec_compiler.files import Origin
from spec_compiler.formula.arithmetic import SizeRelation
from spec_compiler.language.document import Header
from spec_compiler.language.inputs import Input
from spec_compiler.language.outputs import Output
from spec_compiler.language.settings import Around, Settings, Sources
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.layer import Layer
from spec_compiler.reading.defaults import Defaults
from spec_compiler.reading.library import Block
from spec_compiler.refusals import ItemPath
from spec_compiler.source.node import Entry, SourceNode

if TYPE_CHECKING:
    from spec_compiler.language.tests import SpecTest
    from spec_compiler.language.train import Train


class Pending(NamedTuple):
    """The settings of a layer in a block: they may name sizes that only the copy's inputs bind."""

    written: SourceNode
    defaults: Defaults
    above: str
    """What an absent `from` means."""
    cells: Mapping[ItemPath, Layer]
    """The blocks that are its cells, by where they stand."""


class Item(NamedTuple):
    """A layer of the core form, as it is written: the next stage finds what it reads.

    Attributes:
        name: Unique.
        kind: The type of the layer; of a `reuse`, that of the first call.
        settings: Those of the layer, of a `reuse` those of the first call; and this call's own.
        sources: What the author wrote under `from`; None for the item directly above.
        mask: The tensor that `mask: NAME` names.
        node: Where it is written.
        names: What references mean where it stands.
        reuse: The first call, whose weights are used again.
        explicit_name: Whether the author wrote the name.
        above: What an absent `from` means; None for the only input.
        instance: The copy of a block that it belongs to; None in the file's own list.
        equal: Whether the inputs must have one shape, as a residual's must.
    """

    name: str
    kind: type[Layer]
    settings: Settings | Pending
    sources: Sources | None
    mask: str | None
    node: SourceNode
    names: Names
    reuse: str | None = None
    explicit_name: bool = True
    above: str | None = None
    instance: Instance | None = None
    equal: bool = False

    @property
    def place(self) -> Place:
        """Where it is written, and the copy of a block that it stands in."""
        return Place(self.node, self.instance)


def plain_item(
    kind: str,
    name: str,
    sources: Sources,
    item: SourceNode,
    names: Names,
    instance: Instance | None,
) -> Item:
    """A layer that nobody wrote, without settings of its own."""
    settings = Settings(LAYERS[kind](), Around())
    return Item(name, LAYERS[kind], settings, sources, None, item, names, instance=instance)


class Refused(NamedTuple):
    """The place of a layer that was refused: what depends on it is not checked."""

    name: str
    node: SourceNode
    instance: Instance | None = None

    @property
    def place(self) -> Place:
        """Where it is written, and the copy of a block that it stands in."""
        return Place(self.node, self.instance)


@dataclass(frozen=True, eq=False, repr=False)
class Core:
    """A whole spec, expanded.

    Attributes:
        header: What is said once.
        scope: The params' values and the dims' sizes.
        relations: The constraints, with their index in the file.
        inputs: By name, in the order of the file; None for a declaration that was refused.
        items: The layers in the order of the file.
        refused: Names that layers have which were refused.
        outputs: By name; None stands for the last layer.
        node: The whole document.
        origin: Where it was read from.
        names: What references mean in the file's own list.
        instances: Every copy of a block.
        last: The name of the last item.
        tests: With their index in the file.
        input_entries: Where each input is declared.
        cells: Blocks that are cells of layers, each expanded by itself.
        given_weights: A file of weights in place of the one that the header names.
        train: How the model is trained, if the file says it.
        beside: How many errors there are in sections that change nothing of the model.
    """

    header: Header
    scope: Scope
    relations: tuple[tuple[int, SizeRelation], ...]
    inputs: Mapping[str, Input | None]
    items: tuple[Item, ...]
    refused: frozenset[str]
    outputs: Mapping[str, Output] | None
    node: SourceNode
    origin: Origin
    names: Names
    instances: tuple[Instance, ...]
    last: str | None
    tests: tuple[tuple[int, SpecTest], ...] = ()
    input_entries: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    given_weights: str | None = None
    cells: tuple[Core, ...] = ()
    train: Train | None = None
    beside: int = 0

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.origin.file

    @property
    def used(self) -> set[Block]:
        """The blocks that are in it."""
        inside = (cell.used for cell in self.cells)
        return {item.block for item in self.instances}.union(*inside)

    @cached_property
    def layer_places(self) -> dict[str, Place]:
        """Where every layer is written."""
        return {item.name: item.place for item in self.items}

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where every layer, and every use of a block, is written."""
        return {item.name: item.place for item in self.instances} | self.layer_places
