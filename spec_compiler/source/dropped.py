"""Entries that a reader does not keep: keys that stand twice, and `<<`, with what mends them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.edits.page import Page
from spec_compiler.places import Target
from spec_compiler.source.build import Dropped
from spec_compiler.source.mistake import line_end
from spec_compiler.source.node import Entry, SourceNode
from spec_compiler.spans import Edit, Span

_ALIKE = "remove one of them: they say the same"
_DIFFERENT = "remove one of them, or rename it; most readers would take the last"
_KINDS = ("type", "use", "reuse", "name")
"""Keys with which an item of a list begins."""
_DASH = re.compile(r" *- +")
_DUPLICATE, _MERGE = "SPC0014", "SPC0016"


def mend_dropped(
    dropped: Sequence[Dropped], text: str, file: str, diagnostics: Diagnostics
) -> None:
    """Give the findings about entries that were not kept their edits.

    Of two values that are the same the second goes, which is safe. Of two that differ the first
    goes, as what most readers of YAML and JSON take is the last; of two mappings or lists the
    entries are joined, if no key stands in both. Where the first key of an item stands in it again,
    another item begins there. What `<<` merges is written out.
    """
    page = Page(file, text)
    torn = _torn_items(page, dropped)
    times = Counter(id(entry.first) for entry in dropped if entry.first is not None)
    own = {id(entry.holder) for entry in dropped if entry.key_span in torn}
    by_key = {entry.key_span: entry for entry in dropped if times[id(entry.first)] <= 1}

    def mended(finding: Diagnostic) -> Diagnostic | None:
        if finding.code == _DUPLICATE and finding.span in torn:
            return _item_without_dash(page, finding, finding.span)
        entry = by_key.get(finding.span) if finding.span is not None else None
        if entry is None or finding.code not in {_DUPLICATE, _MERGE}:
            return finding
        if id(entry.holder) in own:
            return None
        merged = finding.code == _MERGE
        if merged:
            edits = _written_out(page, entry)
            return replace(finding, edits=edits, safe=True) if edits else finding
        key = page.at(entry.key_span)
        edits, safe, words = _joined(page, entry, key) or _one_less(page, entry)
        return replace(finding, edits=edits, safe=safe, help=words) if words else finding

    diagnostics.revise(mended)


def _torn_items(page: Page, dropped: Sequence[Dropped]) -> set[Span]:
    """The keys with which items begin that have no dash: the first key of what is above, again."""
    found: set[Span] = set()
    for entry in dropped:
        beside = entry.holder.value
        if not isinstance(beside, dict) or entry.first is None:
            continue
        first, *others = beside.items()
        column = entry.key_span.column
        line = _begin(page, first[1].key_span)
        at, end = page.offsets(entry.key_span)[0], page.offsets(entry.span)[1]
        blank = page.text[_begin(page, entry.key_span) : at]
        if (
            first[1] is not entry.first
            or first[0] not in _KINDS
            or first[1].key_span.column != column
            or not _DASH.fullmatch(page.text[line : line + column - 1])
            or blank.strip()
        ):
            continue
        follows = re.compile(rf"(?:[ \t]*(?:#[^\n]*)?\n)+{blank}[\w\"']").match(page.text, end)
        between = any(other.key_span < entry.key_span for _, other in others)
        other = first[0] != "name" and entry.node.plain() != entry.first.node.plain()
        if between and (follows or other):
            found.add(entry.key_span)
    return found


def _item_without_dash(page: Page, finding: Diagnostic, key: Span | None) -> Diagnostic:
    """A dash before the key with which an item begins."""
    if key is None:
        return finding
    at, _ = page.offsets(key)
    name = page.at(key)
    return replace(
        finding,
        help=f"write `- {name}: …`: a dash is missing where another item begins",
        edits=page.edit(at - 2, at, "- "),
        safe=False,
    )


def _joined(page: Page, entry: Dropped, key: str) -> tuple[tuple[Edit, ...], bool, str] | None:
    """The entries of two sections of one name in the first of them; None where they are not two."""
    if entry.first is None:
        return None
    first = entry.first.node
    one, other = first.value, entry.node.value
    if first.plain() == entry.node.plain() or not one or not other:
        return None
    words = f"write all that belongs to `{key}` under one of them"
    if isinstance(one, dict) and isinstance(other, dict):
        if both := ", ".join(f"`{name}`" for name in one if name in other):
            return (), False, f"{words}, and only one of each: {both}"
    elif not (isinstance(one, list) and isinstance(other, list)):
        return None
    return _within(page, entry, first) or _beneath(page, entry, first), False, words


def _within(page: Page, entry: Dropped, first: SourceNode) -> tuple[Edit, ...]:
    """What is in the brackets of the second section in those of the first."""
    one, other = page.at(first.span), page.at(entry.span)
    if one[:1] not in ("{", "[") or one[:1] != other[:1] or "\n" in other or "#" in other:
        return ()
    last = page.offsets(first.span)[1] - 1
    gone = page.without(_target(entry.node.span, entry.key_span, entry))
    between = "" if one[:-1].rstrip().endswith(",") else ", "
    return (*page.edit(last, last, between + other[1:-1].strip()), *gone) if gone else ()


def _beneath(page: Page, entry: Dropped, first: SourceNode) -> tuple[Edit, ...]:
    """The lines of the second section behind those of the first, if both are in such a style."""
    text = page.text
    (start, end), (other, last) = page.offsets(first.span), page.offsets(entry.node.span)
    blanks = [
        text[_begin(page, span) : at]
        for span, at in ((first.span, start), (entry.node.span, other))
    ]
    begin, key = _begin(page, entry.key_span), page.offsets(entry.key_span)
    behind, at = line_end(text, last), line_end(text, end)
    of_key = line_end(text, key[1])
    if (
        blanks[0] != blanks[1]
        or blanks[0].strip()
        or entry.node.span != entry.span
        or text[begin : key[0]].strip()
        or text[key[1] : of_key].strip() != ":"
        or at >= begin
    ):
        return ()
    moved = text[of_key:behind]
    return (*page.edit(at, at, moved), *page.edit(begin, min(behind + 1, len(text)), ""))


def _begin(page: Page, span: Span) -> int:
    """Where the line begins in which something stands."""
    return page.text.rfind("\n", 0, page.offsets(span)[0]) + 1


def _one_less(page: Page, entry: Dropped) -> tuple[tuple[Edit, ...], bool, str]:
    first = entry.first
    if first is None or entry.node.span != entry.span:
        return (), True, ""
    same = entry.node.plain() == first.node.plain()
    gone = (entry.node.span, entry.key_span) if same else (first.node.span, first.key_span)
    edits = page.without(_target(gone[0], gone[1], entry))
    return edits, same, (_ALIKE if same else _DIFFERENT) if edits else ""


def _written_out(page: Page, entry: Dropped) -> tuple[Edit, ...]:
    """The entries of a mapping in the place of `<<` and the mapping, but for those beside it."""
    beside, merged = entry.holder.value, entry.node.value
    if not isinstance(beside, dict) or not isinstance(merged, dict):
        return ()
    own: Mapping[str, Entry] = {key: item for key, item in merged.items() if key not in beside}
    if not own:
        return page.without(_target(entry.span, entry.key_span, entry))
    texts = [f"{page.at(item.key_span)}: {page.at(item.node.span)}" for item in own.values()]
    start, _ = page.offsets(entry.key_span)
    _, end = page.offsets(entry.span)
    outer, _ = page.offsets(entry.holder.span)
    if any("\n" in text or "#" in text for text in texts) or "\n" in page.text[start:end]:
        return ()
    between = ", " if page.text[outer] == "{" else f"\n{' ' * (entry.key_span.column - 1)}"
    return page.edit(start, end, between.join(texts))


def _target(span: Span, key: Span, entry: Dropped) -> Target:
    holder = entry.holder.value
    size = len(holder) + 1 if isinstance(holder, dict) else None
    return Target(span, key, parent=Target(entry.holder.span, size=size))
