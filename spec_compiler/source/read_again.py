"""A text that is read again and again while it is written: an item that changes is read alone.

Most keystrokes change one item of a list below a section, a layer. The item is a document of its
own then, and all others are the nodes that they were, or where lines come or go, these some lines
further down. A comment that stays one changes nothing. Whatever is not sure, such as anchors, tabs
and all that is wrong, is read as a whole.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import Limits, SourceNode, bytes_in, read
from spec_compiler.source.build import UnreadableError
from spec_compiler.source.characters import check_characters, tidy
from spec_compiler.source.node import Entry, Incomplete
from spec_compiler.source.written import Written
from spec_compiler.source.yaml_text import read_as_far
from spec_compiler.spans import Span

_UNSURE = frozenset("&*!%\t")
"""Signs in an item that may mean something elsewhere, or do so here because of something else."""
_KEEPS = re.compile(r"[|>]\d?\+")
"""What makes the blank lines behind a text a part of it."""


class Read(NamedTuple):
    """A text that was read, in which nothing was wrong."""

    file: str
    lines: Sequence[str]
    root: SourceNode

    def again(self, lines: Sequence[str]) -> SourceNode | None:
        """The tree of another version; None where that can only be told from all of it.

        All sections are the nodes that they were, or stand further down, but for a list in which
        something has changed.
        """
        return None if self.file.endswith(".json") else _patched(self, lines)


class _Place(NamedTuple):
    """Some items of a list below a section, and the lines, from 0, that are theirs."""

    section: str
    first: int
    last: int
    begin: int
    end: int


class _Unsure(Exception):
    """The whole has to be read."""


class ReadAgain:
    """Reads the versions of one text, one after the other."""

    def __init__(self) -> None:
        self.last: Read | None = None
        """The last version, where nothing was wrong with it."""

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
        if self.last is not None and self.last.file == file:
            root = self.last.again(lines)
        if root is not None:
            found.sources[file], found.documents[file] = clean, root
            self.last = Read(file, lines, root)
            return root
        said = len(found)
        root = read(text, file, found)
        good = root is not None and len(found) == said
        self.last = Read(file, lines, root) if root is not None and good else None
        return root


def _patched(last: Read, lines: Sequence[str]) -> SourceNode | None:
    """The tree with some items read anew; None where it cannot be told what has changed."""
    old, by = last.lines, len(lines) - len(last.lines)
    most = min(len(old), len(lines))
    top = next((at for at in range(most) if old[at] != lines[at]), most)
    if top == most and not by:
        return last.root
    same = next((at for at in range(most - top) if old[-1 - at] != lines[-1 - at]), most - top)
    end = len(old) - same
    if not by and all(_is_comment(line) for line in (*old[top:end], *lines[top:end])):
        return last.root if _are_comments(last, lines, range(top, end)) else None
    place = _place(last, top, end, moves=bool(by))
    if place is None:
        return None
    before, after = old[place.begin : place.end], lines[place.begin : place.end + by]
    if not (_are_items(before) and _are_items(after)) or _dash(before) != _dash(after):
        return None
    ending = [""] if place.end < len(old) else []  # but at the very end, a line feed follows
    items = _read_alone(last, [*after, *ending], place)
    try:
        return None if items is None else _replaced(last, place, items, by)
    except _Unsure:
        return None


def _is_comment(line: str) -> bool:
    return line.lstrip(" ")[:1] == "#"


def _are_comments(last: Read, lines: Sequence[str], changed: range) -> bool:
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


def _place(last: Read, top: int, end: int, *, moves: bool) -> _Place | None:
    """The items to which lines belong.

    Args:
        last: The text.
        top: The first of the lines.
        end: The one behind them; `top` where lines come before it.
        moves: Whether what is below them moves.
    """
    sections = last.root.value
    for section, entry in sections.items() if isinstance(sections, dict) else ():
        items = entry.node.value
        if not isinstance(items, list) or entry.key_span.line > top or not items:
            continue
        starts = [item.span.line - 1 for item in items]
        whole = items[-1].span.end_line
        if not starts[0] <= top <= whole >= end or (top == whole and not moves):
            continue
        first = bisect_right(starts, top) - 1
        if moves and first and starts[first] == top:  # what comes there may be a comment
            first -= 1
        behind = max(bisect_left(starts, end), first + 1)
        starts.append(whole)
        if all(one < two for one, two in pairwise(starts[first : behind + 1])):
            return _Place(section, first, behind, starts[first], starts[behind])
    return None


def _dash(lines: Sequence[str]) -> int:
    return len(lines[0]) - len(lines[0].lstrip(" "))


def _are_items(lines: Sequence[str]) -> bool:
    """Whether some lines are items of one list, whatever stands around them."""
    if not lines or any(not _UNSURE.isdisjoint(line) or _KEEPS.search(line) for line in lines):
        return False
    dash = _dash(lines)
    if lines[0][dash : dash + 2] != "- ":
        return False
    for line in lines[1:]:
        rest = line.lstrip(" ")
        indent = len(line) - len(rest)
        if rest[:1] not in ("", "#") and not (
            indent > dash or (indent == dash and rest[:2] == "- ")
        ):
            return False
    return True


def _read_alone(last: Read, lines: list[str], place: _Place) -> list[SourceNode] | None:
    """The items that some lines are; None where something is wrong with them."""
    found = Diagnostics()
    text = "\n" * place.begin + "\n".join(lines)
    try:
        check_characters("\n".join(lines), last.file, is_json=False)
    except UnreadableError:
        return None
    read_alone = read_as_far(text, last.file, found, Limits())
    if not isinstance(read_alone, SourceNode) or found.items:
        return None
    items = read_alone.value
    if not isinstance(items, list) or not items or items[0].span.line != place.begin + 1:
        return None
    return items


def _replaced(last: Read, place: _Place, items: list[SourceNode], by: int) -> SourceNode:
    """The document with other items, beside the one that it was.

    Raises:
        _Unsure: what is below them cannot be moved.
    """
    root = last.root
    if by and any("&" in line for line in last.lines):  # maybe an anchor, and what names it
        raise _Unsure
    made: dict[str, Entry] = {}
    is_below = False
    for key, entry in root.value.items() if isinstance(root.value, dict) else ():
        if key == place.section and isinstance(entry.node.value, list):
            old = entry.node.value
            below = old[place.last :]
            below = [_moved(item, by) for item in below] if by else below
            new = [*old[: place.first], *items, *below]
            entry = Entry(entry.key_span, SourceNode(new, _to(entry.node.span, new[-1].span), None))
            is_below = True
        elif is_below and by:
            entry = Entry(_down(entry.key_span, by), _moved(entry.node, by))
        made[key] = entry
    end = next(reversed(made.values())).node
    return SourceNode(made, _to(root.span, end.span), None)


def _moved(node: SourceNode, by: int) -> SourceNode:
    """What a node is so many lines further down.

    Raises:
        _Unsure: it says where in the text it stands by an offset.
    """
    value = node.value
    if isinstance(node.text_offset, Written) or isinstance(value, Incomplete):
        raise _Unsure
    if isinstance(value, dict):
        value = {key: _moved_entry(*entry, by) for key, entry in value.items()}
    elif isinstance(value, list):
        value = [_moved(item, by) for item in value]
    return SourceNode(value, _down(node.span, by), node.text_offset, node.was or node)


def _moved_entry(key_span: Span, node: SourceNode, by: int) -> Entry:
    return Entry(_down(key_span, by), _moved(node, by))


def _down(span: Span, by: int) -> Span:
    file, line, column, end_line, end_column = span
    return Span._make((file, line + by, column, end_line + by, end_column))


def _to(span: Span, last: Span) -> Span:
    return Span(*span[:3], *last[3:])
