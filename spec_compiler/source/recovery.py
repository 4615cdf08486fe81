"""A text that is not YAML yet, read as far as it goes: one broken line does not hide the others.

The line where a parser stops is closed, completed or cut, whichever lets it read on, and what may
have stood there is `Incomplete`: of that nothing is said. Lines keep their numbers and what is left
of them its columns. JSON is read in the same way, as the YAML that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source.limits import Limits
from spec_compiler.source.mended_lines import Stop, mends
from spec_compiler.source.node import Entry, Incomplete, SourceNode
from spec_compiler.source.yaml_text import read_as_far
from spec_compiler.spans import Span

_DEFAULT = Limits()
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufff0-\uffff]")
"""Characters that no text may have; a few more do not matter."""
_OF_NAMES = frozenset({"inputs", "outputs", "params", "dims", "imports", "blocks"})
"""Sections whose keys are names."""
_OF_MEANINGS = ("params", "dims", "imports", "blocks")
"""Sections that say what names mean elsewhere."""
_FIRST_WORD = re.compile(r"""["'{ ]*(\w*)""")
_FAR_ENOUGH = 30
"""Lines that are read behind a broken one so that nothing better is looked for."""
_MOST_TRIES = 64
"""How often a text is read at most."""
_MOST_CHARACTERS = 5_000_000
"""Characters that are read at most, in all tries together."""


class Recovered(NamedTuple):
    """What could be read of a broken text.

    Attributes:
        root: The document; what stands around a broken line is `Incomplete`.
        lines: The lines, from 1, that were mended: what is found there is no news.
        lost_names: Whether a name may be declared there that is used elsewhere.
    """

    root: SourceNode
    lines: frozenset[int]
    lost_names: bool


def recovered(text: str, file: str, limits: Limits = _DEFAULT) -> Recovered | None:
    """What can be read of a tidy text that is broken; None where nothing is left.

    Args:
        text: The text.
        file: Its name in spans.
        limits: What it may ask for.
    """
    lines = [_ODD.sub(" ", line) for line in text.split("\n")]
    mended = {index for index, line in enumerate(text.split("\n")) if line != lines[index]}
    tries = min(_MOST_TRIES, _MOST_CHARACTERS // max(len(text), 1))
    stop = _try(lines, file, limits)
    while isinstance(stop, Stop):
        best: tuple[int, list[str], SourceNode | Stop | None, dict[int, str]] | None = None
        for changed in mends(lines, stop):
            tries -= 1
            if tries < 0:
                return None
            attempt = lines.copy()
            for index, line in changed.items():
                attempt[index] = line
            after = _try(attempt, file, limits)
            reached = after.line if isinstance(after, Stop) else len(lines) + 1
            if reached > max(stop.line, *changed) and (best is None or reached > best[0]):
                best = reached, attempt, after, changed
            if best is not None and best[0] > min(stop.line + _FAR_ENOUGH, len(lines)):
                break
        if best is None:
            return None
        _, lines, stop, changed = best
        mended |= changed.keys()
    if stop is None or not isinstance(stop.value, dict):
        return None
    marker = _Marker(text.split("\n"), lines, sorted(mended))
    marker.mark(stop, len(lines) + 1)
    emptied = {
        entry.key_span.line
        for entry in stop.value.values()
        if isinstance(entry.node.value, Incomplete) and not entry.node.value
    }
    return Recovered(stop, frozenset({*marker.mended, *emptied}), marker.lost_names)


def _try(lines: list[str], file: str, limits: Limits) -> SourceNode | Stop | None:
    found = read_as_far("\n".join(lines), file, Diagnostics(), limits)
    return Stop(*found) if isinstance(found, tuple) else found


class _Marker:
    """Marks what stands around mended lines as `Incomplete`."""

    def __init__(self, before: list[str], after: list[str], mended: list[int]) -> None:
        self.before, self.after = before, after
        self.mended = [index + 1 for index in mended]
        self.lost_names = False

    def mark(self, root: SourceNode, end: int) -> None:
        """Mark a document that ends before a line."""
        waiting = [("", root, root.span.line, end)]
        while waiting:
            key, node, start, end = waiting.pop()
            end = end if self._is_block(node) else node.span.end_line + 1
            start = self._start(start)
            lines = [line for line in self.mended if start <= line < end]
            if not lines:
                continue
            waiting += self._inside(node, end)
            if node is root:
                self._root(root, lines)
            self.lost_names |= key in _OF_NAMES
            if isinstance(node.value, dict):
                self._mapping(key, node, lines)
            elif isinstance(node.value, list):
                self._list(node, lines)
            elif node.value is None:  # all that stood in it is lost
                node.value, node.text_offset = Incomplete[Entry](), None
                if key == "layers":
                    node.value = [_nothing(node.span)]

    def _root(self, root: SourceNode, lines: list[int]) -> None:
        """A section may be lost that gives names their meaning."""
        entries: dict[str, Entry] = root.value  # pyright: ignore[reportAssignmentType]
        for line in lines:
            found = _FIRST_WORD.match(self.before[line - 1])
            word = found[1] if found else ""
            if self._is_block(root) and not self.before[line - 1].startswith(word):
                continue  # it stands in a section
            for section in _OF_MEANINGS if word else ():
                if section not in entries and section.startswith(word):
                    span = Span(root.span.file, line, 1, line, 1 + len(word))
                    entries[section] = Entry(span, _nothing(span))

    def _start(self, line: int) -> int:
        """Where a node may have begun, where lines above it were cut."""
        while line - 1 in self.mended and not self.after[line - 2].strip(" -"):
            line -= 1
        return line

    def _is_block(self, node: SourceNode) -> bool:
        """Whether a node has no end of its own, so that a lost line may have been its."""
        _, line, column, _, _ = node.span
        sign = self.after[line - 1][column - 1 : column]
        return sign not in ("[", "{", '"', "'")

    def _inside(self, node: SourceNode, end: int) -> Iterator[tuple[str, SourceNode, int, int]]:
        """The parts of a node: key, part, its first line, and the line before which it ends."""
        value = node.value
        if isinstance(value, dict):
            parts = [(key, entry.key_span.line, entry.node) for key, entry in value.items()]
        elif isinstance(value, list):
            parts = [("", item.span.line, item) for item in value]
        else:
            return
        ends = [*(line for _, line, _ in parts[1:]), end][: len(parts)]
        for (key, start, part), until in zip(parts, ends, strict=True):
            yield key, part, start, max(until, part.span.end_line + 1)

    def _mapping(self, section: str, node: SourceNode, lines: list[int]) -> None:
        """A key may be missing, and the last entry of a mended line may be another one."""
        entries: dict[str, Entry] = node.value  # pyright: ignore[reportAssignmentType]
        kept = dict(entries)
        for line in lines:
            key = self._last_on(line, entries)
            if key is None:
                continue
            if section in _OF_NAMES:  # the name is kept, and nothing is known of it
                kept[key] = Entry(entries[key].key_span, _nothing(entries[key].node.span))
            else:
                del kept[key]
        node.value = Incomplete[Entry](kept)

    def _last_on(self, line: int, entries: dict[str, Entry]) -> str | None:
        """The last entry of a mapping that begins on a line, unless there is more in it."""
        found = [(key, entry) for key, entry in entries.items() if entry.key_span.line == line]
        if not found:
            return None
        key, entry = found[-1]
        return None if isinstance(entry.node.value, dict) or _goes_on(entry, line) else key

    def _list(self, node: SourceNode, lines: list[int]) -> None:
        """An item may be missing, and one without content may be any."""
        items: list[SourceNode] = node.value  # pyright: ignore[reportAssignmentType]
        found = [self._item(item, lines) for item in items]
        column = node.span.column
        for line in lines if self._is_block(node) else ():
            was, now = self.before[line - 1], self.after[line - 1]
            indent = len(was) - len(was.lstrip()) + 1
            lost = not now.strip() and was.strip() and indent <= column
            if lost and not any(item.span.line == line for item in found):
                at = sum(item.span.line < line for item in found)
                found.insert(at, _nothing(Span(node.span.file, line, indent, line, len(was) + 1)))
        node.value = found

    def _item(self, item: SourceNode, lines: list[int]) -> SourceNode:
        bare = item.span.line in lines and not isinstance(item.value, (dict, list))
        return _nothing(item.span) if bare else item


def _goes_on(entry: Entry, line: int) -> bool:
    return entry.node.span.end_line > line


def _nothing(span: Span) -> SourceNode:
    """What could not be read."""
    return SourceNode(Incomplete[Entry](), span, None)
