"""Stretches of a source file, and what is said beside them."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a source file. Lines and columns count from 1, the end column is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def inside(self, start: int, end: int) -> Span:
        """The characters `start` to `end` (from 0) of a span on one line."""
        first, last = self.column + start, self.column + end
        return Span(self.file, self.line, first, self.line, max(first + 1, last))


class Label(NamedTuple):
    """A secondary place, possibly in another file, with what is to be seen there.

    Attributes:
        span: The place.
        text: The words beside it.
        is_way: Whether it says how one comes to the finding, a use of a block, and not why.
    """

    span: Span
    text: str
    is_way: bool = False


class Edit(NamedTuple):
    """A replacement of text that would mend the finding."""

    span: Span
    text: str
