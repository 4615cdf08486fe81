"""Text that is no YAML because other programs, or people, write so: its cause, and what mends it.

Comments of other languages, fences of Markdown and prose around a
spec break it in places that are not theirs. What was found there is said of the cause instead.
"""

from __future__ import annotations

import re
from dataclasses import replace

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.spans import Edit, Span

_PIECES = re.compile(r""""(?:[^"\\\n]|\\.)*"|'[^'\n]*'|(?<!\S)#[^\n]*""")
_COMMENT = re.compile(r"^[ \t]*(//+|--+(?=\s)|;+|/\*+)(?![^\n]*:\s)")
_BEHIND = re.compile(r"(?<=[}\]\",])[ \t]*(//+)")
_INLINE = re.compile(r"/\*.*?\*/ ?")
_FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[ \t]*\w*[ \t]*$", re.MULTILINE)
_HIDDEN = re.compile(r"([\w. -]*\w) (#\S[^,}\]\n]*)")


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


def _fence(finding: Diagnostic, lines: list[str], number: int, text: str) -> Diagnostic | None:
    if finding.span is None or not _FENCE.fullmatch(lines[number - 1]):
        return None
    fences = [at for at, line in enumerate(lines) if _FENCE.fullmatch(line)]
    last = fences[1] if len(fences) > 1 else len(lines)
    gone = [*range(fences[0] + 1), *range(last, len(lines))]
    prose = [at for at in gone if lines[at].strip() and lines[at][:1] != "#" and at not in fences]
    if not prose:
        return None  # the reader says so
    file = finding.span.file
    edits = [_without(file, lines, at) for at in fences[:2]]
    edits += [Edit(Span(file, at + 1, 1, at + 1, 1), "# ") for at in prose]
    return replace(
        finding,
        message="a fence of Markdown is no part of a spec",
        span=_line(finding.span, number, 0, len(lines[number - 1])),
        annotation="",
        help="leave out the lines with the fence; what is around them is a comment at most",
        edits=tuple(edits),
        safe=False,
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
    outside = {*_outside(line)}
    inline = next((it for it in _INLINE.finditer(line) if it.start() in outside), None)
    whole = _COMMENT.match(line)
    behind = next((it for it in _BEHIND.finditer(line) if it.start(1) in outside), None)
    sign = whole or behind
    if inline is not None:
        start, end = inline.span()
        edit = Edit(_line(finding.span, number, start, end), "")
    elif sign is not None:
        start, end = sign.span(1)
        before = "" if whole or line[start - 1 : start].isspace() else " "
        edit = Edit(_line(finding.span, number, start, end), f"{before}#")
    else:
        return None
    return replace(
        finding,
        message=f"`{line[start : start + 2]}` begins no comment in YAML",
        span=_line(finding.span, number, start, end),
        annotation="",
        help="leave it out" if inline is not None else "a comment begins with `#`",
        edits=(edit,),
        safe=whole is not None,
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
