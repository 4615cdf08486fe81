"""Findings in their places: the boxes that they are about, and the lines of the text."""

from __future__ import annotations

from collections.abc import Sequence

from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostic
from spec_compiler.picture.picture import Box, Group, Lines, Remark
from spec_compiler.spans import Span

MOST = 1000
"""Findings that a picture has."""


def remarks_of(
    analysis: Analysis, boxes: Sequence[Box], groups: Sequence[Group]
) -> tuple[Remark, ...]:
    """Every finding, by place."""
    parts = [(part.lines, part.id) for part in (*boxes, *groups) if part.lines is not None]
    return tuple(_remark(one, analysis.file, parts) for one in analysis.found.sorted()[:MOST])


def _remark(finding: Diagnostic, file: str, parts: Sequence[tuple[Lines, str]]) -> Remark:
    span = finding.span
    spans = [span, *(label.span for label in finding.labels)]
    near = next((one for one in spans if one is not None and one.file == file), None)
    place, columns = finding.file, None
    if span is not None:
        place = "" if span.file == file else f"{span.file}:{span.line}"
        if span.file == file and span.line == span.end_line:
            columns = span.column, span.end_column
    return Remark(
        str(finding.severity),
        finding.code,
        finding.message,
        finding.help or finding.annotation,
        finding.notes,
        None if near is None else Lines(near.line, near.end_line),
        columns,
        place,
        () if near is None else _about(near, parts),
    )


def _about(span: Span, parts: Sequence[tuple[Lines, str]]) -> tuple[str, ...]:
    """What is written around a place, as near to it as there is: in every copy of a block."""
    around = [
        (lines.last - lines.first, name)
        for lines, name in parts
        if lines.first <= span.line <= lines.last
    ]
    least = min((size for size, _ in around), default=0)
    return tuple(name for size, name in around if size == least)
