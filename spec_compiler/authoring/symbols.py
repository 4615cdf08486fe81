"""What a name of a spec means, and where exactly it is said in a key or a text."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Literal, NamedTuple, TypeAlias

from spec_compiler.reading.packaged import is_packaged, place_of
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.source.positions import span_at
from spec_compiler.source.written import Written
from spec_compiler.spans import Span

Kind: TypeAlias = Literal["layer", "input", "output", "param", "dim", "block", "import"]


class Symbol(NamedTuple):
    """What a name means.

    Attributes:
        kind: What kind of thing it is.
        file: The file that declares it, links followed.
        block: The block in which it is declared; empty for the file itself.
        name: The name.
    """

    kind: Kind
    file: str
    block: str
    name: str

    def called(self, name: str, other: Symbol) -> Symbol:
        """What another symbol is once this one has a name."""
        if other == self:
            return other._replace(name=name)
        inside = self.kind == "block" and (self.file, self.name) == (other.file, other.block)
        return other._replace(block=name) if inside else other


class Occurrence(NamedTuple):
    """A place where a name is said.

    Attributes:
        symbol: What it means.
        span: The name alone, without quotes and roles.
        declares: Whether it is said here first.
        extent: All of what is declared.
    """

    symbol: Symbol
    span: Span
    declares: bool = False
    extent: Span | None = None


def imported(folder: str, written: str) -> str:
    """The file that an import names; that of a library stands in the package."""
    if is_packaged(written):
        return str(place_of(written))
    return os.path.realpath(os.path.join(folder, written))


def entries_of(node: SourceNode | None) -> list[tuple[str, Entry]]:
    """The entries of a mapping, without `x-` keys; none of what is no mapping."""
    value = node.value if node is not None else None
    if not isinstance(value, dict):
        return []
    return [(key, entry) for key, entry in value.items() if not key.startswith("x-")]


def items_of(node: SourceNode | None) -> list[SourceNode]:
    """The items of a list; none of what is no list."""
    return node.value if node is not None and isinstance(node.value, list) else []


def text_of(node: SourceNode | None) -> str:
    """A text; empty for what is none."""
    return node.value if node is not None and isinstance(node.value, str) else ""


def in_key(key: str, entry: Entry, start: int = 0, end: int | None = None) -> Span:
    """Some characters of a key, without its quotes."""
    span = entry.key_span
    quote = (span.end_column - span.column - len(key)) // 2 if span.line == span.end_line else 0
    return span.inside(start + quote, (len(key) if end is None else end) + quote)


def in_text(node: SourceNode, start: int, end: int) -> Span | None:
    """Some characters of a text; None where that cannot be told."""
    offset = node.text_offset
    if isinstance(offset, Written) and isinstance(node.value, str):
        found = offset.within(node.value, start, end)
        return None if found is None else span_at(node.span.file, offset.source, *found)
    return node.inside(start, end)


def longest_declared(written: str, known: Collection[str]) -> str:
    """The longest known name that a reference begins with, up to a dot."""
    end = len(written)
    while end > 0:
        if written[:end] in known:
            return written[:end]
        end = written.rfind(".", 0, end)
    return ""
