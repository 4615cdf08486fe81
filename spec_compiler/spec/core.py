"""The core form, which the compiler works on: no params, no defaults left open, all placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from spec_compiler.files import Origin
from spec_compiler.layers.layer import Layer
from spec_compiler.notation.arithmetic import Relation
from spec_compiler.notation.scope import Scope
from spec_compiler.source.node import Entry, Node
from spec_compiler.spec.defaults import Defaults
from spec_compiler.spec.document import Header
from spec_compiler.spec.inputs import Input
from spec_compiler.spec.instance import Instance, Names, Place
from spec_compiler.spec.outputs import Output
from spec_compiler.spec.tests_section import SpecTest


@dataclass(frozen=True, slots=True)
class Pending:
    """The settings of a layer in a block: they may name sizes that only the call's inputs bind."""

    cls: type[Layer]
    written: Node
    defaults: Defaults


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a layer.

    Attributes:
        name: Unique.
        layer: The settings; for a `reuse`, those of the first call with this call's own `expect`
            and `mask`. None when they were refused: what depends on it is not checked. None in a
            block until the block's inputs are known.
        sources: What the author wrote under `from`; None for the item directly above.
        node: Where it is written.
        reuse: The first call, whose weights are used again.
        explicit_name: Whether the author wrote the name.
        names: What references mean where it stands.
        above: What an absent `from` means; None for the only input.
        mask: The tensor that `mask: NAME` names.
        instance: The copy of a block that it belongs to; None in the file's own list.
        pending: The settings in a block, as they are written.
        equal: Whether the inputs must have one shape, as a residual's must.
    """

    name: str
    layer: Layer | None
    sources: str | list[str] | dict[str, str] | None
    node: Node
    reuse: str | None = None
    explicit_name: bool = True
    names: Names = field(default_factory=lambda: Names())
    above: str | None = None
    mask: str | None = None
    instance: Instance | None = None
    pending: Pending | None = None
    equal: bool = False

    @property
    def place(self) -> Place:
        """Where it is written, and the copy of a block that it stands in."""
        return Place(self.node, self.instance)

    @property
    def refused(self) -> bool:
        """Whether its settings were refused."""
        return self.layer is None and self.pending is None

    @property
    def kind(self) -> type[Layer] | None:
        """The type of the layer."""
        return type(self.layer) if self.layer is not None else self.pending and self.pending.cls


@dataclass(frozen=True, slots=True)
class Core:
    """A whole spec, expanded.

    Attributes:
        header: What is said once.
        scope: The params' values and the dims' sizes.
        relations: The constraints, with their index in the file.
        inputs: By name, in the order of the file; None for a declaration that was refused.
        calls: The layers in the order of the file.
        outputs: By name; None stands for the last layer.
        node: The whole document.
        origin: Where it was read from.
        names: What references mean in the file's own list.
        instances: Every copy of a block.
        last: The name of the last item.
        tests: With their index in the file.
        input_entries: Where each input is declared.
    """

    header: Header
    scope: Scope
    relations: tuple[tuple[int, Relation], ...]
    inputs: Mapping[str, Input | None]
    calls: tuple[Call, ...]
    outputs: Mapping[str, Output] | None
    node: Node
    origin: Origin
    names: Names
    instances: tuple[Instance, ...]
    last: str | None
    tests: tuple[tuple[int, SpecTest], ...] = ()
    input_entries: Mapping[str, Entry] = field(default_factory=dict[str, Entry])

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.origin.file

    @property
    def places(self) -> dict[str, Place]:
        """Where every layer, and every use of a block, is written."""
        found = {item.name: item.place for item in self.instances}
        return found | {call.name: call.place for call in self.calls}
