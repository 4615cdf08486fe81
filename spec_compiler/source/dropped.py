"""Entries that a reader does not keep: keys that stand twice, and `<<`, with what mends them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.edits.page import Page
from spec_compiler.places import Target
from spec_compiler.source.build import Dropped
from spec_compiler.source.node import Entry
from spec_compiler.spans import Edit, Span

_ALIKE = "remove one of them: they say the same"
_DIFFERENT = "remove one of them, or rename it; most readers would take the last"
_DUPLICATE, _MERGE = "SPC0014", "SPC0016"


def mend_dropped(
    dropped: Sequence[Dropped], text: str, file: str, diagnostics: Diagnostics
) -> None:
    """Give the findings about entries that were not kept their edits.

    Of two values that are the same the second goes, which is safe. Of two that differ the first
    goes, as what most readers of YAML and JSON take is the last. What `<<` merges is written out.
    """
    page = Page(file, text)
    times = Counter(id(entry.first) for entry in dropped if entry.first is not None)
    by_key = {entry.key_span: entry for entry in dropped if times[id(entry.first)] <= 1}

    def mended(finding: Diagnostic) -> Diagnostic:
        entry = by_key.get(finding.span) if finding.span is not None else None
        if entry is None or finding.code not in {_DUPLICATE, _MERGE}:
            return finding
        merged = finding.code == _MERGE
        edits, safe = (_written_out(page, entry), True) if merged else _one_less(page, entry)
        if not edits:
            return finding
        words = finding.help if merged else _ALIKE if safe else _DIFFERENT
        return replace(finding, edits=edits, safe=safe, help=words)

    diagnostics.revise(mended)


def _one_less(page: Page, entry: Dropped) -> tuple[tuple[Edit, ...], bool]:
    first = entry.first
    if first is None or entry.node.span != entry.span:
        return (), True
    same = entry.node.plain() == first.node.plain()
    gone = (entry.node.span, entry.key_span) if same else (first.node.span, first.key_span)
    return page.without(_target(gone[0], gone[1], entry)), same


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
