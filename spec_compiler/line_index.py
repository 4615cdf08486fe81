"""Where the lines of a text begin: from a line and a column to a character, and back."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from spec_compiler.spans import Span

_ANY_BREAK = re.compile(r"\r\n?|\n")


class LineIndex:
    """The lines of a text, however they end; lines and columns are counted from 1."""

    __slots__ = ("starts",)

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in _ANY_BREAK.finditer(text))]

    def offset(self, line: int, column: int) -> int:
        """How many characters stand before a place."""
        return self.starts[line - 1] + column - 1

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column behind so many characters."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offsets(self, span: Span) -> tuple[int, int]:
        """Where a span begins and ends."""
        return self.offset(span.line, span.column), self.offset(span.end_line, span.end_column)

    def span(self, file: str, start: int, end: int) -> Span:
        """The span of some characters."""
        return Span(file, *self.place(start), *self.place(end))


@lru_cache(maxsize=8)
def line_index(text: str) -> LineIndex:
    """The lines of a text that is asked for more than once."""
    return LineIndex(text)
