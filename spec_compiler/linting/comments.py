"""Comments that suppress findings: which codes, where they hold, and why.

At the end of a line a comment is about that line; on a line of its own it is about the entry or the
item that comes next, all of it; `ignore-file` is about the file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from spec_compiler.source.node import SourceNode
from spec_compiler.spans import Edit, Span

_COMMENT = re.compile(
    r"(?:(?<=\s)|\A)#\s*specc:\s*ignore(?P<file>-file)?(?P<codes>\[[^\]]*\])?(?P<reason>.*)"
)
_ELSEWHERE = re.compile(
    r"(?:(?<=\s)|\A)#\s*(?:specc:\s*(?:noqa|nolint)\b"
    r"|(?:specc:\s*(?:disable|suppress|allow|skip|off)(?P<file>-file)?"
    r"|noqa|nolint|nosec|pylint|ruff|flake8|yamllint|lint)\b(?=.*\bSPC\d{4}))"
    r"(?P<codes>(?!))?(?P<reason>.*)"
)
"""What other tools have such comments begin with."""
_CODE = re.compile(r"[^\s,\[\]]+")
_NAMED = re.compile(r"\bSPC\d{4}\b")
_LEADING = re.compile(r"^(?:\W|noqa\b|disable\b|ignore\b)+")


class Comment(NamedTuple):
    """A comment that suppresses findings.

    Attributes:
        span: All of it.
        codes: What it names, in order.
        brackets: Where the codes stand; None where there are none.
        reason: Why.
        lines: The first and the last line that it is about.
        gone: What is to go where it is not needed: with the blanks before it, or with its line.
        meant: The comment that it is for, where the codes that it has stand not in brackets.
    """

    span: Span
    codes: tuple[str, ...]
    brackets: Span | None
    reason: str
    lines: tuple[int, int]
    gone: Span
    meant: str

    def with_code(self, code: str, meant: str) -> Edit | None:
        """The edit that names another code in the place of one."""
        codes = dict.fromkeys(meant if one == code else one for one in self.codes)
        return Edit(self.brackets, f"[{', '.join(codes)}]") if self.brackets is not None else None

    def without(self, unwanted: Sequence[str]) -> Edit:
        """The edit that takes away some of its codes, or all of it."""
        left = [code for code in self.codes if code not in unwanted]
        if left and self.brackets is not None:
            return Edit(self.brackets, f"[{', '.join(left)}]")
        return Edit(self.gone, "")


def comments_in(node: SourceNode, lines: Sequence[str]) -> list[Comment]:
    """The comments of a document that suppress findings.

    Args:
        node: The document.
        lines: Its text.
    """
    found: dict[int, re.Match[str]] = {}
    for number, line in enumerate(lines, 1):
        if "#" in line and (match := _COMMENT.search(line) or _ELSEWHERE.search(line)):
            found[number] = match
    if not found:
        return []
    texts, entries = _spans(node)
    for text in texts:  # what looks like a comment in a text is none
        for number in range(text.line, text.end_line + 1):
            match = found.get(number)
            if match and _holds(text, number, match.start() + 1):
                del found[number]
    entries.sort(key=lambda span: (span.line, span.column, -span.end_line, -span.end_column))
    starts = [span.line for span in entries]
    return [
        _comment(match, node.span.file, number, lines, entries, starts)
        for number, match in found.items()
    ]


def _comment(
    match: re.Match[str],
    file: str,
    number: int,
    lines: Sequence[str],
    entries: Sequence[Span],
    starts: Sequence[int],
) -> Comment:
    before = match.string[: match.start()].rstrip()
    codes = match["codes"]
    brackets = None
    if codes is not None:
        brackets = Span(file, number, match.start("codes") + 1, number, match.end("codes") + 1)
    following = bisect_left(starts, number + 1)
    about = (number, number)
    if match["file"]:
        about = (1, len(lines))
    elif not before and following < len(entries):
        entry = entries[following]
        about = (entry.line, entry.end_line - (entry.end_column == 1 and entry.end_line > number))
    gone = Span(file, number, len(before) + 1, number, match.end() + 1)
    if not before and number < len(lines):
        gone = Span(file, number, 1, number + 1, 1)
    return Comment(
        Span(file, number, match.start() + 1, number, match.end() + 1),
        tuple(dict.fromkeys(_CODE.findall(codes or ""))),
        brackets,
        match["reason"].strip(" \t:,;.-–—"),
        about,
        gone,
        "" if codes else _meant(match["reason"], match["file"] or ""),
    )


def _meant(said: str, of_file: str) -> str:
    """A comment with the codes in brackets; empty where it has none."""
    codes = dict.fromkeys(_NAMED.findall(said))
    reason = _LEADING.sub("", " ".join(_NAMED.sub(" ", said).split()))
    return f"# specc: ignore{of_file}[{', '.join(codes)}] {reason}".rstrip() if codes else ""


def _spans(node: SourceNode) -> tuple[list[Span], list[Span]]:
    """Where texts stand, and where entries and items do."""
    texts: list[Span] = []
    entries: list[Span] = []
    ahead = [node]
    while ahead:
        value = (one := ahead.pop()).value
        if isinstance(value, dict):
            for entry in value.values():
                key, span = entry.key_span, entry.node.span
                texts.append(key)
                whole = max(key[3:], span[3:]) if span.file == key.file else key[3:]
                entries.append(Span(*key[:3], *whole))
                ahead.append(entry.node)
        elif isinstance(value, list):
            entries += (item.span for item in value)
            ahead += value
        elif isinstance(value, str):
            texts.append(one.span)
    return texts, entries


def _holds(span: Span, line: int, column: int) -> bool:
    return span[1:3] <= (line, column) < span[3:]
