"""One finding of several that are mended in one place."""

from __future__ import annotations

from dataclasses import replace

from spec_compiler.finding import Diagnostic, by_place
from spec_compiler.spans import Label

_SHOWN = 3
"""How many other places are shown of a finding that holds in several."""


def together(same: list[Diagnostic], more: int) -> Diagnostic:
    """One finding of those that are mended in one place: the first, with the others' places."""
    if len(same) == 1 and not more:
        return same[0]
    first, *others = by_place(same)
    spans = [(item.span, item.annotation) for item in others]
    labels = [Label(span, text or "also here") for span, text in spans if span is not None]
    left = max(len(labels) - _SHOWN, 0) + more
    note = (f"and in {left} more place{'s' * (left > 1)}",) if left > 0 else ()
    edits = dict.fromkeys(edit for item in same for edit in item.edits)
    return replace(
        first,
        labels=(*first.labels, *labels[:_SHOWN]),
        notes=(*first.notes, *note),
        edits=tuple(edits) if all(item.edits for item in same) else (),
        safe=all(item.safe for item in same),
    )
