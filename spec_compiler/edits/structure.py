"""Edits of how a text is built: entries lifted out or indented, braces in the place of brackets.

Lines keep their comments; what a blank line or a text of several lines holds moves with them.
"""

from __future__ import annotations

from spec_compiler.edits.page import Page
from spec_compiler.places import Target
from spec_compiler.spans import Edit

_STEP = "  "


def lifted(page: Page, entry: Target, lead: str) -> tuple[Edit, ...]:
    """What is in the mapping of an entry in the place of the entry.

    Args:
        page: The text.
        entry: An entry whose value is a mapping.
        lead: An entry that stands before it, as `type: Dense`; empty for none.
    """
    if entry.key is None or not entry.size or entry.parent is None:
        return ()
    begin, _ = page.offsets(entry.key)
    start, end = page.offsets(entry.span)
    holder, _ = page.offsets(entry.parent.span)
    if page.text[start] == "{":
        inside = page.text[start + 1 : end - 1].strip()
        if "#" in inside:
            return ()
        if page.text[holder] == "{":
            key, _, value = lead.partition(": ")
            first = f"{page.name(key, '')}: {page.name(value, '')}, " if lead else ""
            return page.edit(begin, end, first + inside)
        if entry.parent.size == 1 and lead:
            return page.edit(begin, end, f"{{{lead}, {inside}}}")
        if lead or "\n" in inside:
            return ()
        between = f"\n{' ' * (entry.key.column - 1)}"
        return page.edit(begin, end, between.join(_parted(inside)))
    more = entry.span.column - entry.key.column
    line = page.text.rfind("\n", 0, start) + 1
    if more <= 0 or page.text[line:start].strip() or page.text[holder] == "{":
        return ()
    indent = " " * (entry.key.column - 1)
    first = page.edit(begin, start, f"{lead}\n{indent}" if lead else "")
    if page.text[begin:line].count("\n") != 1:  # comments between them would be lost
        return ()
    following = page.text.find("\n", start, end) + 1
    return (*first, *shifted(page, following, end, -more)) if following else first


def _parted(inside: str) -> list[str]:
    """The entries between two braces."""
    parts, depth, quote = [""], 0, ""
    for sign in inside:
        quote = "" if sign == quote else quote or (sign if sign in "\"'" else "")
        depth += (not quote) * ((sign in "[{(") - (sign in "]})"))
        if sign == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]


def indented(page: Page, entry: Target) -> tuple[Edit, ...]:
    """An entry of an indented mapping a step further in, with all its lines."""
    if entry.key is None or entry.parent is None:
        return ()
    begin, _ = page.offsets(entry.key)
    _, end = page.offsets(entry.span)
    line = page.text.rfind("\n", 0, begin) + 1
    holder, _ = page.offsets(entry.parent.span)
    if page.text[line:begin].strip() or page.text[holder] == "{":
        return ()
    return shifted(page, line, end, len(_STEP))


def braced(page: Page, items: Target) -> tuple[Edit, ...]:
    """Braces for the brackets of `[type: Dense, units: 3]`."""
    start, end = page.offsets(items.span)
    if page.text[start] != "[" or page.is_json:
        return ()
    return (*page.edit(start, start + 1, "{"), *page.edit(end - 1, end, "}"))


def shifted(page: Page, start: int, end: int, columns: int) -> tuple[Edit, ...]:
    """The lines from one that begins at an offset to the one that holds another, moved."""
    edits: list[Edit] = []
    while columns and start < end:
        stop = page.text.find("\n", start)
        stop = len(page.text) if stop < 0 else stop
        line = page.text[start:stop]
        if line.strip():
            blank = len(line) - len(line.lstrip(" "))
            less = min(-columns, blank) if columns < 0 else 0
            edits += page.edit(start, start + less, " " * max(columns, 0))
        start = stop + 1
    return tuple(edits)
