"""Edits done: which of them can be done together, and the text that comes of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from spec_compiler.line_index import LineIndex
from spec_compiler.spans import Edit, Span

_MARK = "\ufeff"


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot both be done: they touch the same text, or insert at one place."""
    if one.span.file != other.span.file:
        return False
    first, second = sorted((one.span, other.span))
    return second[1:3] < first[3:] or first[1:3] == second[1:3]


def touches(edit: Edit, others: Sequence[Edit]) -> bool:
    """Whether an edit overlaps one of others, which are in order and do not overlap."""
    at = bisect_left(others, edit)
    return any(overlap(edit, other) for other in others[max(at - 1, 0) : at + 1])


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with its edits done, all else as it was: byte order mark and ends of lines, too."""
    body = text.removeprefix(_MARK)
    at = LineIndex(body)
    end_of_line = next((found[0] for found in re.finditer(r"\r\n|\n|\r", body)), "\n")
    pieces = [text[: len(text) - len(body)]]
    done = 0
    for span, new in sorted(edits):
        start, end = at.offsets(span)
        pieces += [body[done:start], new.replace("\n", end_of_line)]
        done = end
    return "".join([*pieces, body[done:]])


def written(before: str, after: str, edits: Iterable[Edit]) -> list[Span]:
    """Where in a text stands what some edits of another one wrote; what only removes is nowhere.

    Args:
        before: The text that was edited.
        after: What came of it.
        edits: All that were done.
    """
    old, new = LineIndex(before), LineIndex(after)
    moved, found = 0, list[Span]()
    for span, text in sorted(edits):
        start, end = old.offsets(span)
        if text:
            found.append(new.span(span.file, start + moved, start + moved + len(text)))
        moved += len(text) - (end - start)
    return found
