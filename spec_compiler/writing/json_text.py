"""Presentations as JSON, laid out by the same rule as YAML."""

from __future__ import annotations

from collections.abc import Iterator

from spec_compiler.source.presentation import Entry, Group, Part, Text
from spec_compiler.writing.printed import COLUMNS, SHORT, only_mappings


def printed_json(root: Part) -> str:
    """The JSON of a document, with a final newline; numbers and texts are as they were written."""
    return "\n".join(_lines(root, "", "", "")) + "\n"


def _lines(part: Part, indent: str, head: str, comma: str) -> Iterator[str]:
    """A part behind its key, `head`, and before its comma."""
    opens = isinstance(part, Group) and part.opens
    room = COLUMNS - len(indent) - len(head) - len(comma)
    flow = None if opens else _flow(part, room)
    if isinstance(part, Text) or flow is not None:
        yield f"{indent}{head}{part.raw if isinstance(part, Text) else flow}{comma}"
        return
    begin, end = "{}" if part.is_mapping else "[]"
    yield f"{indent}{head}{begin}"
    if _is_short(part):
        yield from _filled(part, indent + "  ")
    else:
        for index, entry in enumerate(part.entries, 1):
            after = "," if index < len(part.entries) else ""
            yield from _lines(entry.value, indent + "  ", _head(entry), after)
    yield f"{indent}{end}{comma}"


def _head(entry: Entry) -> str:
    return f"{entry.key.raw}: " if entry.key else ""


def _flow(part: Part, room: int) -> str | None:
    """A part within one line; None where it does not fit there."""
    if isinstance(part, Text):
        return part.raw if len(part.raw) <= room else None
    if only_mappings(part):
        return None
    room -= 2
    items: list[str] = []
    for entry in part.entries:
        head = _head(entry)
        item = _flow(entry.value, room - len(head))
        if item is None:
            return None
        room -= len(head) + len(item) + 2
        items.append(head + item)
    inside = ", ".join(items)
    return f"{{{inside}}}" if part.is_mapping else f"[{inside}]"


def _is_short(group: Group) -> bool:
    return not group.is_mapping and all(
        isinstance(entry.value, Text) and len(entry.value.raw) <= SHORT for entry in group.entries
    )


def _filled(group: Group, indent: str) -> Iterator[str]:
    """Short items, as many in a line as it takes."""
    line = indent
    for index, entry in enumerate(group.entries, 1):
        item = f"{_flow(entry.value, SHORT)}{',' if index < len(group.entries) else ''}"
        if line != indent and len(line) + 1 + len(item) > COLUMNS:
            yield line
            line = indent
        line += item if line == indent else f" {item}"
    yield line
