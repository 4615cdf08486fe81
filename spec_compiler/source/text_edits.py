"""Where a broken text is to be edited: tabs as spaces, quotes closed, lines moved into braces."""

from __future__ import annotations

import re
from typing import NamedTuple

from spec_compiler.source.mistake import Mistake, line_end
from spec_compiler.spans import Edit

_LINE = re.compile(r"(?P<blank>[ \t]*)(?P<dashes>(?:- +)*)(?P<rest>[^\n]*)")
_OPENS = re.compile(r"(?:.*[^\s:]:|-|)\s*(?:#.*)?")
_NEXT_KEY = re.compile(r",\s*[\"']?[\w.-]+[\"']?\s*:(?:\s|$)")
_CLOSERS = re.compile(r"[\]}\s,]*$")
_STEP = 2


class _Above(NamedTuple):
    """The line above: its own column, that behind its dashes, and whether others belong in it."""

    indent: int
    content: int
    opens: bool


def without_tabs(m: Mistake) -> tuple[tuple[Edit, ...], bool]:
    """Spaces for the tabs that indent lines, or for the one that parts words; whether it is sure.

    A line stands under the last one with the same indentation, or one step in from the line above
    where that begins something.
    """
    if m.before.strip(" \t"):
        run = re.compile("\t+").match(m.text, m.at)
        return (m.edit(m.at, run.end(), " "), True) if run else ((), False)
    edits: list[Edit] = []
    sure = True
    columns: dict[str, int] = {}
    above = _Above(0, 0, opens=False)
    at = 0
    for line in m.text.split("\n"):
        found = _LINE.fullmatch(line)
        start, at = at, at + len(line) + 1
        if found is None or not found["rest"].strip():
            continue
        blank, content = found["blank"], found["rest"]
        column = len(blank)
        if "\t" in blank:
            known = columns.get(blank)
            sure = sure and (known is not None or above.opens or above.content > above.indent)
            column = known if known is not None else _column(above)
            edits += m.edit(start, start + len(blank), " " * column)
        if content.startswith("#"):
            continue
        columns = {key: value for key, value in columns.items() if value < column}
        columns[blank] = column
        inner = column + len(found["dashes"])
        above = _Above(column, inner, opens=bool(_OPENS.fullmatch(content)))
    return tuple(edits), sure


def _column(above: _Above) -> int:
    return above.content + _STEP * above.opens


def quote_closed(m: Mistake, start: int) -> tuple[Edit, ...]:
    """The quote at an offset closed where its value most probably ends on its line."""
    line_start = m.text.rfind("\n", 0, start) + 1
    text = m.rest_of_line(start)
    before = m.text[line_start:start]
    depth = sum(before.count(sign) for sign in "[{") - sum(before.count(sign) for sign in "]}")
    length = len(text)
    if depth > 0:
        following = _NEXT_KEY.search(text)
        closers = _CLOSERS.search(text)
        if following:
            length = following.start()
        elif closers:
            length = closers.start()
    return m.edit(start + length, start + length, m.text[start]) if length > 1 else ()


def quote_widened(m: Mistake, end: int, length: int) -> tuple[Edit, ...]:
    """A quote that closed at an offset closed behind the text that follows, instead."""
    quote = m.text[end - 1]
    if quote in m.text[end : m.at + length] or "\\" in m.text[end : m.at + length]:
        return ()
    return (*m.edit(end - 1, end, ""), *m.edit(m.at + length, m.at + length, quote))


def into_braces(m: Mistake, end: int, line: str) -> tuple[Edit, ...]:
    """A line as one more entry of the braces that end at an offset; not one with a comment."""
    last = line_end(m.text, m.at)
    if m.text[m.at : last].rstrip() != line or m.text[end - 1 : end] != "}":
        return ()
    inside = m.text[: end - 1].rstrip(" ,")
    between = "" if inside.endswith("{") else ", "
    added = m.edit(len(inside), end - 1, between + line)
    return (*added, *m.edit(m.line_start - 1, last, ""))


def list_below(m: Mistake) -> tuple[Edit, ...]:
    """A list that begins on the line of its key, on the next one."""
    key = re.match(r"(?P<blank>[ ]*(?:- +)*)[^:]*:(?P<between>[ \t]+)$", m.before)
    if key is None:
        return ()
    column = len(key["blank"]) + _STEP
    below = re.match(r"[ ]*(?=- )", m.text[line_end(m.text, m.at) + 1 :])
    if below and len(below[0]) >= len(key["blank"]):
        column = len(below[0])
    return m.edit(m.at - len(key["between"]), m.at, "\n" + " " * column)


_ENDS = re.compile(r"[ \t]*(?:[,\]}]|#|\n|$)")


def quotes_in_quotes(m: Mistake) -> tuple[Edit, ...]:
    """Other quotes around a text that was closed by the first of the quotes within it."""
    start, first = m.quoted or (0, 0)
    quote = m.text[start : start + 1]
    other = {"'": '"', '"': "'"}.get(quote, "")
    line = m.text[start : line_end(m.text, start)]
    if not other or other in line or "\\" in line or "\n" in m.text[start:first]:
        return ()
    for inside, found in enumerate(re.finditer(quote, line[1:])):
        at = start + 1 + found.start()
        if inside and not inside % 2 and _ENDS.match(m.text, at + 1):
            return (*m.edit(start, start + 1, other), *m.edit(at, at + 1, other))
    return ()
