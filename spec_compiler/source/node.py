"""A parsed document: plain data in which every key and every value knows its place."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias, TypeVar

from spec_compiler.fixes import Fix, write
from spec_compiler.places import Target
from spec_compiler.refusals import ItemPath
from spec_compiler.source.positions import span_at
from spec_compiler.source.written import Written
from spec_compiler.spans import Label, Span

Scalar: TypeAlias = "str | int | float | bool | None"
Plain: TypeAlias = "Scalar | list[Plain] | dict[str, Plain]"
Value = TypeVar("Value")


class Entry(NamedTuple):
    """A key's place and its value."""

    key_span: Span
    node: SourceNode


class Incomplete(dict[str, Value]):
    """A mapping of which something could not be read: what it lacks may have stood there."""


class SourceNode:
    """A scalar, a list of nodes, or a mapping from text to entries; and where it stands.

    `text_offset` is how many characters of the source stand before the scalar's first character
    (1 for a quoted scalar), so that a caret can point inside it. Where it spans lines or holds
    escapes, columns do not correspond: then it is how the scalar is written. None for collections.

    `was` is the node that says the same in an earlier version of the text, some lines further up
    or down; None for what was read.
    """

    __slots__ = ("span", "text_offset", "value", "was")

    def __init__(
        self,
        value: Scalar | list[SourceNode] | dict[str, Entry],
        span: Span,
        text_offset: int | Written | None = 0,
        was: SourceNode | None = None,
    ) -> None:
        self.value = value
        self.span = span
        self.text_offset = text_offset
        self.was = was

    def inside(self, start: int, end: int) -> Span | None:
        """Where some characters of a text stand; None where that cannot be told."""
        offset = self.text_offset
        if not isinstance(self.value, str) or offset is None:
            return None
        if isinstance(offset, int):
            return self.span.inside(start + offset, end + offset)
        found = offset.within(self.value, start, end)
        if found is None:
            return None
        span = span_at(self.span.file, offset.source, *found)
        if span.line != span.end_line:  # the end of a line is blamed, not its break
            span = Span(span.file, span.line, span.column, span.line, span.column + 1)
        return span

    def plain(self) -> Plain:
        """The data without places. Depth is bounded by the reader, so recursion is safe."""
        value = self.value
        if isinstance(value, dict):
            return {key: entry.node.plain() for key, entry in value.items()}
        if isinstance(value, list):
            return [item.plain() for item in value]
        return value

    def get(self, key: str | int) -> SourceNode | None:
        """The child under a key or index, or None."""
        value = self.value
        if isinstance(value, dict) and isinstance(key, str):
            entry = value.get(key)
            return entry.node if entry else None
        if isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
            return value[key]
        return None

    def nearest(self, path: ItemPath) -> SourceNode:
        """The node at `path`, or the deepest one on the way to it.

        What is written short stands for what it means: a single mapping for a list of one, whose
        index 0 is itself; a list for a mapping with one key, under which it stands.
        """
        node = self
        for key in path:
            child = node.get(key)
            if child is None and not node.is_short_for(key):
                return node
            node = child or node
        return node

    def key_span(self, path: ItemPath) -> Span:
        """The place of the last key of `path` (of the value, in a list)."""
        if not path:
            return self.span
        parent, key = self.nearest(path[:-1]), path[-1]
        if isinstance(parent.value, dict) and isinstance(key, str) and key in parent.value:
            return parent.value[key].key_span
        return (parent.get(key) or parent).span

    # --- what refusals are relative to ---------------------------------------------------------

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.span.file

    @property
    def trace(self) -> tuple[Label, ...]:
        """Nothing leads to what stands in the file itself."""
        return ()

    def span_of(
        self, path: ItemPath, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> Span:
        """Where the value at `path` (or its key) stands, or characters within it.

        What is not written has the place of the item that it belongs to: a layer's `type`, an
        input's `shape`, or the first line of the node.
        """
        if key and path:
            return self.key_span(path)
        found = self.nearest(path)
        if found is self:
            return self.headline
        inside = found.inside(*within) if within is not None else None
        if inside is not None:
            return inside
        if found.value == {}:
            return self.key_span(path)
        return found.headline if isinstance(found.value, dict) else found.span

    def target(self, path: ItemPath) -> Target | None:
        """What is written at `path` itself, with what it stands in; None where nothing is."""
        node, target = self, Target(self.span, size=self._size)
        for step in path:
            child = node.get(step)
            if child is not None:
                entries = node.value
                key = entries[step].key_span if isinstance(entries, dict) else None  # pyright: ignore[reportArgumentType]
                node, target = child, Target(child.span, key, child._size, target)
            elif not node.is_short_for(step):
                return None
        return target

    @property
    def _size(self) -> int | None:
        return len(self.value) if isinstance(self.value, dict | list) else None

    def is_short_for(self, step: str | int) -> bool:
        """Whether it may stand for a collection with itself under a key or index that it lacks."""
        if step == 0:
            return isinstance(self.value, dict | str)
        return isinstance(step, str) and isinstance(self.value, list)

    @property
    def headline(self) -> Span:
        """The part that names it, rather than all of its lines."""
        for key in ("type", "reuse", "use"):
            kind = self.get(key)
            if kind is not None:
                return kind.span
        span = self.span
        if span.line == span.end_line:
            return span
        if isinstance(self.value, dict) and self.value:
            return next(iter(self.value.values())).key_span
        if isinstance(self.value, list) and self.value:
            return self.value[0].headline
        return Span(span.file, span.line, span.column, span.line, span.column + 1)

    def stands_for(self, path: ItemPath) -> str:
        """The param, for `$name`: a message is about its value."""
        value = self.nearest(path).value
        if not isinstance(value, str) or not value.startswith("$"):
            return ""
        name = value.removeprefix("$")
        return f"the param `{name}`" if name.isidentifier() else ""

    def advice(self, path: ItemPath) -> Fix | None:
        """The mend of text such as `- type:Dense`, where something else is asked for."""
        # only where something is wrong
        from spec_compiler.source.python_forms import meant_by
        from spec_compiler.source.split_text import cramped

        found = self.nearest(path)
        if not isinstance(found.value, str):
            return None
        if found.text_offset != 0:
            return meant_by(found.value, quoted=found.text_offset == 1)
        parts = cramped(found.value)
        if parts:
            meant = f"{parts[0]}: {parts[1]}"
            return write(meant, words=f"a space is missing after the colon: `{meant}`")
        return meant_by(found.value, quoted=False)
