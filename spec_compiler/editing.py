"""From what mends a mistake, and the place of it, to replacements of the text that stands there.

Where the text is not what the rule spoke of there is no edit: a param, an alias, a text over lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence

from spec_compiler.fixes import Fix
from spec_compiler.places import Placed, Target
from spec_compiler.refusals import Refusal
from spec_compiler.retouching import Page
from spec_compiler.spans import Edit
from spec_compiler.structuring import braced, indented, lifted

_TYPED = re.compile(r"""["']?[\w.$-]+["']?""")
"""A key that may be a slip of a name; in another one there is more that a name would replace."""
_STRUCTURE: Mapping[str, Callable[[Page, Target, Fix], tuple[Edit, ...]]] = {
    "lift": lambda page, target, fix: lifted(page, target, fix.text),
    "indent": lambda page, target, _: indented(page, target),
    "brace": lambda page, target, _: braced(page, target),
}
"""Fixes of how a text is built."""


def edits_of(why: Refusal, place: Placed, sources: Mapping[str, str]) -> tuple[Edit, ...]:
    """The replacements that do what a refusal's fix says; none where the text is not its own.

    Args:
        why: A refusal with a fix.
        place: What it is relative to.
        sources: The texts by file.
    """
    if why.fix is None:
        return ()
    parts = [_edits(fix, why, place, sources) for fix in (why.fix, *why.fix.also)]
    edits = tuple(edit for part in parts for edit in part)
    return edits if all(parts) and len({edit.span.file for edit in edits}) == 1 else ()


def _edits(fix: Fix, why: Refusal, place: Placed, sources: Mapping[str, str]) -> tuple[Edit, ...]:
    if "…" in fix.text or fix.kind == "advise":  # what stands there only the author knows
        return ()
    blamed = fix.path is None and fix.at is None
    place = place if fix.at is None else fix.at
    path = why.argument if blamed else fix.path or ()
    path = path[:-1] if fix.beside else path
    target = place.target(path)
    if target is None or target.span.file not in sources:
        return ()
    page = Page(target.span.file, sources[target.span.file])
    if fix.kind in _STRUCTURE:
        return _STRUCTURE[fix.kind](page, target, fix)
    if fix.kind == "remove":
        return page.without(target)
    if fix.kind == "before":
        return page.with_item_before(target, fix)
    if fix.kind == "entry":
        other = place.target((*path[:-1], fix.key))
        return page.entry_replaced(target, fix) if other is None or other == target else ()
    if fix.kind == "move":
        return page.moved(target, place.target((*path[:-1], fix.key)), fix)
    if fix.kind == "put":
        entry = place.target((*path, fix.key))
        if entry is None or entry.parent is None or entry.parent.span != target.span:
            following = place.target((*path, fix.ahead)) if fix.ahead else None
            return page.with_entry(target, fix, following)
        return page.replaced(entry.span, fix)
    if blamed and why.blame_key:
        typed = target.key is not None and _TYPED.fullmatch(page.at(target.key))
        if place.target((*path[:-1], fix.text)) is not None:
            return ()
        return page.replaced(target.key, fix) if typed or fix.help else ()
    if place.stands_for(path):
        return ()
    within = None if fix.whole or not blamed else why.within
    if within is not None and fix.part is not None:
        within = within[0] + fix.part[0], within[0] + fix.part[1]
    if within is None:
        return page.replaced(target.span, fix) if fix.kind == "write" or target.size is None else ()
    inside = place.span_of(path, within)
    whole = page.at(target.span)
    return page.part_replaced(inside, within, whole, fix) if inside is not None else ()


# --- edits done ------------------------------------------------------------------------------


def overlap(one: Edit, other: Edit) -> bool:
    """Whether two edits cannot both be done: they touch the same text, or insert at one place."""
    if one.span.file != other.span.file:
        return False
    first, second = sorted((one.span, other.span))
    return second[1:3] < first[3:] or first[1:3] == second[1:3]


def touches(edit: Edit, others: Sequence[Edit]) -> bool:
    """Whether an edit overlaps one of others, which are in order and do not overlap."""
    at = bisect_left(others, edit)
    return any(overlap(edit, other) for other in others[max(at - 1, 0) : at + 1])


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with its edits done, all else as it was: byte order mark and ends of lines, too."""
    ends = [found.end() for found in re.finditer(r"\r\n|\n|\r", text)]
    starts = [len(text) - len(text.removeprefix("\ufeff")), *ends]
    end_of_line = next((found[0] for found in re.finditer(r"\r\n|\n|\r", text)), "\n")
    pieces: list[str] = []
    done = 0
    for span, new in sorted(edits):
        start, end = (starts[line - 1] + column - 1 for line, column in (span[1:3], span[3:]))
        pieces += [text[done:start], new.replace("\n", end_of_line)]
        done = end
    return "".join([*pieces, text[done:]])
