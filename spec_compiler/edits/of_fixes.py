"""From what mends a mistake, and the place of it, to replacements of the text that stands there.

Where the text is not what the rule spoke of there is no edit: a param, an alias, a text over lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from spec_compiler.edits.items import before, behind, inside_another
from spec_compiler.edits.page import Page
from spec_compiler.edits.structure import braced, indented, lifted
from spec_compiler.edits.turned import alone, as_items, itemized, keyed, nested
from spec_compiler.fixes import UP, Fix
from spec_compiler.places import Placed, Target
from spec_compiler.refusals import ItemPath, Refusal
from spec_compiler.spans import Edit

_TYPED = re.compile(r"""["']?[\w.$-]+["']?""")
"""A key that may be a slip of a name; in another one there is more that a name would replace."""
_OF_CALLS = ("name", "from", "mask", "expect", "doc")
"""Keys of an item of `layers` that say nothing of its layer."""
_STRUCTURE: Mapping[str, Callable[[Page, Target, Fix], tuple[Edit, ...]]] = {
    "lift": lambda page, target, fix: lifted(page, target, fix.text),
    "indent": lambda page, target, _: indented(page, target),
    "brace": lambda page, target, _: braced(page, target),
    "nest": lambda page, target, fix: nested(page, target, fix.key),
    "item": lambda page, target, _: as_items(page, target),
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
    fixes = (why.fix, *why.fix.also)
    gone = [fix for fix in fixes if fix.kind == "remove"]
    if len(gone) > 1:
        fixes = tuple(fix for fix in fixes if fix not in gone)
    parts = [_edits(fix, why, place, sources) for fix in fixes]
    parts += [_removed(gone, why, place, sources)] if len(gone) > 1 else []
    edits = tuple(edit for part in parts for edit in part)
    return edits if all(parts) and len({edit.span.file for edit in edits}) == 1 else ()


def _edits(fix: Fix, why: Refusal, place: Placed, sources: Mapping[str, str]) -> tuple[Edit, ...]:
    if "…" in fix.text or fix.kind == "advise":  # what stands there only the author knows
        return ()
    blamed = fix.path is None and fix.at is None
    place = place if fix.at is None else fix.at
    path = why.argument if blamed else fix.path or ()
    path = path[:-1] if fix.beside else path
    if path[-1:] == (UP,):
        holder, there = place.target(path[:-1]), place.target((*path[:-2], fix.key))
        return _put_before(holder, fix, sources) if holder and there is None else ()
    target = place.target(path)
    if target is None or target.span.file not in sources:
        return ()
    page = Page(target.span.file, sources[target.span.file])
    if fix.kind in _STRUCTURE:
        return _STRUCTURE[fix.kind](page, target, fix)
    if fix.of:
        return _turned(fix, page, place, path)
    if fix.kind == "remove":
        return page.without(target)
    if fix.kind == "wrap":
        return _wrapped(target, page, fix)
    if fix.kind == "before":
        return before(page, target, fix.text, place.target((*path, "from")), joins=fix.whole)
    if fix.kind == "behind":
        return behind(page, target, fix.text)
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


def _removed(
    gone: Sequence[Fix], why: Refusal, place: Placed, sources: Mapping[str, str]
) -> tuple[Edit, ...]:
    """Several entries of one mapping less."""
    paths = [why.argument if fix.path is None else fix.path for fix in gone]
    targets = [target for path in paths if (target := place.target(path)) is not None]
    if len(targets) < len(gone) or any(fix.at is not None for fix in gone):
        return ()
    file = targets[0].span.file
    return Page(file, sources[file]).without_all(targets) if file in sources else ()


def _put_before(holder: Target, fix: Fix, sources: Mapping[str, str]) -> tuple[Edit, ...]:
    known = holder.span.file in sources
    page = Page(holder.span.file, sources[holder.span.file]) if known else None
    return page.with_entry_before(holder, fix) if page else ()


def _turned(fix: Fix, page: Page, place: Placed, path: ItemPath) -> tuple[Edit, ...]:
    """A mapping as a list, or a list as a mapping."""
    holder, *parts = (place.target((*path, *step)) for step in ((), *((one,) for one in fix.of)))
    inside = [part for part in parts if part is not None]
    if holder is None or len(inside) < len(parts):
        return ()
    if fix.kind == "itemize":
        return itemized(page, holder, inside)
    if fix.kind == "alone":
        return alone(page, holder, inside[0])
    if fix.kind == "around":
        kept = {key: place.target((*path, key)) for key in _OF_CALLS}
        own = {f"{key}": part for key, part in zip(fix.of, inside, strict=True)}
        there = {key: part for key, part in kept.items() if part is not None}
        return inside_another(page, holder, fix.text, there, own)
    names = [place.target((*path, step, fix.key)) for step in fix.of]
    if any(name is None and one.size != 1 for name, one in zip(names, inside, strict=True)):
        return ()
    texts = [page.at(name.span) for name in names if name is not None]
    if len({*texts}) < len(texts):
        return ()
    values = [place.target((*path, step, "value")) for step in fix.of]
    return keyed(page, holder, inside, names, values)


def _wrapped(target: Target, page: Page, fix: Fix) -> tuple[Edit, ...]:
    """A list as the value of a key: in brackets it gets braces, with dashes a line with the key."""
    start, end = page.offsets(target.span)
    key, beside = page.name(fix.key, ""), page.value(f"{{{', '.join(fix.text.splitlines())}}}")
    if beside is None:
        return ()
    if page.text[start : start + 1] == "[":
        return (*page.edit(start, start, f"{beside[:-1]}, {key}: "), *page.edit(end, end, "}"))
    indent = page.text[page.text.rfind("\n", 0, start) + 1 : start]
    lines = [*fix.text.splitlines(), f"{key}:", ""]
    head = f"\n{indent}".join(lines)
    return () if indent.strip() else page.edit(start, start, head)
