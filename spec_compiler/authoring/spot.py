"""Where a place of a text is: around which keys, and what is typed there; of broken text, too."""

from __future__ import annotations

import re
from typing import NamedTuple

from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.lexer import Token, tokens
from spec_compiler.authoring.parser import Parsed, Part, Step, parse
from spec_compiler.spans import Span

_SECTION = re.compile(r"""["']?[A-Za-z_]""")
_HEAD = re.compile(r"""(["']?)([A-Za-z_][\w-]*)\1\s*:""")


class Spot(NamedTuple):
    """A place of a spec.

    Attributes:
        path: The keys and indices from the root to the value, or to the mapping of the key, that
            stands at the place.
        steps: The collections on that way.
        is_key: Whether a key stands at the place, or would.
        alone: Whether nothing stands before it on its line: what it is has not been said.
        typed: The text of the scalar before the place.
        text: All of its text.
        span: Where the scalar stands, without its quotes where the place is in them.
        style: How it is quoted; see `Token`.
        comment: The comment that the place is in; empty elsewhere.
        value: What stands at the place, where it is a value.
        sections: The keys of the outermost mapping.
    """

    path: tuple[str | int, ...]
    steps: tuple[Step, ...]
    is_key: bool
    alone: bool
    typed: str
    text: str
    span: Span
    style: str
    comment: str
    value: Part | None
    sections: tuple[str, ...]

    @property
    def around(self) -> Part | None:
        """The collection that the place is in."""
        return self.steps[-1].part if self.steps else None


def spot_at(document: Document, position: Position) -> Spot:
    """Where a place is, by the text around it alone."""
    position = document.clamped(position)
    offset = document.offset(position)
    found, index = _tokens_around(document, position)
    comment = next((it for it in found if it.kind == "#" and it.start < offset <= it.end), None)
    found = [token for token in found if token.kind != "#"]
    place = _touched(found, offset, document.text)
    if place is not None and place.end < offset:  # blanks at its end belong to it
        longer = place._replace(end=offset, text=document.text[place.start : offset])
        found = [longer if it is place else it for it in found]
        place = longer
    if place is None:
        place = _empty(document, position, offset)
        found = sorted([*found, place], key=lambda it: (it.start, it.end))
        found = [*_with_first(found)]
        place = next(it for it in found if it.start == it.end == offset)
    read = parse(found, place)
    return _spot(document, read, place, offset, index, comment)


def _spot(
    document: Document,
    read: Parsed,
    place: Token,
    offset: int,
    index: int | None,
    comment: Token | None,
) -> Spot:
    keys = [step.key for step in read.steps]
    if index is not None and len(keys) > 1 and isinstance(keys[1], int):
        keys[1] += index
    is_key = bool(keys) and keys[-1] is None
    path = tuple(key for key in keys if key is not None)
    quotes = 1 if place.style in {'"', "'"} else 0
    start = place.start + quotes
    closed = quotes and place.end - place.start > 1 and document.text[place.end - 1] == place.style
    end = place.end - 1 if closed else place.end
    typed = document.text[start : max(start, min(offset, end))]
    # at a quote, all of it is taken; inside, what is in it
    outside = not start <= offset <= end
    span = (place.start, place.end) if outside else (start, end)
    return Spot(
        path,
        read.steps,
        is_key,
        place.first,
        typed,
        document.text[start:end],
        span_of(document, *span),
        "" if outside else place.style,
        comment.text if comment is not None else "",
        read.value,
        _sections(document, read),
    )


def section_at(document: Document, line: int) -> Parsed:
    """What stands in what in the section that a line is in; in all of JSON."""
    found, _ = _tokens_around(document, Position(line, 1))
    return parse([token for token in found if token.kind != "#"])


def span_of(document: Document, start: int, end: int) -> Span:
    """The span of some characters."""
    first, last = document.position(start), document.position(end)
    return Span(document.path, *first, *last)


def _touched(found: list[Token], offset: int, text: str) -> Token | None:
    """The scalar at a place: the one that goes on there, rather than one that ends.

    A plain one goes on behind blanks.
    """
    touched = [it for it in found if it.kind == "scalar" and it.start <= offset <= it.end]
    if touched:
        return touched[-1]
    before = next((it for it in reversed(found) if it.end <= offset), None)
    if before is None or before.kind != "scalar" or before.style:
        return None
    between = text[before.end : offset]
    return before if not between.strip(" \t") else None


def _empty(document: Document, position: Position, offset: int) -> Token:
    """A scalar of which nothing is typed yet."""
    before = document.line(position.line)[: position.column - 1]
    return Token(
        "scalar", "", offset, offset, position.line, position.column - 1, not before.strip()
    )


def _with_first(found: list[Token]) -> list[Token]:
    """The tokens of a line of which the first is a new one."""
    lines: set[int] = set()
    mended: list[Token] = []
    for token in found:
        mended.append(token._replace(first=token.line not in lines))
        lines.add(token.line)
    return mended


def _tokens_around(document: Document, position: Position) -> tuple[list[Token], int | None]:
    """The tokens of what is around a place, and the index of the item that they begin with.

    That is the section that the place is in, or of a section that is a list the item. Of a text in
    brackets that has no lines of its own for them it is everything.
    """
    lines = document.lines
    column = _column_of_sections(lines)
    if column is None:
        return [*tokens(document.text, 0, len(document.text), 1)], None
    row = position.line - 1
    head = row
    while head > 0 and not _is_head(lines[head], column):
        head -= 1
    end = next((at for at in range(max(row, head) + 1, len(lines)) if _is_head(lines[at], column)),
               len(lines))  # fmt: skip
    first = next((at for at in range(head + 1, end) if _says(lines[at])), end)
    if first >= end or lines[first].lstrip()[:1] not in {"-", "{"} or row <= head:
        return _of_lines(document, head, end), None
    begins = _begins(lines[first])
    starts = [at for at in range(first, end) if _begins(lines[at]) == begins]
    index = max((number for number, at in enumerate(starts) if at <= row), default=0)
    begin = starts[index]
    stop = starts[index + 1] if index + 1 < len(starts) else end
    before = _of_lines(document, head, head + 1)
    depth = sum(token.kind in {"{", "["} for token in before)
    return [*before, *_of_lines(document, begin, stop, depth)], index


def _column_of_sections(lines: tuple[str, ...]) -> int | None:
    """How many blanks stand before the keys of sections; None where they have no lines of theirs.

    In JSON, and in YAML that is written so, they stand in braces, and are indented.
    """
    said = (line for line in lines if _says(line) and not line.startswith(("%", "---")))
    opening = next(said, "")
    if not opening.lstrip().startswith(("{", "[")):
        return 0
    after = next(said, "")
    column = len(after) - len(after.lstrip())
    return column if opening.strip() == "{" and column and _is_head(after, column) else None


def _is_head(line: str, column: int) -> bool:
    """Whether a section begins on a line."""
    return not line[:column].strip() and _SECTION.match(line, column) is not None


def _begins(line: str) -> tuple[int, str]:
    """With what a line begins, and how far it is indented."""
    stripped = line.lstrip()
    return len(line) - len(stripped), stripped[:1]


def _of_lines(document: Document, first: int, last: int, depth: int = 0) -> list[Token]:
    """The tokens of the lines `first` to `last`, from 0, in so many brackets."""
    start = sum(map(len, document.lines[:first])) + first
    end = start + sum(map(len, document.lines[first:last])) + max(0, last - first - 1)
    return [*tokens(document.text, start, end, first + 1, depth)]


def _says(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#")


def _sections(document: Document, read: Parsed) -> tuple[str, ...]:
    if read.root.flow:
        return tuple(key.text for key, _ in read.root.entries)
    column = _column_of_sections(document.lines) or 0
    heads = (line for line in document.lines if not line[:column].strip())
    return tuple(found[2] for line in heads if (found := _HEAD.match(line, column)))
