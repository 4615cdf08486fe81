"""The tree of nodes, built from a stream of scalars, openings and closings.

YAML's events and JSON's tokens drive the same builder, so both have the same limits and the same
rule for duplicate keys. Nothing here recurses.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.source.limits import Limits
from spec_compiler.source.node import Entry, Incomplete, Scalar, SourceNode
from spec_compiler.source.written import Written
from spec_compiler.spans import Edit, Label, Span
from spec_compiler.spelling import nearest


class UnreadableError(Exception):
    """Reading ended early; the diagnostic says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class Anchored(NamedTuple):
    """A node with a name, its size in nodes with aliases expanded, and its height."""

    node: SourceNode
    size: int
    height: int


class _Frame(NamedTuple):
    """What is suspended while a child is open, and what was noted when the child began."""

    node: SourceNode
    key: str | None
    key_span: Span
    height: int
    anchor: str | None
    nodes_before: int


class Dropped(NamedTuple):
    """An entry that is not kept, since its key stands twice or means another mapping.

    Attributes:
        holder: The mapping that it stands in.
        key_span: Of its key.
        node: Its value; what an alias names.
        span: Where that is written.
        first: The entry whose key is the same.
    """

    holder: SourceNode
    key_span: Span
    node: SourceNode
    span: Span
    first: Entry | None


Container: TypeAlias = "list[SourceNode] | dict[str, Entry]"


class TreeBuilder:
    """Builds one document.

    Attributes:
        root: The document's node, once it is complete.
        expects_key: The next thing in this place is a key.
        dropped: Entries that are not kept, and are told of.
    """

    __slots__ = (
        "_again",
        "_anchors",
        "_diagnostics",
        "_height",
        "_key",
        "_key_span",
        "_last",
        "_max_depth",
        "_max_key",
        "_max_nodes",
        "_max_scalar",
        "_node",
        "_nodes",
        "_stack",
        "dropped",
        "expects_key",
        "root",
    )

    def __init__(self, file: str, diagnostics: Diagnostics, limits: Limits) -> None:
        start = Span(file, 1, 1, 1, 1)
        self.root: SourceNode | None = None
        self.expects_key = False
        self._diagnostics = diagnostics
        self._max_depth, self._max_nodes = limits.depth, limits.nodes
        self._max_scalar, self._max_key = limits.scalar, limits.key
        self._anchors: dict[str, Anchored | None] = {}
        self._stack: list[_Frame] = []
        self._node = SourceNode(None, start)
        self._key: str | None = None
        self._key_span = start
        self._last = start
        self._height = 0
        self._nodes = 0
        self._again: dict[int, tuple[Span, Entry | None]] = {}
        self.dropped: list[Dropped] = []

    @property
    def in_list(self) -> bool:
        """Whether the open collection is a list."""
        return isinstance(self._node.value, list)

    def key(self, text: str, span: Span, anchor: str | None = None) -> None:
        """Begin an entry. Of two equal keys the first is kept that has a value."""
        if len(text) > self._max_key:
            raise UnreadableError(too_large("key", len(text), self._max_key, "characters", span))
        if anchor is not None:
            self._anchors[anchor] = Anchored(SourceNode(text, span, None), 1, 0)
        entries: Any = self._node.value  # an open mapping: keys come nowhere else
        self._key, self._key_span, self._last = text, span, span
        self.expects_key = False
        if text in entries:
            first: Entry = entries[text]
            self._diagnostics.add(_duplicate(text, span, first.key_span))
            self._key = text if first.node.value is None else None
            if self._key is None:
                self._again[id(self._node)] = span, first

    def skip_key(self) -> None:
        """Begin an entry that is not kept, since its key was refused."""
        self._key = None
        self.expects_key = False
        self._forget()

    def skip_merge(self, span: Span) -> None:
        """Begin an entry that means the entries of another mapping, and is not kept."""
        self.skip_key()
        self._again[id(self._node)] = span, None

    def drop_entry(self) -> None:
        """Forget the entry that was begun: it has no value."""
        self.expects_key = True
        self._forget()

    def drop_value(self, node: SourceNode) -> None:
        """Forget an entry of the open mapping: its value is not what was meant."""
        entries: Any = self._node.value
        kept = {key: entry for key, entry in entries.items() if entry.node is not node}
        self._node.value = Incomplete[Entry](kept)

    def _forget(self) -> None:
        self._again.pop(id(self._node), None)
        entries: Any = self._node.value
        self._node.value = Incomplete[Entry](entries)

    def scalar(
        self,
        value: Scalar,
        span: Span,
        text_offset: int | Written | None,
        anchor: str | None = None,
    ) -> SourceNode:
        """Add a value to the open collection."""
        if value.__class__ is str and len(value) > self._max_scalar:  # pyright: ignore[reportArgumentType]
            size = len(value)  # pyright: ignore[reportArgumentType]
            raise UnreadableError(too_large("value", size, self._max_scalar, "characters", span))
        node = SourceNode(value, span, text_offset)
        self._nodes += 1
        if self._nodes > self._max_nodes:
            raise UnreadableError(self._too_many(span))
        if anchor is not None:
            self._anchors[anchor] = Anchored(node, 1, 0)
        self._attach(node, span)
        return node

    def open(self, container: Container, span: Span, anchor: str | None = None) -> None:
        """Begin a list or a mapping whose first character is at `span`."""
        if len(self._stack) >= self._max_depth:
            raise UnreadableError(too_deep(self._max_depth, span))
        self._nodes += 1
        if self._nodes > self._max_nodes:
            raise UnreadableError(self._too_many(span))
        if anchor is not None:
            self._anchors[anchor] = None
        self._stack.append(
            _Frame(self._node, self._key, self._key_span, self._height, anchor, self._nodes)
        )
        self._node = SourceNode(container, span, None)
        self._height = 0
        self._last = span
        self.expects_key = container.__class__ is dict

    def close(self, end: tuple[int, int] | None = None) -> None:
        """End the open collection at `end` (line, column), or where its last part ended."""
        node, height = self._node, self._height + 1
        span = node.span
        line, column = end or self._last[3:]
        node.span = span = Span(span.file, span.line, span.column, line, column)
        frame = self._stack.pop()
        self._node, self._key, self._key_span, outer, anchor, before = frame
        if anchor is not None:
            self._anchors[anchor] = Anchored(node, self._nodes - before + 1, height)
        self._height = max(outer, height)
        self._attach(node, span)

    def alias(self, name: str, span: Span) -> None:
        """Add the node that an anchor named, counted at its full size.

        Raises:
            UnreadableError: for an unknown or recursive alias, and past the limits.
        """
        anchored = self._anchors.get(name)
        if anchored is None:
            raise UnreadableError(self._unknown_alias(name, span))
        self._nodes += anchored.size
        if self._nodes > self._max_nodes:
            raise UnreadableError(self._too_many(span))
        if len(self._stack) + anchored.height > self._max_depth:
            raise UnreadableError(too_deep(self._max_depth, span))
        self._height = max(self._height, anchored.height)
        self._attach(anchored.node, span)

    def _attach(self, node: SourceNode, span: Span) -> None:
        self._last = span
        container: Any = self._node.value
        if isinstance(container, dict):
            if self._key is not None:
                container[self._key] = Entry(self._key_span, node)
            elif again := self._again.pop(id(self._node), None):
                self.dropped.append(Dropped(self._node, again[0], node, span, again[1]))
            self.expects_key = True
        elif container.__class__ is list:
            container.append(node)
            self.expects_key = False
        else:
            self.root = node

    def _too_many(self, span: Span) -> Diagnostic:
        return too_large("document", None, self._max_nodes, "values", span)

    def _unknown_alias(self, name: str, span: Span) -> Diagnostic:
        if name in self._anchors:
            return Diagnostic(
                "SPC0019",
                f"`*{name}` stands inside what it names, so it would never end",
                span,
                help=f"remove `*{name}`",
            )
        close = nearest(name, self._anchors)
        return Diagnostic(
            "SPC0019",
            f"`*{name}` refers to an anchor that is not defined above",
            span,
            help=f"did you mean `*{close}`?"
            if close
            else f'write `{name}` for a param or a dim, and quote text: `"*{name}"`',
            edits=(Edit(span, f"*{close}" if close else name),),
            safe=close is not None and close.sure,
        )


def too_large(what: str, size: int | None, limit: int, unit: str, span: Span | None) -> Diagnostic:
    """A finding about something beyond its limit; `size` is None where it was not counted out."""
    has = f"has {size:,} {unit}" if size is not None else f"has more than {limit:,} {unit}"
    return Diagnostic(
        "SPC0030",
        f"the {what} is too large: it {has}",
        span,
        annotation=f"the limit is {limit:,} {unit}",
        help="keep data in files of their own and name them in the spec",
    )


def too_deep(limit: int, span: Span) -> Diagnostic:
    """A finding about nesting beyond its limit."""
    return Diagnostic(
        "SPC0031",
        f"lists and mappings stand inside each other more than {limit} deep",
        span,
        help="close the brackets opened before, or flatten the structure",
    )


def _duplicate(key: str, span: Span, first: Span) -> Diagnostic:
    shown = key if len(key) <= 60 else f"{key[:57]}..."
    return Diagnostic(
        "SPC0014",
        f"the key `{shown}` stands twice in one mapping",
        span,
        annotation="again here",
        labels=(Label(first, "first written here"),),
        help="remove one of them, or rename it",
    )
