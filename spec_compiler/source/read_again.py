"""A text that is read again and again while it is written: an item that changes is read alone.

Most keystrokes change one item of a list below a section, a layer, and no line moves. The item is a
document of its own then, and all others are the nodes that they were. A comment that stays one
changes nothing. Whatever is not sure, such as anchors, tabs, lines that come or go, and all that is
wrong, is read as a whole.
"""

from __future__ import annotations

from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import Limits, SourceNode, bytes_in, read
from spec_compiler.source.build import UnreadableError
from spec_compiler.source.characters import check_characters, tidy
from spec_compiler.source.node import Entry, Incomplete
from spec_compiler.source.yaml_text import read_as_far
from spec_compiler.spans import Span

_UNSURE = frozenset("&*!%\t")
"""Signs in an item that may mean something elsewhere, or do so here because of something else."""


class _Read(NamedTuple):
    """A text that was read, in which nothing was wrong."""

    file: str
    lines: list[str]
    root: SourceNode


class _Place(NamedTuple):
    """An item of a list below a section, and the lines, from 0, that are its."""

    section: str
    at: int
    first: int
    end: int


class ReadAgain:
    """Reads the versions of one text, one after the other."""

    def __init__(self) -> None:
        self._last: _Read | None = None

    def load(self, path: str, found: Diagnostics) -> SourceNode | None:
        """The tree of a file, as `source.load` gives it.

        Raises:
            OSError: it cannot be read.
        """
        raw = bytes_in(path)
        try:
            if len(raw) <= Limits().bytes:
                return self.read(raw.decode(), path, found)
        except UnicodeDecodeError:
            pass
        return read(raw, path, found)

    def read(self, text: str, file: str, found: Diagnostics) -> SourceNode | None:
        """The tree of a document, as `read` gives it; those of before stay as they are."""
        clean = tidy(text)
        lines = clean.split("\n")
        root = None
        if self._last is not None and self._last.file == file and not file.endswith(".json"):
            root = _patched(self._last, lines)
        if root is not None:
            found.sources[file], found.documents[file] = clean, root
            self._last = _Read(file, lines, root)
            return root
        said = len(found)
        root = read(text, file, found)
        good = root is not None and len(found) == said
        self._last = _Read(file, lines, root) if root is not None and good else None
        return root


def _patched(last: _Read, lines: list[str]) -> SourceNode | None:
    """The tree with one item read anew; None where it cannot be told what has changed."""
    if len(lines) != len(last.lines):
        return None
    changed = [
        at for at, (one, two) in enumerate(zip(last.lines, lines, strict=True)) if one != two
    ]
    if all(_is_comment(last.lines[at]) and _is_comment(lines[at]) for at in changed):
        return last.root if _are_comments(last, lines, changed) else None
    place = _place(last, changed[0], changed[-1])
    if place is None:
        return None
    before, after = (text[place.first : place.end] for text in (last.lines, lines))
    if not all(_is_alone(item) for item in (before, after)):
        return None
    item = _item(last, after, place)
    return None if item is None else _replaced(last.root, place, item)


def _is_comment(line: str) -> bool:
    return line.lstrip(" ")[:1] == "#"


def _are_comments(last: _Read, lines: list[str], changed: list[int]) -> bool:
    """Whether lines that look like comments are some, and hold what a text may hold."""
    try:
        check_characters("\n".join(lines[at] for at in changed), last.file, is_json=False)
    except UnreadableError:
        return False
    return not any(_is_in_text(last.root, at + 1) for at in changed)


def _is_in_text(node: SourceNode, line: int) -> bool:
    """Whether a line belongs to a scalar, or to a key."""
    if not node.span.line <= line <= node.span.end_line:
        return False
    if isinstance(node.value, list):
        return any(_is_in_text(item, line) for item in node.value)
    if not isinstance(node.value, dict):
        return True
    return any(
        entry.key_span.line <= line <= entry.key_span.end_line or _is_in_text(entry.node, line)
        for entry in node.value.values()
    )


def _place(last: _Read, first: int, end: int) -> _Place | None:
    """The item that two lines belong to."""
    sections = last.root.value
    for section, entry in sections.items() if isinstance(sections, dict) else ():
        items = entry.node.value
        if not isinstance(items, list) or entry.key_span.line > first or not items:
            continue
        starts = [item.span.line - 1 for item in items]
        if not starts[0] <= first or last.lines[starts[0]].lstrip()[:2] != "- ":
            continue
        index = sum(start <= first for start in starts) - 1
        after = starts[index + 1] if index + 1 < len(starts) else items[index].span.end_line
        if first < after and end < after and starts.count(starts[index]) == 1:
            return _Place(section, index, starts[index], after)
    return None


def _is_alone(item: list[str]) -> bool:
    """Whether some lines are one item of a list, whatever stands around them."""
    dash = len(item[0]) - len(item[0].lstrip(" "))
    if item[0][dash : dash + 2] != "- " or any(not _UNSURE.isdisjoint(line) for line in item):
        return False
    for line in item[1:]:
        rest = line.lstrip(" ")
        if rest and not rest.startswith("#") and len(line) - len(rest) <= dash:
            return False
    return True


def _item(last: _Read, lines: list[str], place: _Place) -> SourceNode | None:
    """The item that some lines are; None where something is wrong with them."""
    found = Diagnostics()
    text = "\n" * place.first + "\n".join(lines)
    try:
        check_characters("\n".join(lines), last.file, is_json=False)
    except UnreadableError:
        return None
    read_alone = read_as_far(text, last.file, found, Limits())
    if not isinstance(read_alone, SourceNode) or found.items:
        return None
    items = read_alone.value
    old = _items(last.root, place.section)[place.at]
    if not isinstance(items, list) or len(items) != 1 or isinstance(old.value, Incomplete):
        return None
    return items[0] if items[0].span[1:3] == old.span[1:3] else None


def _items(root: SourceNode, section: str) -> list[SourceNode]:
    node = root.get(section)
    return node.value if node is not None and isinstance(node.value, list) else []


def _replaced(root: SourceNode, place: _Place, item: SourceNode) -> SourceNode | None:
    """The document with another item, beside the one that it was."""
    sections = root.value
    if not isinstance(sections, dict):
        return None
    entry = sections[place.section]
    items = [*_items(root, place.section)]
    items[place.at] = item
    whole = SourceNode(items, _to(entry.node.span, items[-1].span), None)
    made = {**sections, place.section: Entry(entry.key_span, whole)}
    last = next(reversed(made.values())).node
    return SourceNode(made, _to(root.span, last.span), None)


def _to(span: Span, last: Span) -> Span:
    return Span(*span[:3], *last[3:])
