"""Text to its presentation: a presenter watches the events that the reader reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source.limits import Limits
from spec_compiler.source.presentation import Entry, Group, Part, Presentation, Text
from spec_compiler.source.yaml_text import PROPERTIES, default_events, read_yaml

_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")


def present_yaml(
    text: str, file: str, diagnostics: Diagnostics, limits: Limits
) -> Presentation | None:
    """The presentation of one YAML document; arguments as in `read_yaml`."""
    presenter = _Presenter(text)
    data = read_yaml(text, file, diagnostics, limits, presenter.watched)
    if data is None or presenter.root is None:
        return None
    return Presentation(data, presenter.root, presenter.comments)


class _Draft:
    """An entry that may still get comments."""

    __slots__ = ("above", "beside", "key", "value")

    def __init__(self, key: Text | None, above: list[str]) -> None:
        self.key = key
        self.value: Part | None = None
        self.above = above
        self.beside = ""


class _Open:
    """A list or a mapping that is not closed yet."""

    __slots__ = ("anchor", "column", "drafts", "expects_key", "is_mapping", "last")

    def __init__(self, is_mapping: bool, column: int, anchor: str) -> None:
        self.is_mapping = is_mapping
        self.column = column
        self.anchor = anchor
        self.drafts: list[_Draft] = []
        self.last: list[str] = []
        self.expects_key = is_mapping

    def closed(self) -> Group:
        entries = tuple(
            Entry(draft.key, draft.value, tuple(draft.above), draft.beside)
            for draft in self.drafts
            if draft.value is not None
        )
        return Group(self.is_mapping, entries, self.anchor, tuple(self.last))


class _Presenter:
    """Follows the events of a text; what stands between them are comments and blank lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0  # behind what was taken last
        self.open: list[_Open] = []
        self.pending: list[tuple[int, str]] = []  # comments in their columns, of nothing yet
        self.latest: _Draft | None = None  # whose sign was taken last
        self.comments: list[str] = []
        self.root: Part | None = None

    def watched(self, text: str) -> Iterator[Event]:
        """The events, each taken when it was asked for."""
        for event in default_events(text):
            if isinstance(event, ScalarEvent):
                self.scalar(event)
            elif isinstance(event, CollectionStartEvent):
                self.open_group(event)
            elif isinstance(event, CollectionEndEvent):
                self.end(event)
            elif isinstance(event, AliasEvent):
                start, end = event.start_mark.index, event.end_mark.index
                self.between(start)
                self.at = end
                self.put(Text(text[start:end], "*", text[start:end]))
            yield event
        self.between(len(self.text))
        if isinstance(self.root, Group) and self.pending:
            below = [comment for _, comment in self.pending]
            self.root = self.root._replace(last=(*self.root.last, *_ended(below)))

    def scalar(self, event: Any) -> None:
        """A key or a value."""
        start, end = event.start_mark.index, event.end_mark.index
        anchor = ""
        if event.anchor is not None:
            start, anchor = self.named(start, end)
        if start - self.at > 1:  # a single character is no comment and no blank line
            self.between(start)
        if end > self.at:
            self.at = end
        style = event.style or ""
        text = Text(event.value, style, self.text[start:end], anchor)
        if self.open and self.open[-1].expects_key:
            self.begin_entry(text)
        elif style in ("|", ">"):
            self.put_block(text)
        else:
            self.put(text)

    def named(self, start: int, end: int) -> tuple[int, str]:
        """Where a node begins behind its anchor, and the anchor."""
        properties = PROPERTIES.match(self.text, start, end)
        found = _ANCHOR.search(self.text, start, end)
        return properties.end() if properties else start, found.group() if found else ""

    def open_group(self, event: CollectionStartEvent) -> None:
        """The first sign of a list or a mapping."""
        start, anchor = event.start_mark.index, ""
        if event.anchor is not None:
            start, anchor = self.named(start, event.end_mark.index)
        self.between(start)
        self.at = max(self.at, event.end_mark.index if event.flow_style else start)
        column = start - self.text.rfind("\n", 0, start) - 1
        parent = self.open[-1] if self.open else None
        if parent is not None and (parent.expects_key or not parent.is_mapping):
            self.begin_entry(None)
        elif parent is not None and event.flow_style:
            self.give_to_value(parent.drafts[-1])
        self.open.append(_Open(isinstance(event, MappingStartEvent), column, anchor))

    def begin_entry(self, key: Text | None) -> None:
        """An entry of a mapping, or an item of a list, with the comments above it.

        A key that is no scalar has none here: the reader refuses it.
        """
        draft = _Draft(key, [comment for _, comment in self.pending])
        self.pending.clear()
        self.open[-1].drafts.append(draft)
        self.open[-1].expects_key = False
        self.latest = draft

    def put(self, part: Part) -> None:
        """A whole scalar, or a collection that was closed, is a value."""
        if not self.open:
            self.root, self.latest = part, None
            return
        parent = self.open[-1]
        if not isinstance(part, Group):
            if parent.expects_key or not parent.is_mapping:
                self.begin_entry(None)
            else:
                self.give_to_value(parent.drafts[-1])
        self.latest = parent.drafts[-1]
        self.latest.value = part
        parent.expects_key = parent.is_mapping

    def give_to_value(self, draft: _Draft) -> None:
        """Comments between a key and its value stand above both, in their order."""
        self.give(draft, _trimmed([comment for _, comment in self.pending]))
        self.pending.clear()

    def give(self, draft: _Draft, comments: list[str]) -> None:
        """Comments go above an entry, behind the one beside it, which came before them."""
        if comments:
            draft.above += [draft.beside, *comments] if draft.beside else comments
            draft.beside = ""

    def end(self, event: Event) -> None:
        """The end of a list or a mapping; no bracket closes one in block style."""
        index, flow = event.start_mark.index, event.start_mark.index != event.end_mark.index
        self.between(index)
        group = self.open.pop()
        if flow:
            self.at = event.end_mark.index
            group.last = [comment for _, comment in self.pending]
            self.pending.clear()
        else:
            following = event.start_mark.column if index < len(self.text) else -1
            group.last = self.take_deeper(max(group.column, following + 1))
        group.last = _ended(group.last)
        owner = self.open[-1].drafts[-1] if self.open else None
        if owner is not None and not group.drafts:
            self.give(owner, _trimmed(group.last))
            group.last = []
        self.put(group.closed())

    def take_deeper(self, column: int) -> list[str]:
        """The pending comments, up to the first that stands to the left of a column."""
        count = len(self.pending)
        for index, (place, comment) in enumerate(self.pending):
            if comment and place < column:
                count = index
                break
        while count and not self.pending[count - 1][1]:
            count -= 1  # the blank lines belong to what follows
        taken = [comment for _, comment in self.pending[:count]]
        del self.pending[:count]
        return taken

    def put_block(self, text: Text) -> None:
        """A block scalar, without the comment in its first line, which is its entry's."""
        line, feed, body = text.raw.partition("\n")
        head, sign, comment = line.partition("#")
        head = head.rstrip()
        self.put(text._replace(raw=f"{head}{feed}{body}"))
        if sign:
            self.note_beside(f"#{comment}".rstrip())
        if "+" not in head and _blank_lines(body) > _blank_lines(text.value.rstrip("\n")):
            self.pending.append((0, ""))

    def between(self, end: int) -> None:
        """Comments and blank lines up to an offset."""
        gap = self.text[self.at : end]
        begins_line = self.text[self.at - 1 : self.at] in ("", "\n")
        self.at = max(self.at, end)
        if "\n" not in gap and "#" not in gap:
            return
        first, *lines = gap.split("\n")
        if begins_line:
            first, lines = "", [first, *lines]
        if "#" in first:
            column = first.index("#")
            comment = first[column:].rstrip()
            if self.latest is None or "-" in first[:column]:  # behind a dash: of what follows it
                self.pend(column, comment)
            else:
                self.note_beside(comment)
        for number, line in enumerate(lines, 1):
            if "#" in line:
                column = line.index("#")
                self.pend(column, line[column:].rstrip())
            elif not line.strip() and number < len(lines):
                self.pending.append((0, ""))

    def pend(self, column: int, comment: str) -> None:
        self.comments.append(comment)
        self.pending.append((column, comment))

    def note_beside(self, comment: str) -> None:
        """A comment at the end of a line; of two in one entry the first goes above it.

        Behind a list that holds comments itself, it becomes the last of them.
        """
        self.comments.append(comment)
        draft = self.latest
        if draft is None:
            self.pending.append((0, comment))
        elif isinstance(draft.value, Group) and draft.value.entries and _noted(draft):
            draft.value = draft.value._replace(last=(*draft.value.last, comment))
        else:
            draft.above += [draft.beside] if draft.beside else []
            draft.beside = comment


def _blank_lines(text: str) -> int:
    """How many lines at the end say nothing; what follows the last line feed is none."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return sum(1 for _ in takewhile(lambda line: not line.strip(" \t"), reversed(lines)))


def _noted(draft: _Draft) -> bool:
    """Whether a comment stands beside an entry, or in its value."""
    return bool(draft.beside) or (draft.value is not None and _has_comment(draft.value))


def _has_comment(part: Part) -> bool:
    return isinstance(part, Group) and (
        any(part.last)
        or any(
            entry.beside or any(entry.above) or _has_comment(entry.value) for entry in part.entries
        )
    )


def _ended(comments: list[str]) -> list[str]:
    """Comments without blank lines behind them."""
    while comments and not comments[-1]:
        comments.pop()
    return comments


def _trimmed(comments: list[str]) -> list[str]:
    """Comments without blank lines around them."""
    comments = _ended(comments)
    while comments and not comments[0]:
        comments.pop(0)
    return comments
