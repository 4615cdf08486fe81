"""Edits that turn a mapping of named things into a list of them, and a list into a mapping.

`d: {type: Dense}` is `- {name: d, type: Dense}` in a list. Where something stands between a key and
its value that would be lost, an anchor, say, there is no edit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from spec_compiler.edits.page import Page
from spec_compiler.edits.structure import shifted
from spec_compiler.places import Target
from spec_compiler.spans import Edit

_STEP = 2
_TWO = 2
"""A name, and a value."""
_COLON = re.compile(r"[ \t]*:[ \t]+")
_COLON_AT_END = re.compile(r"([ \t]*:)[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*")
_DASH = re.compile(r"- +")


def itemized(page: Page, holder: Target, entries: Sequence[Target]) -> tuple[Edit, ...]:
    """A mapping from names to mappings as a list of mappings that have a `name`.

    Args:
        page: The text.
        holder: The mapping.
        entries: All that is in it.
    """
    start, end = page.offsets(holder.span)
    in_braces = page.text[start] == "{"
    parts = [
        _braced_item(page, entry, "" if in_braces else "- ") or _item_of_lines(page, entry)
        for entry in entries
    ]
    if not all(parts):
        return ()
    edits = tuple(edit for part in parts for edit in part)
    if not in_braces:
        return edits
    return (*page.edit(start, start + 1, "["), *edits, *page.edit(end - 1, end, "]"))


def _braced_item(page: Page, entry: Target, dash: str) -> tuple[Edit, ...]:
    """`d: {…}` as `{name: d, …}`."""
    if entry.key is None or entry.size is None:
        return ()
    begin, after = page.offsets(entry.key)
    start, _ = page.offsets(entry.span)
    if page.text[start] != "{" or not _COLON.fullmatch(page.text, after, start):
        return ()
    name = f"{page.name('name', '')}: {page.at(entry.key)}"
    return page.edit(begin, start + 1, f"{dash}{{{name}{', ' if entry.size else ''}")


def _item_of_lines(page: Page, entry: Target) -> tuple[Edit, ...]:
    """`d:` and lines that are indented as `- name: d`, and these lines below `name`."""
    if entry.key is None or not entry.size or page.is_json:
        return ()
    begin, after = page.offsets(entry.key)
    start, end = page.offsets(entry.span)
    colon = _COLON_AT_END.fullmatch(page.text, after, start)
    if colon is None or page.text[start] in "[{-":
        return ()
    below = page.text.find("\n", after) + 1
    columns = entry.key.column + _STEP - entry.span.column
    return (
        *page.edit(begin, begin, "- name: "),
        *page.edit(after, colon.end(1), ""),
        *shifted(page, below, end, columns),
    )


def as_items(page: Page, one: Target) -> tuple[Edit, ...]:
    """A mapping as the only item of a list."""
    start, end = page.offsets(one.span)
    if page.text[start] == "{":
        return (*page.edit(start, start, "["), *page.edit(end, end, "]"))
    below = page.text.find("\n", start, end) + 1
    rest = shifted(page, below, end, _STEP) if below else ()
    return (*page.edit(start, start, "- "), *rest)


def keyed(
    page: Page,
    holder: Target,
    items: Sequence[Target],
    names: Sequence[Target | None],
    values: Sequence[Target | None],
) -> tuple[Edit, ...]:
    """A list of mappings that have a name as a mapping from their names.

    Args:
        page: The text.
        holder: The list.
        items: All that is in it.
        names: The `name` in each; None where an item has one key, which is the name.
        values: The `value` in each that has one.
    """
    start, end = page.offsets(holder.span)
    if page.text[start] == "[":
        parts = [
            _pair(page, *parts) or _entry(page, *parts[:2], "")
            for parts in zip(items, names, values, strict=True)
        ]
        brackets = (*page.edit(start, start + 1, "{"), *page.edit(end - 1, end, "}"))
    else:
        further = holder.key is not None and holder.span.column <= holder.key.column
        blank = " " * _STEP * further
        parts = [_entry_of_lines(page, *pair, blank) for pair in zip(items, names, strict=True)]
        brackets = ()
    return tuple(edit for part in (*parts, brackets) for edit in part) if all(parts) else ()


def _pair(page: Page, item: Target, name: Target | None, value: Target | None) -> tuple[Edit, ...]:
    """`{name: x, value: …}` as `x: …`."""
    start, end = page.offsets(item.span)
    if name is None or value is None or item.size != _TWO or "#" in page.text[start:end]:
        return ()
    return page.edit(start, end, f"{page.at(name.span)}: {page.at(value.span)}")


def _entry(page: Page, item: Target, name: Target | None, dash: str) -> tuple[Edit, ...]:
    """`{name: x, …}` as `x: {…}`, and `{x: …}` as `x: …`."""
    start, end = page.offsets(item.span)
    begin = start - len(dash)
    if page.text[start] != "{":
        return ()
    if name is None:
        inside = page.text[start + 1 : end - 1]
        first = start + 1 + len(inside) - len(inside.lstrip())
        last = start + 1 + len(inside.rstrip(" \n\t,"))
        return (*page.edit(begin, first, ""), *page.edit(last, end, ""))
    key = page.at(name.span)
    if item.size == 1:
        return page.edit(begin, end, f"{key}: {{}}")
    removed = page.without(name)
    return (*page.edit(begin, start, f"{key}: "), *removed) if removed else ()


def _entry_of_lines(page: Page, item: Target, name: Target | None, blank: str) -> tuple[Edit, ...]:
    """`- name: x` and lines below it as `x:` and these lines, `blank` further in."""
    start, end = page.offsets(item.span)
    line = page.text.rfind("\n", 0, start) + 1
    dash = page.text[line:start].lstrip(" ")
    begin = start - len(dash)
    if not _DASH.fullmatch(dash):
        return ()
    below = page.text.find("\n", start, end) + 1 or end
    moved = page.edit(begin, begin, blank) if blank else ()
    if page.text[start] == "{":
        own = _entry(page, item, name, dash)
        return (*moved, *own, *shifted(page, below, end, len(blank))) if own else ()
    if name is None:
        columns = len(blank) - len(dash)
        return (*moved, *page.edit(begin, start, ""), *shifted(page, below, end, columns))
    if name.key is None:
        return ()
    first, _ = page.offsets(name.key)
    _, last = page.offsets(name.span)
    key = page.at(name.span)
    if first == start:
        of_name = page.edit(begin, last, f"{key}:" if below < end else f"{key}: {{}}")
        return (*moved, *of_name, *shifted(page, below, end, len(blank)))
    removed = () if blank else page.without(name)
    head = f"{key}:\n{' ' * (item.span.column - 1)}"
    return (*page.edit(begin, start, head), *removed) if removed else ()


def alone(page: Page, items: Target, item: Target) -> tuple[Edit, ...]:
    """The only item of a list in the place of the list."""
    start, end = page.offsets(items.span)
    begin, last = page.offsets(item.span)
    if page.text[start] == "[":
        inside = page.text[start + 1 : begin] + page.text[last : end - 1]
        if inside.strip(" \n\t,"):
            return ()
        return (*page.edit(start, begin, ""), *page.edit(last, end, ""))
    line = page.text.rfind("\n", 0, begin) + 1
    dash = page.text[line:begin].lstrip(" ")
    if not _DASH.fullmatch(dash) or item.size is None:
        return ()
    below = page.text.find("\n", begin, last) + 1
    indented = page.edit(begin - len(dash), begin, "")
    if items.key is not None and items.span.column <= items.key.column:
        return ()
    return (*indented, *(shifted(page, below, last, -len(dash)) if below else ()))


def nested(page: Page, holder: Target, key: str) -> tuple[Edit, ...]:
    """What is in a mapping under a key of it."""
    start, end = page.offsets(holder.span)
    name = page.name(key, "")
    if page.text[start] == "{":
        return (*page.edit(start, start, f"{{{name}: "), *page.edit(end, end, "}"))
    indent = " " * (holder.span.column - 1)
    line = page.text.rfind("\n", 0, start) + 1
    if page.text[line:start].strip():
        return ()
    below = page.text.find("\n", start, end) + 1
    rest = shifted(page, below, end, _STEP) if below else ()
    return (*page.edit(start, start, f"{name}:\n{indent}{' ' * _STEP}"), *rest)
