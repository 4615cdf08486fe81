"""From a name to where it is declared, and to every place that says it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.occurrences import occurrences
from spec_compiler.authoring.symbols import Occurrence
from spec_compiler.reading.packaged import place_of
from spec_compiler.source import SourceNode
from spec_compiler.source.node import Entry
from spec_compiler.spans import Span

Trees = Callable[[str], SourceNode | None]
"""Reads a file by its path, links followed, as it stands in the editor or on the disk."""


@lru_cache(maxsize=1)
def names_of(root: SourceNode) -> Sequence[Occurrence]:
    """The names of a document, which is asked again as long as it does not change."""
    return occurrences(root)


def found_at(document: Document, position: Position) -> Occurrence | None:
    """The name that is said at a place."""
    root = document.analysis.node
    if root is None:
        return None
    here = [item for item in names_of(root) if document.covers(item.span, position)]
    return max(here, key=lambda item: (item.span.column, not item.declares), default=None)


def definition(document: Document, position: Position, trees: Trees) -> list[Span]:
    """Where the name at a place is declared; of an import, and of what it names, the file."""
    found = found_at(document, position)
    if found is None:
        return _file_named(document, position) or _unnamed(document, position)
    if found.symbol.kind == "import" and found.declares:
        return _imported(document, found.symbol.name)
    root = _tree(document, found.symbol.file, trees)
    if root is None:
        return []
    declared = [it.span for it in names_of(root) if it.declares and it.symbol == found.symbol]
    if not declared and found.symbol.kind == "block" and not found.symbol.name:
        return [_top(root.span.file)]
    return declared


def references(
    document: Document, position: Position, others: Iterable[SourceNode], *, declared: bool = True
) -> list[Span]:
    """Every place that says the name at a place, in this file and in others; each once.

    Args:
        document: A spec.
        position: A place in it.
        others: Other documents that may say the name, too.
        declared: Whether its declaration is among them.
    """
    found = found_at(document, position)
    if found is None or document.analysis.node is None:
        return []
    said = [
        item
        for names in (names_of(document.analysis.node), *map(occurrences, others))
        for item in names
        if item.symbol == found.symbol
    ]
    declarations = {item.span for item in said if item.declares}
    spans = dict.fromkeys(item.span for item in said)
    return sorted(span for span in spans if declared or span not in declarations)


def _tree(document: Document, file: str, trees: Trees) -> SourceNode | None:
    if os.path.realpath(document.path) == file:
        return document.analysis.node
    return trees(file)


def _file_named(document: Document, position: Position) -> list[Span]:
    """The file that an import at a place names."""
    root = document.analysis.node
    imports = root.get("imports") if root is not None else None
    entries = imports.value if imports is not None else None
    for alias, entry in entries.items() if isinstance(entries, dict) else ():
        if document.covers(entry.node.span, position):
            return _imported(document, alias)
    return []


def _imported(document: Document, alias: str) -> list[Span]:
    library = document.analysis.library
    known = library.imports.get(alias) if library is not None else None
    if known is None:
        return []
    return [_top(place_of(known.node.span.file))]


def _top(file: str) -> Span:
    return Span(file, 1, 1, 1, 1)


def _unnamed(document: Document, position: Position) -> list[Span]:
    """The layer that a reference at a place names, which has no name of its own."""
    core, root = document.analysis.core, document.analysis.node
    node = None if root is None else _scalar_at(root, document, position)
    if core is None or node is None or not isinstance(node.value, str):
        return []
    items = {item.name: item for item in core.items if item.instance is None}
    written = node.value
    while written and written not in items:
        written = written.rpartition(".")[0]
    return [items[written].node.headline] if written else []


def _scalar_at(root: SourceNode, document: Document, position: Position) -> SourceNode | None:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, dict):
            entries: Mapping[str, Entry] = node.value
            waiting += [entry.node for entry in entries.values()]
        elif isinstance(node.value, list):
            waiting += node.value
        elif document.covers(node.span, position):
            return node
    return None
