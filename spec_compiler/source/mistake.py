"""A syntax error as a parser sees it, and the text around it."""

from __future__ import annotations

import re
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.source.positions import span_at
from spec_compiler.spans import Edit, Label


class Mistake(NamedTuple):
    """A syntax error as a parser sees it.

    Attributes:
        file: Name of the text.
        text: The whole of it.
        problem: The parser's words about what is wrong.
        context: The parser's words about what it was reading.
        at: Offset of the problem.
        since: Offset where the thing began that it was reading.
        quoted: Offsets of the text read last, its quotes included, if it is quoted.
    """

    file: str
    text: str
    problem: str
    context: str
    at: int
    since: int | None
    quoted: tuple[int, int] | None

    @property
    def character(self) -> str:
        """The character at the place, empty at the end of the text."""
        return self.text[self.at : self.at + 1]

    @property
    def line_start(self) -> int:
        """Offset of the first character of the line."""
        return self.text.rfind("\n", 0, self.at) + 1

    @property
    def before(self) -> str:
        """The line up to the place."""
        return self.text[self.line_start : self.at]

    @property
    def column(self) -> int:
        """Columns to the left of the place."""
        return self.at - self.line_start

    @property
    def word(self) -> str:
        """The word at the place."""
        return word_at(self.text, self.at)

    def rest_of_line(self, offset: int) -> str:
        """From an offset to the end of its line, without a comment."""
        line = self.text[offset : line_end(self.text, offset)]
        return re.sub(r"(?:^|\s)#.*", "", line).rstrip()

    def report(
        self,
        code: str,
        message: str,
        help: str,
        extent: tuple[int, int] | None = None,
        labels: tuple[Label, ...] = (),
        edits: tuple[Edit, ...] = (),
        *,
        safe: bool = True,
    ) -> Diagnostic:
        """A finding at `extent`, by default at the character of the problem."""
        start, end = extent or (self.at, self.at + 1)
        end = max(start, min(end, len(self.text), line_end(self.text, start)))
        span = span_at(self.file, self.text, start, end)
        return Diagnostic(code, message, span, help=help, labels=labels, edits=edits, safe=safe)

    def edit(self, start: int, end: int, text: str) -> tuple[Edit, ...]:
        """Another text between two offsets."""
        return (Edit(span_at(self.file, self.text, start, end), text),)

    def moved(self, columns: int) -> tuple[Edit, ...]:
        """The line so many columns further to the right, or to the left."""
        start = self.line_start
        if columns > 0:
            return self.edit(start, start, " " * columns)
        blank = self.text[start : start - columns].isspace()
        return self.edit(start, start - columns, "") if blank else ()


def line_end(text: str, offset: int) -> int:
    """Offset of the end of a line."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def line_above(text: str, line_start: int) -> tuple[int, str]:
    """The nearest line above that has more than a comment: its offset and text."""
    end = line_start - 1
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end]
        if line.strip() and not line.lstrip().startswith("#"):
            return start, line
        end = start - 1
    return 0, ""


def word_at(text: str, offset: int) -> str:
    """The word at an offset, at most 40 characters of it."""
    found = re.compile(r"[^\s,:\[\]{}]{1,40}").match(text, offset)
    return found.group() if found else text[offset : offset + 1]


def spaces(count: int) -> str:
    """A number of spaces in words."""
    return "one space" if count == 1 else f"{count} spaces"
