"""Copies of blocks, and what references mean inside and outside of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from spec_compiler.fixes import Fix
from spec_compiler.formula.arithmetic import names_in
from spec_compiler.places import Target
from spec_compiler.reading.library import Block
from spec_compiler.reading.packaged import is_packaged
from spec_compiler.records import entity
from spec_compiler.refusals import ItemPath
from spec_compiler.source.node import SourceNode
from spec_compiler.spans import Label, Span

if TYPE_CHECKING:
    from spec_compiler.language.use import Use


@dataclass(eq=False, repr=False)
class Names:
    """What the names of one list of layers mean.

    Attributes:
        inputs: The names that feed the list: those of the file, or a block's ports.
        meaning: A layer or an input by its full name, a port's feed, or the copies of a block.
        unsure: Something in the list could not be read whose name is not known.
        listed: What may have been meant by a name, behind some words, and of how many it was made.
    """

    inputs: list[str] = field(default_factory=list[str])
    meaning: dict[str, Meaning] = field(default_factory=dict[str, "Meaning"])
    unsure: bool = False
    listed: dict[tuple[str, ...], tuple[list[str], int]] = field(
        default_factory=dict[tuple[str, ...], tuple[list[str], int]]
    )


@entity
class WrittenFeed:
    """A reference as it is written, and where.

    Attributes:
        reference: The text; None for the only input of `names`.
        names: What it is read with.
        node: The item that has it.
        at: Where in the item; `()` when it is implied.
        instance: The copy of a block that it stands in.
    """

    reference: str | None
    names: Names
    node: SourceNode
    at: ItemPath = ()
    instance: Instance | None = None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.node, self.instance)


class Copies(NamedTuple):
    """A use of a block: every copy's outputs, and what the name alone stands for.

    Attributes:
        last: The outputs of the last copy.
        copies: The outputs of each copy; empty where the block is used once.
    """

    last: Mapping[str, WrittenFeed]
    copies: tuple[Mapping[str, WrittenFeed], ...] = ()


class Used(NamedTuple):
    """A use of a block, which may be run again with the same weights.

    Attributes:
        use: The declaration.
        block: The definition.
        written: The item, which gives the block's params their values.
        owner: The name of the first run, whose layers have the weights.
    """

    use: Use
    block: Block
    written: SourceNode
    owner: str


Meaning: TypeAlias = "str | WrittenFeed | Copies"


@dataclass(eq=False, repr=False)
class Instance:
    """One copy of a block.

    Attributes:
        block: The definition.
        node: The item that it stands for.
        written: The item that gives the block's params their values: the same, or what it reuses.
        name: The full name of the copy, which its layers' names begin with.
        index: Of the copy; None where there is one.
        feeds: What each port reads.
        names: What references mean inside.
        outer: The copy that the item stands in.
        file: The copy of a whole file that the definition belongs to, whose params it sees; None
            where the file's params have the values that the file gives them.
        outputs: What stands outside, once the layers are read.
        claimed: The outputs of which the block's author says what they are, before a residual.
    """

    block: Block
    node: SourceNode
    name: str
    index: int | None
    feeds: Mapping[str, WrittenFeed]
    names: Names
    outer: Instance | None
    file: Instance | None = None
    outputs: dict[str, WrittenFeed] = field(default_factory=dict[str, WrittenFeed])
    claimed: dict[str, WrittenFeed] = field(default_factory=dict[str, WrittenFeed])
    written: SourceNode = field(kw_only=True)

    @property
    def place(self) -> Place:
        """The item that uses the block, and the copy that it stands in."""
        return Place(self.node, self.outer)

    @property
    def trace(self) -> tuple[Label, ...]:
        """The uses that it comes from, the innermost first."""
        label = expanded_from(self.node, self.index)
        return (label, *(self.outer.trace if self.outer else ()))


class Place(NamedTuple):
    """An item that is written, and the copy of a block that it stands in.

    What stands in a library of the package is blamed where the author uses the block.
    """

    node: SourceNode
    instance: Instance | None = None

    @property
    def file(self) -> str:
        """The name of the file."""
        return self._outside(()).node.span.file

    @property
    def trace(self) -> tuple[Label, ...]:
        """The uses of blocks that it comes from."""
        if self.instance is None:
            return ()
        if not is_packaged(self.node.span.file):
            return self.instance.trace
        written = Label(self.node.headline, f"in the block `{self.instance.block.name}`")
        outer = self._outside(()).instance
        return (written, *(outer.trace if outer is not None else ()))

    def span_of(
        self, path: ItemPath, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> Span:
        """As the item's own."""
        outside = self._outside(path)
        if outside.node is not self.node:
            return outside.node.span_of(outside.path)
        return self.node.span_of(path, within, key=key)

    def target(self, path: ItemPath) -> Target | None:
        """As the item's own; nobody edits a library of the package."""
        return None if is_packaged(self.node.span.file) else self.node.target(path)

    def advice(self, path: ItemPath) -> Fix | None:
        """As the item's own."""
        return self.node.advice(path)

    def stands_for(self, path: ItemPath) -> str:
        """As the item's own."""
        outside = self._outside(path)
        return outside.node.stands_for(outside.path)

    def _outside(self, path: ItemPath) -> _Blamed:
        """The nearest use that the author wrote, and the value in it that the text names."""
        node, instance = self.node, self.instance
        while instance is not None and is_packaged(node.span.file):
            text = node.nearest(path).value if path else None
            named = names_in(text) if isinstance(text, str) else ()
            given = [(key, name) for key in ("with", "each") for name in named
                     if (values := instance.node.get(key)) and values.get(name)]  # fmt: skip
            path = given[0] if len(given) == 1 else ()
            node, instance = instance.node, instance.outer
        return _Blamed(node, path, instance)


class _Blamed(NamedTuple):
    """An item, the path in it, and the copy of a block that it stands in."""

    node: SourceNode
    path: ItemPath
    instance: Instance | None


def expanded_from(item: SourceNode, copy: int | None = None) -> Label:
    """The place of a use of a block, and of which copy of it a message is."""
    key = "use" if item.get("reuse") is None else "reuse"
    named = item.get(key)
    which = f", copy {copy}" if copy is not None else ""
    text = f"expanded from `{key}: {named.value if named else ''}`{which}"
    return Label(item.headline, text, is_way=True)
