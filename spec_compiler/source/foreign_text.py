"""What is written as in another language, where the reader stops: `-{`, `{text: |`, `layers[4]`."""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.source.mistake import Mistake, line_end
from spec_compiler.source.positions import span_at
from spec_compiler.spans import Edit

_TIGHT_DASH = re.compile(r"^ *(?:- +)*-(?=[{\[\"'])", re.MULTILINE)
_INDEX = re.compile(r"from: +([A-Za-z_]\w*\[-?\d+\])")


def tight_dash(m: Mistake) -> Diagnostic | None:
    """`-{type: Dense}`: a dash that touches what it begins."""
    found = _TIGHT_DASH.match(m.text, m.line_start)
    if found is None:
        return None
    edits = tuple(
        Edit(span_at(m.file, m.text, one.end(), one.end()), " ")
        for one in _TIGHT_DASH.finditer(m.text)
    )
    return m.report(
        "SPC0012",
        "a space is missing after the dash",
        "write `- `",
        (found.end() - 1, found.end()),
        edits=edits,
    )


def block_in_braces(m: Mistake) -> Diagnostic | None:
    """`{function: |`: a text over several lines within braces."""
    start = m.line_start + len(m.before.rstrip("|>+-0123456789 "))
    sign = m.text[m.at : m.at + 1]
    if (
        sign not in ("|", ">")
        or "cannot start" not in m.problem
        or not re.search(r"[{\[]", m.before)
    ):
        return None
    return m.report(
        "SPC0010",
        f"a text over several lines, which `{sign}` begins, cannot stand in braces",
        "write it in quotes, or write the entries of the braces in lines of their own",
        (max(start, m.at), m.at + 1),
    )


def indexed_layer(m: Mistake) -> Diagnostic | None:
    """`from: layers[4]`: a layer by its number."""
    found = _INDEX.search(m.text, m.line_start, line_end(m.text, m.at))
    if found is None or not found.start(1) <= m.at <= found.end(1):
        return None
    return m.report(
        "SPC0010",
        f"`{found[1]}` is an index, and layers have none",
        "give the layer a `name`, and write that",
        found.span(1),
    )
