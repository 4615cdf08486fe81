"""Items of a list whose lines stand wrongly: without a dash, or in the column of the dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from spec_compiler.source.mistake import Mistake, line_above, spaces
from spec_compiler.source.text_edits import into_braces
from spec_compiler.spans import Edit

_LINE = re.compile(r"(?P<blank> *)(?P<dash>- +)?(?:(?P<key>\w+):(?:\s|$))?")
_KINDS = frozenset({"type", "use", "reuse", "name"})
"""Keys with which a layer begins, or a test."""
_TYPES = _KINDS - {"name"}


class Torn(NamedTuple):
    """What mends it: the words that say it, none where they say no more than that it is wrong."""

    help: str
    edits: tuple[Edit, ...]
    safe: bool = False


class _Line(NamedTuple):
    """A line: its offset, its column, the width of its dash, its key and its text."""

    start: int
    column: int
    dash: int
    key: str
    text: str


def among_items(m: Mistake) -> Torn:
    """What to do with keys in the column of the dashes.

    They are an item without its dash where one of them stands in the item above already; else
    they belong to it.
    """
    run = [*_run(m)]
    head, above = _item_above(m)
    keys = [line.key for line in run if line.column == m.column]
    dash = m.edit(m.at, m.at, "- ")
    if head is None or not keys or not keys[0]:
        return Torn("", dash)
    if head.text.rstrip().endswith("}"):
        return _below_braces(m, head, run) or Torn("", dash)
    if not head.key:
        return Torn("", dash)
    again = [key for key in keys if key in above]
    if len({*keys}) < len(keys):
        return Torn("", ())
    if again:
        inside = (edit for line in run[1:] for edit in m.edit(line.start, line.start, "  "))
        words = f"write `- {keys[0]}`: the item above it has a `{again[0]}` already"
        return Torn(words, (*dash, *inside))
    width = " " * head.dash
    edits = tuple(edit for line in run for edit in m.edit(line.start, line.start, width))
    words = f"add {spaces(head.dash)} to put it in line with `{head.key}`"
    return Torn(words, edits, head.key in _KINDS)


def _below_braces(m: Mistake, head: _Line, run: list[_Line]) -> Torn | None:
    """A key below an item in braces that lacks it."""
    key, line = run[0].key, m.rest_of_line(m.at)
    known = re.search(rf"[{{,]\s*[\"']?{key}[\"']?\s*:", head.text)
    if known or key in _TYPES or len(run) > 1:
        return None
    end = head.start + len(head.text.rstrip())
    return Torn(f"move it into the braces: `, {line}}}`", into_braces(m, end, line))


def _item_above(m: Mistake) -> tuple[_Line | None, set[str]]:
    """The line with the dash of the item above, and the keys of the item."""
    found: list[_Line] = []
    start = m.line_start
    while start > 0:
        start, text = line_above(m.text, start)
        line = _read(text, start)
        found.append(line)
        if line.column < m.column:
            return None, set()
        if line.column == m.column and line.dash:
            inner = m.column + line.dash
            return line, {one.key for one in found if one is line or one.column == inner}
    return None, set()


def _run(m: Mistake) -> Iterator[_Line]:
    """The lines from the one that is blamed to the next dash in its column, or further out."""
    start, held = m.line_start, list[_Line]()
    while start < len(m.text):
        end = m.text.find("\n", start)
        end = len(m.text) if end < 0 else end
        line = _read(m.text[start:end], start)
        if words := line.text.strip():
            if line.column < m.column or (line.column == m.column and line.dash):
                return
            held.append(line)
            if not words.startswith("#"):
                yield from held
                held = []
        start = end + 1


def _read(text: str, start: int) -> _Line:
    found = _LINE.match(text)
    if found is None:
        return _Line(start, 0, 0, "", text)
    key = found["key"] or ""
    return _Line(start, len(found["blank"]), len(found["dash"] or ""), key, text)
