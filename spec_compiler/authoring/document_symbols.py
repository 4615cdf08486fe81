"""What a spec consists of: its outline, and what an editor may fold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from spec_compiler.authoring.document import Document
from spec_compiler.source.node import SourceNode
from spec_compiler.spans import Span

Shown: TypeAlias = Literal["section", "input", "param", "dim", "layer", "block", "file", "test"]


class Symbol(NamedTuple):
    """A part of a spec.

    Attributes:
        name: What it is called.
        kind: What it is.
        detail: The type of a layer, or what else is short and telling.
        span: All of it.
        named: What stands for it.
        parts: What is in it.
    """

    name: str
    kind: Shown
    detail: str
    span: Span
    named: Span
    parts: tuple[Symbol, ...] = ()


class Fold(NamedTuple):
    """Lines, from 1, of which an editor may show the first alone."""

    first: int
    last: int
    is_comment: bool = False


_OF_NAMES: dict[str, Shown] = {
    "inputs": "input",
    "params": "param",
    "dims": "dim",
    "blocks": "block",
    "imports": "file",
    "outputs": "input",
}
_LONGEST = 60


def document_symbols(document: Document) -> tuple[Symbol, ...]:
    """The parts of a spec as they stand: sections, and what is in them."""
    root = document.analysis.node
    value = root.value if root is not None else None
    if not isinstance(value, dict):
        return ()
    found: list[Symbol] = []
    for key, entry in value.items():
        span = Span(*entry.key_span[:3], *max(entry.key_span[3:], entry.node.span[3:]))
        parts = tuple(_inside(key, entry.node))
        found.append(Symbol(key, "section", "", span, entry.key_span, parts))
    return tuple(found)


def _inside(section: str, node: SourceNode) -> Iterator[Symbol]:
    value = node.value
    if section in _OF_NAMES and isinstance(value, dict):
        for name, entry in value.items():
            span = Span(*entry.key_span[:3], *max(entry.key_span[3:], entry.node.span[3:]))
            layers = entry.node.get("layers") if section == "blocks" else None
            parts = tuple(_layers(layers)) if layers is not None else ()
            detail = "" if isinstance(entry.node.value, (dict, list)) else str(entry.node.value)
            yield Symbol(name, _OF_NAMES[section], _short(detail), span, entry.key_span, parts)
    elif section == "layers":
        yield from _layers(node)
    elif section == "tests" and isinstance(value, list):
        for item in value:
            named = item.get("name")
            if named is not None and isinstance(named.value, str):
                yield Symbol(_short(named.value), "test", "", item.span, named.span)


def _layers(node: SourceNode) -> Iterator[Symbol]:
    for item in node.value if isinstance(node.value, list) else ():
        kind = next((n for key in ("type", "use", "reuse") if (n := item.get(key))), None)
        named = item.get("name") or kind
        if named is None or not isinstance(named.value, str):
            continue
        detail = str(kind.value) if kind is not None and kind is not named else ""
        yield Symbol(_short(named.value), "layer", _short(detail), item.span, named.span)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def folds(document: Document) -> list[Fold]:
    """Lines that belong together: sections, layers, what else is long, and comments."""
    last: dict[int, int] = {}
    root = document.analysis.node
    waiting = [(root.span.line, root)] if root is not None else []
    while waiting:
        line, node = waiting.pop()
        if node is not root and node.span.end_line > line:
            last[line] = max(last.get(line, 0), node.span.end_line)
        if isinstance(node.value, dict):
            waiting += [(entry.key_span.line, entry.node) for entry in node.value.values()]
        elif isinstance(node.value, list):
            waiting += [(item.span.line, item) for item in node.value]
    found = [Fold(first, end) for first, end in last.items()]
    return sorted([*found, *_comments(document)])


def _comments(document: Document) -> Iterator[Fold]:
    start = 0
    for number, line in enumerate((*document.lines, ""), 1):
        if line.lstrip().startswith("#") and not document.is_json:
            start = start or number
        elif start:
            if number - 1 > start:
                yield Fold(start, number - 1, True)
            start = 0
