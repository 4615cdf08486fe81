"""The lines that findings are about, split once, and what they hold at a place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from spec_compiler.spans import Span

_LINE_BREAK = re.compile("\r\n?|\n")
"""As the readers count: in YAML no other break is allowed, and in JSON it stands in a string."""
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
"""A character that is two code units of UTF-16."""


class Lines:
    """The texts of a run by line; each is split once, whatever is asked of it."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._sources = sources
        self._split: dict[str, list[str]] = {}
        self._beyond: dict[tuple[str, int], list[int]] = {}

    def of(self, file: str) -> list[str]:
        """All of a file; none of one that was not read."""
        text = self._sources.get(file)
        if text is None:
            return []
        if file not in self._split:
            self._split[file] = _LINE_BREAK.split(text.removeprefix("\ufeff"))
        return self._split[file]

    def line(self, file: str, number: int) -> str | None:
        """A line by its number from 1, or None where there is none."""
        lines = self.of(file)
        return lines[number - 1] if 1 <= number <= len(lines) else None

    def blamed(self, span: Span, most: int = 200) -> str:
        """The first characters of a span, at most to the end of its first line."""
        line = self.line(span.file, span.line) or ""
        start = max(span.column, 1) - 1
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        return line[start : min(end, start + most)]

    def utf16(self, file: str, number: int, column: int) -> int:
        """A column counted in code units of UTF-16, as editors count them."""
        if (file, number) not in self._beyond:
            line = self.line(file, number) or ""
            found = [] if line.isascii() else [at.start() for at in _BEYOND.finditer(line)]
            self._beyond[file, number] = found
        return column + bisect_left(self._beyond[file, number], column - 1)
