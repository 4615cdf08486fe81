"""What is in a text because it was copied, or written as in another language: fences, `-{`, `|`."""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.fixes import in_quotes
from spec_compiler.source.mistake import Mistake, line_end
from spec_compiler.source.positions import span_at
from spec_compiler.spans import Edit

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[^\n`]*(?:\n|\Z)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(//+)(?=[ \t\w]|$)", re.MULTILINE)
_HIDDEN = re.compile(r"#[^,\]}\s](?:[^,\]}\n]*[^,\]}\s])?")
"""What a `#` and the text behind it are up to the next comma or bracket."""
_LAST_VALUE = re.compile(r"[:,\[] +([^\s,:\[\]{}\"'][^,:\[\]{}\"']*)$")
_TIGHT_DASH = re.compile(r"^ *(?:- +)*-(?=[{\[\"'])", re.MULTILINE)
_INDEX = re.compile(r"from: +([A-Za-z_]\w*\[-?\d+\])")


def fence(m: Mistake) -> Diagnostic | None:
    """The lines with which Markdown begins and ends what is shown in it."""
    if not _FENCE.match(m.text, m.line_start):
        return None
    found = list(_FENCE.finditer(m.text))
    edits = tuple(Edit(span_at(m.file, m.text, *one.span()), "") for one in found)
    return m.report(
        "SPC0010",
        "a fence of Markdown is no part of a spec",
        "leave out the lines that begin with it",
        (m.line_start, line_end(m.text, m.line_start)),
        edits=edits,
    )


def comment(m: Mistake) -> Diagnostic | None:
    """`// so` in a line of its own, at the place or in the lines above it that belong to it."""
    start = m.since if m.since is not None else m.line_start
    found = _COMMENT.search(m.text, m.text.rfind("\n", 0, start) + 1, line_end(m.text, m.at))
    if found is None:
        return None
    edits = tuple(
        Edit(span_at(m.file, m.text, *one.span(1)), "#") for one in _COMMENT.finditer(m.text)
    )
    return m.report("SPC0001", "`//` begins no comment", "write `#`", found.span(1), edits=edits)


def hidden_bracket(m: Mistake) -> Diagnostic | None:
    """`{name: a #1, units: 2}`: what is behind the `#` is a comment, the bracket with it."""
    start = m.since if m.since is not None else m.line_start
    end = line_end(m.text, start)
    line = m.text[start:end]
    kept = m.rest_of_line(start)
    at = line.find("#", len(kept))
    if "flow" not in m.context or at < 0 or line[:1] not in ("{", "["):
        return None
    hidden = _HIDDEN.match(line, at)
    value = _LAST_VALUE.search(kept)
    if hidden is None or value is None or "]}"["[{".index(line[0])] not in line[at:]:
        return None
    text = line[value.start(1) : hidden.end()]
    return m.report(
        "SPC0010",
        "`#` behind a blank begins a comment, which hides the end of the line",
        f"quote the text: `{in_quotes(text)}`",
        (start + at, start + at + 1),
        edits=m.edit(start + value.start(1), start + hidden.end(), in_quotes(text)),
        safe=False,
    )


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
