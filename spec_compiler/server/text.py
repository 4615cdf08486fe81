"""The text of an open file, and its places in the units in which an editor counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeAlias

from lsprotocol import types

from spec_compiler.authoring.document import Position
from spec_compiler.line_index import LineIndex
from spec_compiler.records import entity
from spec_compiler.source.characters import tidy
from spec_compiler.spans import Edit, Span

Units: TypeAlias = Literal["utf-8", "utf-16", "utf-32"]
"""What an editor counts in a line: bytes, code units or code points."""

_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_MARK = "\ufeff"
_END = re.compile(r"\r\n?|\n")
_CONTINUES = range(0x80, 0xC0)
"""A byte of UTF-8 that is not the first of its character."""


def units_before(line: str, characters: int, units: Units) -> int:
    """How many units the first characters of a line are."""
    if units == "utf-32" or line.isascii():
        return min(characters, len(line))
    before = line[:characters]
    if units == "utf-16":
        return len(before) + len(_BEYOND.findall(before))
    return len(before.encode("utf-8", "surrogatepass"))


def characters_in(line: str, count: int, units: Units) -> int:
    """How many characters are in the first units of a line; a part of one is none of it."""
    if units == "utf-32" or line.isascii():
        return min(count, len(line))
    if units == "utf-16":
        return _characters_in_utf16(line, count)
    raw = line.encode("utf-8", "surrogatepass")
    found = sum(byte not in _CONTINUES for byte in raw[:count])
    return found - (count < len(raw) and raw[count] in _CONTINUES)


def _characters_in_utf16(line: str, count: int) -> int:
    pairs = 0
    for found in _BEYOND.finditer(line):
        start = found.start() + pairs
        if start >= count:
            break
        if start + 1 == count:
            return found.start()
        pairs += 1
    return min(count - pairs, len(line))


class Places:
    """Places of a tidy text in the units of an editor.

    Args:
        lines: The text by line.
        units: What the editor counts.
        marked: Whether the editor's text has a byte order mark, which a tidy text has not.
        end: How its lines end.
    """

    __slots__ = ("end", "lines", "marked", "units")

    def __init__(
        self, lines: Sequence[str], units: Units, *, marked: bool = False, end: str = "\n"
    ) -> None:
        self.end = end
        self.lines = lines
        self.units: Units = units
        self.marked = units_before(_MARK, 1, units) if marked else 0

    def position(self, place: types.Position) -> Position:
        """Where a place of the editor is; one beyond the text is the nearest in it."""
        if place.line >= len(self.lines):
            return Position(len(self.lines), len(self.lines[-1]) + 1)
        count = place.character - (self.marked if place.line == 0 else 0)
        line = self.lines[place.line]
        return Position(place.line + 1, characters_in(line, max(count, 0), self.units) + 1)

    def place(self, line: int, column: int) -> types.Position:
        """What the editor calls a line and a column."""
        line = min(max(line, 1), max(len(self.lines), 1))
        text = self.lines[line - 1] if self.lines else ""
        count = units_before(text, max(column - 1, 0), self.units)
        return types.Position(line - 1, count + (self.marked if line == 1 else 0))

    def range(self, span: Span | None) -> types.Range:
        """What the editor calls a span; the beginning of the text where there is none."""
        if span is None:
            return types.Range(types.Position(0, 0), types.Position(0, 0))
        return types.Range(self.place(*span[1:3]), self.place(*span[3:]))

    def text(self, new: str) -> str:
        """What is to be written, its lines ended as those of the editor's text are."""
        return new if self.end == "\n" else new.replace("\n", self.end)

    def edit(self, edit: Edit) -> types.TextEdit:
        """What the editor calls an edit."""
        return types.TextEdit(self.range(edit.span), self.text(edit.text))


@entity
class Text:
    """What stands in an editor, with its byte order mark and line ends.

    Attributes:
        raw: All of it.
        tidy: The same without them.
        index: Where in it each line begins; lines end as in the protocol.
        lines: The lines of the tidy text.
    """

    raw: str
    tidy: str
    index: LineIndex
    lines: tuple[str, ...]

    @classmethod
    def of(cls, raw: str) -> Text:
        """The text that an editor sends."""
        clean = tidy(raw)
        return cls(raw, clean, LineIndex(raw), tuple(clean.split("\n")))

    def edited(self, changed: types.Range | None, new: str, units: Units) -> Text:
        """The text after a change; one that reaches beyond it ends with it.

        Args:
            changed: What is replaced; None for everything.
            new: By what.
            units: What the editor counts.
        """
        if changed is None:
            return Text.of(new)
        start, end = sorted((self._offset(changed.start, units), self._offset(changed.end, units)))
        return Text.of(self.raw[:start] + new + self.raw[end:])

    def _offset(self, place: types.Position, units: Units) -> int:
        starts = self.index.starts
        if place.line >= len(starts):
            return len(self.raw)
        start = starts[place.line]
        end = starts[place.line + 1] if place.line + 1 < len(starts) else len(self.raw)
        line = self.raw[start:end].rstrip("\r\n")
        return start + characters_in(line, place.character, units)

    def places(self, units: Units) -> Places:
        """Its places in the units of an editor."""
        ended = _END.search(self.raw)
        end = ended[0] if ended is not None else "\n"
        return Places(self.lines, units, marked=self.raw.startswith(_MARK), end=end)
