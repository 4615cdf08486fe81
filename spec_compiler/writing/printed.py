"""Presentations as text: the one printer of YAML, for what people wrote and for what specc makes.

What fits a line stands in one, in brackets; what does not has a line for each of its entries. So
has what holds a comment, a text of several lines, or nothing but mappings, of which it has several.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from spec_compiler.source.presentation import Entry, Group, Part, Text
from spec_compiler.writing.scalars import form_of

COLUMNS = 100
SHORT = 24
"""Lists of texts no longer than this fill lines; longer ones have a line each."""
_LEAST = 40
"""A paragraph is not made narrower than this."""


class Line(NamedTuple):
    """A line, or those of a text; and the comment beside it."""

    text: str
    comment: str = ""


def printed(root: Group) -> str:
    """The YAML of a document, with a final newline."""
    lines = list(_inside(root, ""))
    return "".join(f"{line}\n" for line in _aligned(_parted(lines))) or "{}\n"


def _parted(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines with at most one blank one between two."""
    last = ""
    for line in lines:
        if line.text or last:
            yield line
        last = "" if line.text.endswith("\n") else line.text


def _aligned(lines: Iterable[Line]) -> Iterator[str]:
    """Comments beside lines that follow each other stand in one column, where they fit."""
    run: list[Line] = []
    for line in lines:
        if run and not (line.comment and _blanks(line.text) == _blanks(run[0].text)):
            yield from _with_comments(run)
            run = []
        if line.comment:
            run.append(line)
        else:
            yield line.text
    yield from _with_comments(run)


def _with_comments(run: list[Line]) -> Iterator[str]:
    column = max((len(line.text) for line in run), default=0)
    if any(column + 2 + len(line.comment) > COLUMNS for line in run):
        column = 0
    return (f"{line.text.ljust(column)}  {line.comment}" for line in run)


def _inside(group: Group, indent: str) -> Iterator[Line]:
    """The entries of a group in block style, and the comments around them."""
    began = False
    for entry in group.entries:
        entry = _with_comments_above(entry)
        for comment in entry.above:
            began = began or bool(comment)
            if began:
                yield Line(indent + comment if comment else "")
        began = True
        yield from _entry(entry, indent)
    for comment in group.last:
        yield Line(indent + comment if comment else "")


def _with_comments_above(entry: Entry) -> Entry:
    """An item whose first entry stands beside the dash: comments above that stand above both."""
    value = entry.value
    if entry.key is not None or isinstance(value, Text) or not value.entries:
        return entry
    first = _with_comments_above(value.entries[0])
    comments = tuple(filter(None, first.above))
    if not comments:
        return entry
    value = value._replace(entries=(first._replace(above=()), *value.entries[1:]))
    if entry.beside:
        comments = (entry.beside, *comments)
    return entry._replace(value=value, above=entry.above + comments, beside="")


def _entry(entry: Entry, indent: str) -> Iterator[Line]:
    key, value, _, beside = entry
    head = f"{indent}-" if key is None else f"{indent}{form_of(key, is_key=True).block}:"
    if isinstance(value, Text):
        yield from _text(head, value, indent, beside)
        return
    flow = None if value.opens else flow_of(value, COLUMNS - len(head) - 1)
    if flow is not None or not value.entries:
        yield Line(f"{head} {flow or flow_of(value, COLUMNS)}", beside)
    elif _fills(value):
        yield from _filled(f"{head} {_named(value)}[", value, beside)
    elif key is None:
        yield from _item(value, indent, beside)
    else:
        yield Line(f"{head} {value.anchor}".rstrip(), beside)
        yield from _inside(value, indent + "  ")


def _item(value: Group, indent: str, beside: str) -> Iterator[Line]:
    """An item whose first entry stands beside the dash; comments go above it."""
    if beside:
        yield Line(indent + beside)
    lines = _inside(value, indent + "  ")
    if value.anchor:
        yield Line(f"{indent}- {value.anchor}")
    else:
        first = next(lines)
        yield Line(f"{indent}- {first.text.lstrip(' ')}", first.comment)
    yield from lines


def _text(head: str, text: Text, indent: str, beside: str) -> Iterator[Line]:
    """An entry whose value is a scalar."""
    form = form_of(text)
    line = f"{head} {form.block}".rstrip(" ")
    if form.flow is None:
        yield Line(line, beside)
        yield from _lines_of(form.body, indent + "  ")
    elif form.paragraph and len(line) > COLUMNS:
        yield Line(f"{head} {_named(text)}>-", beside)
        width = max(COLUMNS - len(indent) - 2, _LEAST)
        words = textwrap.wrap(text.value, width, break_long_words=False, break_on_hyphens=False)
        yield from _lines_of(words, indent + "  ")
    else:
        yield Line(line, beside)


def _lines_of(lines: Sequence[str], indent: str) -> Iterator[Line]:
    if lines:
        yield Line("\n".join(indent + line if line else "" for line in lines))


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def flow_of(part: Part, room: int) -> str | None:
    """A part within one line; None where it does not fit there."""
    if isinstance(part, Text):
        flow = form_of(part).flow
        return flow if flow is not None and len(flow) <= room else None
    if any(part.last) or only_mappings(part):
        return None
    room -= 2 + len(_named(part))
    items: list[str] = []
    for key, value, above, beside in part.entries:
        if beside or any(above):
            return None
        head = "" if key is None else f"{form_of(key, is_key=True).flow}: "
        item = flow_of(value, room - len(head))
        if item is None:
            return None
        room -= len(head) + len(item) + 2
        items.append(head + item)
    inside = ", ".join(items)
    return _named(part) + (f"{{{inside}}}" if part.is_mapping else f"[{inside}]")


def only_mappings(group: Group) -> bool:
    """Whether it holds several mappings that are not empty, and nothing else."""
    entries = group.entries
    return len(entries) > 1 and all(
        isinstance(entry.value, Group) and entry.value.is_mapping and entry.value.entries
        for entry in entries
    )


def _named(part: Part) -> str:
    return f"{part.anchor} " if part.anchor else ""


def _fills(group: Group) -> bool:
    """Whether a list is of short scalars without comments, so that it fills its lines."""
    if group.is_mapping or any(group.last):
        return False
    return not any(
        entry.beside or any(entry.above) or flow_of(entry.value, SHORT) is None
        for entry in group.entries
        if isinstance(entry.value, Text)
    ) and all(isinstance(entry.value, Text) for entry in group.entries)


def _filled(head: str, group: Group, beside: str) -> Iterator[Line]:
    """A list that fills as many lines as it takes, its first item behind its bracket."""
    line, after = head, " " * len(head)
    count = len(group.entries)
    for index, entry in enumerate(group.entries, 1):
        item = f"{flow_of(entry.value, SHORT)}{',' if index < count else ']'}"
        if line not in (head, after) and len(line) + 1 + len(item) > COLUMNS:
            yield Line(line, beside)
            line, beside = after, ""
        line += item if line in (head, after) else f" {item}"
    yield Line(line, beside)
