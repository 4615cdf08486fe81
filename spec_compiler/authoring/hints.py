"""What stands beside the lines of a spec: the type of every input, layer and use of a block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.results import (
    Made,
    inputs_of,
    made_in,
    result_words,
    type_words,
)
from spec_compiler.report.escape import terminal
from spec_compiler.source.node import Entry, SourceNode

_LONGEST = 120
"""The most characters of a hint."""
_TRIED = "nothing uses the block; this is what a use gives that was tried"


class Hint(NamedTuple):
    """Words beside the text.

    Attributes:
        at: Before which character they stand.
        text: One line; names in it have no character that acts.
        more: What is shown of them on demand, as Markdown; empty for nothing.
    """

    at: Position
    text: str
    more: str = ""


def hints(document: Document, first: int = 1, last: int | None = None) -> list[Hint]:
    """The inferred type of every input, layer and use of a block, in the order of the lines.

    Args:
        document: A spec.
        first: The first line that is looked at, from 1.
        last: The last one; default: that of the document.
    """
    last = len(document.lines) if last is None else last
    found = [hint for hint in _hints(document, first, last) if first <= hint.at.line <= last]
    return sorted(found)


def _hints(document: Document, first: int, last: int) -> Iterator[Hint]:
    analysis = document.analysis
    for _, entry, signal in inputs_of(analysis):
        if _meets(entry.node, first, last) or first <= entry.key_span.line <= last:
            yield Hint(_beside_input(entry, document), _shown(type_words(signal)))
    for made in made_in(analysis, (first, last)):
        if made.results:
            words = _of_copies(made)
            if words:
                words = f"for example {words}" if made.tried else words
                more = _TRIED if made.tried else _copies(made)
                yield Hint(_beside(made.node, document), _shown(words), more)


def _meets(node: SourceNode, first: int, last: int) -> bool:
    return node.span.line <= last and node.span.end_line >= first


def _of_copies(made: Made) -> str:
    """What all copies give, or where they differ the first and the last."""
    given = [words for words in map(result_words, made.results) if words]
    different = list(dict.fromkeys(given))
    if len(different) > 2:
        return f"{different[0]} … {given[-1]}"
    return " | ".join(different)


def _copies(made: Made) -> str:
    """How many copies there are; nothing of a single one."""
    return f"{len(made.names)} copies" if len(made.names) > 1 else ""


def _shown(words: str) -> str:
    shown = terminal(words)
    return f"→ {shown if len(shown) <= _LONGEST else f'{shown[: _LONGEST - 1]}…'}"


def _beside(node: SourceNode, document: Document) -> Position:
    """Behind an item, or behind the words that say what it is where it has lines of its own."""
    span = node.span if _is_flow(node, document) else node.headline
    return Position(span.end_line, span.end_column)


def _beside_input(entry: Entry, document: Document) -> Position:
    """Behind a declaration, or behind its key where it has lines of its own."""
    key, span = entry.key_span, entry.node.span
    if _is_flow(entry.node, document) or span.line == span.end_line == key.line:
        return Position(span.end_line, span.end_column)
    colon = document.line(key.line).find(":", key.end_column - 1)
    return Position(key.line, colon + 2 if colon >= 0 else key.end_column)


def _is_flow(node: SourceNode, document: Document) -> bool:
    return document.line(node.span.line)[node.span.column - 1 :].startswith("{")
