"""Text that is no YAML because other tools, or people, write so: its cause, and what mends it.

Comments of other languages, fences of Markdown and prose around a spec break it in places that are
not theirs. What was found there is said of the cause instead. Signs of other languages, `-{`,
`{text: |`, `layers[4]`, are said where the reader stops.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.source.mistake import Mistake, line_end
from spec_compiler.source.positions import span_at
from spec_compiler.spans import Edit, Span

_PIECES = re.compile(r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*'|(?<!\S)#[^\n]*""")
_COMMENT = re.compile(r"^[ \t]*(//+|--+(?=\s)|;+|/\*+)(?![^\n]*:\s)")
_BEHIND = re.compile(r"(?<=[}\]\",])[ \t]*(//+)")
_INLINE = re.compile(r"/\*.*?\*/ ?")
_FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[ \t]*\w*[ \t]*$", re.MULTILINE)
_HIDDEN = re.compile(r"([\w. -]*\w) (#\S[^,}\]\n]*)")
_TIGHT_DASH = re.compile(r"^ *(?:- +)*-(?=[{\[\"'])", re.MULTILINE)
_ITEM = re.compile(r"\{ *[\"']?(?:type|use|reuse|name)\b")
"""What an item of a list of layers begins with: other dashes may stand in a text."""
_INDEX = re.compile(r"from: +([A-Za-z_]\w*\[-?\d+\])")

_AS_COMMENT = "a comment begins with `#`"


def cause_of(finding: Diagnostic, text: str) -> Diagnostic:
    """The finding, or what stands at its lines and is the cause of it.

    Args:
        finding: An error of the reader.
        text: The tidy text.
    """
    span = finding.span
    if span is None:
        return finding
    lines = text.split("\n")
    for number in dict.fromkeys((span.line, span.end_line, span.line - 1)):
        if 1 <= number <= len(lines):
            for rule in (_fence, _comment, _hidden):
                if found := rule(finding, lines, number, text):
                    return found
    return _prose(finding, lines, span) or finding


def _line(span: Span, number: int, start: int, end: int) -> Span:
    """Characters of a line, counted from 0."""
    return Span(span.file, number, start + 1, number, end + 1)


def fence_around(finding: Diagnostic, text: str) -> Diagnostic:
    """The finding, or the fence of Markdown that is the cause of it, in a text of JSON.

    Args:
        finding: The error where the reader stopped.
        text: The tidy text.
    """
    lines = text.split("\n")
    at = next((at for at, line in enumerate(lines, 1) if _FENCE.fullmatch(line)), None)
    if at is None or finding.span is None:
        return finding
    stopped = finding.span.line
    # what is said around a fence stands before it, or behind
    inside = any(line.strip()[:1] in {"{", "["} for line in lines[: stopped - 1])
    if inside and not _FENCE.fullmatch(lines[stopped - 1]):
        return finding
    return _fence(finding, lines, stopped if inside else at, text) or finding


def _fence(finding: Diagnostic, lines: list[str], number: int, text: str) -> Diagnostic | None:
    if finding.span is None or not _FENCE.fullmatch(lines[number - 1]):
        return None
    file = finding.span.file
    fences = [at for at, line in enumerate(lines) if _FENCE.fullmatch(line)][:2]
    rest = lines[fences[0] + 1 :]
    if len(fences) == 1 and sum(map(bool, rest)) < sum(map(bool, lines[: fences[0]])):
        gone = [*range(fences[0], len(lines))]  # the one that opens is left out already
    else:
        last = fences[1] if len(fences) > 1 else len(lines)
        gone = [*range(fences[0] + 1), *range(last, len(lines))]
    is_json = file.endswith(".json")
    prose = [at for at in gone if lines[at].strip() and at not in fences]
    prose = prose if is_json else [at for at in prose if lines[at][:1] != "#"]
    edits = [_without(file, lines, at) for at in (*fences, *(prose if is_json else ()))]
    if not is_json:
        edits += [Edit(Span(file, at + 1, 1, at + 1, 1), "# ") for at in prose]
    around = "what is around them is a comment at most" if not is_json else "what is around them"
    return replace(
        finding,
        code="SPC0040" if is_json else finding.code,
        message="a fence of Markdown is no part of a spec",
        span=_line(finding.span, number, 0, len(lines[number - 1])),
        annotation="",
        help="leave out the lines that begin with it"
        + (f"{', and' if is_json else ';'} {around}" if prose else ""),
        edits=tuple(sorted(edits)),
        safe=not prose,
    )


def _without(file: str, lines: list[str], at: int) -> Edit:
    """A whole line left out."""
    if at + 1 < len(lines):
        return Edit(Span(file, at + 1, 1, at + 2, 1), "")
    return Edit(Span(file, at + 1, 1, at + 1, len(lines[at]) + 1), "")


def _outside(line: str) -> list[int]:
    """The columns of a line, from 0, that are neither in quotes nor in a comment."""
    inside = {at for found in _PIECES.finditer(line) for at in range(*found.span())}
    return [at for at in range(len(line)) if at not in inside]


def _comment(finding: Diagnostic, lines: list[str], number: int, text: str) -> Diagnostic | None:
    line = lines[number - 1]
    if finding.span is None:
        return None
    if whole := _COMMENT.match(line):
        return _comments(finding, lines, number, whole[1][:2])
    outside = {*_outside(line)}
    inline = next((it for it in _INLINE.finditer(line) if it.start() in outside), None)
    behind = next((it for it in _BEHIND.finditer(line) if it.start(1) in outside), None)
    if inline is not None:
        (start, end), new, help = inline.span(), "", "leave it out"
    elif behind is not None:
        (start, end), help = behind.span(1), _AS_COMMENT
        new = "#" if line[start - 1 : start].isspace() else " #"
    else:
        return None
    span = _line(finding.span, number, start, end)
    return replace(
        finding,
        message=f"`{line[start : start + 2]}` begins no comment in YAML",
        span=span,
        annotation="",
        help=help,
        edits=(Edit(span, new),),
        safe=False,
    )


def _comments(finding: Diagnostic, lines: list[str], number: int, sign: str) -> Diagnostic | None:
    """A line that is a comment as others write them, with those next to it that are, too."""
    if finding.span is None:
        return None
    found = {at: _COMMENT.match(line) for at, line in enumerate(lines, 1)}
    first = last = number
    while found.get(first - 1):
        first -= 1
    while found.get(last + 1):
        last += 1
    spans = [
        _line(finding.span, at, *one.span(1)) for at in range(first, last + 1) if (one := found[at])
    ]
    return replace(
        finding,
        message=f"`{sign}` begins no comment in YAML",
        span=spans[0],
        annotation="",
        help=_AS_COMMENT,
        edits=tuple(Edit(span, "#") for span in spans),
        safe=True,
    )


def _hidden(finding: Diagnostic, lines: list[str], number: int, text: str) -> Diagnostic | None:
    """A value with ` #` in it, which hides what closes the brackets behind it."""
    line = lines[number - 1]
    if finding.code != "SPC0008" or finding.span is None or number != finding.span.line:
        return None
    found = _HIDDEN.search(line)
    rest = line[found.end() :] if found else ""
    if found is None or not set("}]") & {*rest} or line.count('"') or line.count("'"):
        return None
    start, end = found.span()
    value = found[0].lstrip(" ")
    start += len(found[0]) - len(value)
    return replace(
        finding,
        message="`#` behind a blank begins a comment, which hides what closes the brackets",
        span=_line(finding.span, number, found.start(2), found.start(2) + 1),
        annotation="",
        help=f'quote the text: `"{value}"`',
        edits=(Edit(_line(finding.span, number, start, end), f'"{value}"'),),
        safe=False,
    )


def _prose(finding: Diagnostic, lines: list[str], span: Span) -> Diagnostic | None:
    """A line that begins at the margin, has words, and is no entry."""
    line = lines[span.line - 1]
    words = line.split()
    if finding.code != "SPC0012" or span.column != 1 or len(words) < 3:
        return None
    if line[:1] in "-{[\"'#" or re.search(r":(\s|$)", line):
        return None
    return replace(
        finding,
        message="this line is no part of a spec",
        annotation="",
        help="leave it out, or begin it with `#`",
        edits=(Edit(_line(span, span.line, 0, 0), "# "),),
        safe=False,
    )


def tight_dash(m: Mistake) -> Diagnostic | None:
    """`-{type: Dense}`: a dash that touches what it begins."""
    found = _TIGHT_DASH.match(m.text, m.line_start)
    if found is None:
        return None
    others = (one for one in _TIGHT_DASH.finditer(m.text) if _ITEM.match(m.text, one.end()))
    ends = sorted({found.end(), *(one.end() for one in others)})
    edits = tuple(Edit(span_at(m.file, m.text, end, end), " ") for end in ends)
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
