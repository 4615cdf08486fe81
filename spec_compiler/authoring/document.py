"""A spec as it is being written: its text, and all that can be known of it."""

from __future__ import annotations

from typing import NamedTuple, Unpack

from spec_compiler.compile import Analysis, Options, analyze_text
from spec_compiler.records import record
from spec_compiler.source.characters import tidy
from spec_compiler.spans import Span


class Position(NamedTuple):
    """A place between two characters: line and column from 1, in code points, as a `Span` has.

    Column 1 is before the first character of a line; the one behind the last is its end.
    """

    line: int
    column: int


@record
class Document:
    """A spec as it stands in an editor.

    Attributes:
        path: The name of the file, as findings say it.
        text: Its text, without a byte order mark, lines ended by line feeds.
        lines: The text by line, without line feeds; there is at least one.
        analysis: What is known of it. The spans in it are places of `text`.
        recovered: Whether the text had to be mended to be read.
    """

    path: str
    text: str
    lines: tuple[str, ...]
    analysis: Analysis
    recovered: bool = False

    def line(self, number: int) -> str:
        """A line by its number from 1; empty where there is none."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""

    def clamped(self, position: Position) -> Position:
        """The nearest place that there is in the text."""
        line = min(max(position.line, 1), len(self.lines))
        return Position(line, min(max(position.column, 1), len(self.lines[line - 1]) + 1))

    def offset(self, position: Position) -> int:
        """How many characters of the text stand before a place of it."""
        line, column = self.clamped(position)
        return sum(map(len, self.lines[: line - 1])) + line - 1 + column - 1

    def position(self, offset: int) -> Position:
        """The place behind so many characters of the text."""
        offset = min(max(offset, 0), len(self.text))
        return Position(
            self.text.count("\n", 0, offset) + 1, offset - self.text.rfind("\n", 0, offset)
        )

    def covers(self, span: Span, position: Position) -> bool:
        """Whether a place is in a span of this file, or at its end."""
        return span.file == self.path and span[1:3] <= position <= span[3:]

    @property
    def is_json(self) -> bool:
        """Whether it is JSON; else it is YAML."""
        return self.path.endswith(".json")


def read_document(text: str, path: str, **options: Unpack[Options]) -> Document:
    """All that can be known of a spec while it is written.

    Args:
        text: What stands in the editor.
        path: The name of the file; that of what it imports is relative to its folder.
        options: See `Options`.
    """
    text = tidy(text)
    known = analyze_text(text, path, **{"recover": True, **options})
    return Document(path, text, tuple(text.split("\n")), known, bool(known.mended))
