"""A text as it is to be, as few edits of the text as it is: what an editor's cursor survives."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from spec_compiler.source.positions import place
from spec_compiler.spans import Edit, Span

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_LINES = 4_000
"""Lines that are compared one by one; of more, all between the first and the last that differ."""


def edits_between(before: str, after: str, file: str) -> list[Edit]:
    """The edits that make one text another, by whole lines, in order.

    Args:
        before: A tidy text.
        after: What it is to be.
        file: Its name in spans.
    """
    old, new = _LINE.findall(before), _LINE.findall(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle, made = old[start : len(old) - end], new[start : len(new) - end]
    if not middle and not made:
        return []
    changes = [(0, len(middle), 0, len(made))]
    if len(middle) + len(made) <= _MOST_LINES:
        matcher = SequenceMatcher(None, middle, made, autojunk=False)
        changes = [change[1:] for change in matcher.get_opcodes() if change[0] != "equal"]
    starts = [sum(map(len, old[:start]))]
    for line in middle:
        starts.append(starts[-1] + len(line))
    return [
        Edit(
            Span(file, *place(before, starts[first]), *place(before, starts[last])),
            "".join(made[begin:stop]),
        )
        for first, last, begin, stop in changes
    ]
