"""Edits of the items of a list of layers: one more before or behind, one inside of another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from spec_compiler.edits.page import Page
from spec_compiler.places import Target
from spec_compiler.spans import Edit

_NAMED = re.compile(r"""- +([\w.]+|"[^"]*"|'[^']*')""")
_DASH = re.compile(r"( *(?:- +)*)- +(?:&\S+ +)?")


def before(
    page: Page, item: Target, text: str, feed: Target | None, *, joins: bool
) -> tuple[Edit, ...]:
    """An item before another one, which reads what that read.

    Args:
        page: The text.
        item: An item of a list.
        text: The new one, as YAML has it in braces.
        feed: What the item is fed with, where it says so: then the new one says it instead,
            unless it has a `from` of its own.
        joins: Whether that may be a list.
    """
    removed: tuple[Edit, ...] = ()
    if feed is not None and ", from: " not in text:
        source, removed = _on_one_line(page.at(feed.span)), page.without(feed)
        if (feed.size is not None and not joins) or not source or not removed:
            return ()
        text = f"{text[:-1]}, from: {source}}}"
    return (*_beside(page, item, text, behind=False), *removed)


def _on_one_line(value: str) -> str:
    """A name or a list of names as it stands on one line; empty where that is not so simple."""
    lines = [line.strip() for line in value.split("\n")]
    if len(lines) == 1:
        return value
    if "#" in value:
        return ""
    if value[0] == "[":
        return re.sub(r"(?<=\[) | (?=\])", "", " ".join(lines))
    items = [found[1] for line in lines if (found := _NAMED.fullmatch(line))]
    return f"[{', '.join(items)}]" if len(items) == len(lines) else ""


def behind(page: Page, item: Target, text: str) -> tuple[Edit, ...]:
    """An item behind another one."""
    return _beside(page, item, text, behind=True)


def _beside(page: Page, item: Target, text: str, *, behind: bool) -> tuple[Edit, ...]:
    value, (start, end) = page.value(text), page.offsets(item.span)
    if value is None or item.key is not None:
        return ()
    line = page.text.rfind("\n", 0, start) + 1
    ahead = page.text[line:start]
    dash = _DASH.fullmatch(ahead)
    if dash is None and page.text[:start].rstrip()[-1:] in ("[", ","):
        space = " " if ahead.strip() else f"\n{ahead}"
        if behind:
            return page.edit(end, end, f",{space}{value}")
        return page.edit(start, start, f"{value},{space}")
    if dash is None:
        return ()
    indent = " " * dash.end(1)
    if behind:
        after = page.text.find("\n", end) + 1
        if not after:
            return page.edit(len(page.text), len(page.text), f"\n{indent}- {value}")
        return page.edit(after, after, f"{indent}- {value}\n")
    at = line + dash.end(1)
    return page.edit(at, at, f"- {value}\n{indent}")


def inside_another(
    page: Page,
    item: Target,
    outer: str,
    kept: Mapping[str, Target],
    inner: Mapping[str, Target],
) -> tuple[Edit, ...]:
    """A layer as the argument `layer` of another, which has its name and its feeds.

    Args:
        page: The text.
        item: The layer.
        outer: The type of the other one.
        kept: Entries that stay beside the type, by key.
        inner: Entries of the layer inside.
    """
    start, end = page.offsets(item.span)
    if "#" in page.text[start:end]:
        return ()
    texts = {key: page.at(target.span) for key, target in {**kept, **inner}.items()}
    if any("\n" in text for text in texts.values()):
        return ()
    layer = _braces(page, [(key, texts[key]) for key in inner])
    entries = [("type", page.name(outer, "")), *((key, texts[key]) for key in kept)]
    entries.append(("layer", layer))
    if page.text[start] == "{":
        return page.edit(start, end, _braces(page, entries))
    between = f"\n{' ' * (item.span.column - 1)}"
    return page.edit(start, end, between.join(f"{key}: {text}" for key, text in entries))


def _braces(page: Page, entries: Sequence[tuple[str, str]]) -> str:
    inside = ", ".join(f"{page.name(key, '')}: {text}" for key, text in entries)
    return f"{{{inside}}}"
