"""Lines and columns of a tidy text."""

from __future__ import annotations

from spec_compiler.spans import Span


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character of a tidy text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def moved(line: int, column: int, text: str, start: int, end: int) -> tuple[int, int]:
    """Line and column of `end`, when those of `start` are known."""
    if lines := text.count("\n", start, end):
        return line + lines, end - text.rfind("\n", start, end)
    return line, column + end - start


def span_at(file: str, text: str, start: int, end: int) -> Span:
    """The span of some characters of a tidy text."""
    return Span(file, *place(text, start), *place(text, end))
