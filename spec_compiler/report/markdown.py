"""A page of Markdown, as the summary of a job or a comment: a table of specs, one of findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.report import escape
from spec_compiler.report.closing import closing, file_of, shown
from spec_compiler.report.paths import relative
from spec_compiler.report.style import Style
from spec_compiler.report.text import render as as_text
from spec_compiler.shortening import counted

ROWS_AT_MOST = 100
_CELL_AT_MOST = 300
_ROOM = 20_000
"""Characters of a table, or of the report: a comment on a pull request may have 65,536."""
_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "💬"}


def render(diagnostics: Diagnostics, style: Style) -> str:
    """The verdict, a row a spec, a row a finding, and the report for people, folded."""
    plain = Style(width=style.width, unicode=style.unicode)
    findings = shown(diagnostics.sorted())
    blocks = [f"**{_verdict(diagnostics, plain)}**"]
    blocks += [_specs(diagnostics, plain)] if diagnostics.checked else []
    if findings:
        rows = [_row(finding, plain) for finding in findings]
        blocks.append(table(("", "code", "where", "what", "help"), rows))
        blocks.append(folded("The report", _listing(as_text(diagnostics, plain))))
    return "\n\n".join(blocks) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], room: int = _ROOM) -> str:
    """A table of cells that are Markdown already; of many rows the first, and how many more."""
    lines = [f"| {' | '.join(row)} |" for row in rows[:ROWS_AT_MOST]]
    sizes = accumulate(len(line) + 1 for line in lines)
    shown = sum(size <= room for size in sizes)
    more = ["", f"and {len(rows) - shown:,} more"] if len(rows) > shown else []
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines[:shown], *more])


def code(text: str, style: Style) -> str:
    """A name in a cell; nothing where there is none."""
    return f"`{escape.markdown_code(_short(text), style.unicode)}`" if text else ""


def folded(title: str, block: str) -> str:
    """Markdown behind a title that opens it."""
    return f"<details><summary>{title}</summary>\n\n{block}\n\n</details>"


def _listing(text: str) -> str:
    """Lines that were made for a terminal, no more than fit."""
    if len(text) > _ROOM:
        text = text[:_ROOM].rpartition("\n")[0] + "\n...\n"
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}{fence}"


def _verdict(diagnostics: Diagnostics, style: Style) -> str:
    if diagnostics.items:
        return escape.markdown(closing(diagnostics, style), style.unicode)
    number = len(diagnostics.checked)
    return f"{counted(number, 'spec')} {'is' if number == 1 else 'are'} valid"


def _specs(diagnostics: Diagnostics, style: Style) -> str:
    counts: dict[str, Counter[Severity]] = {file: Counter() for file in diagnostics.checked}
    for finding in diagnostics.sorted():
        counts.setdefault(file_of(finding), Counter())[finding.severity] += 1
    rows = [
        (code(relative(file), style), *(str(count[severity]) for severity in Severity))
        for file, count in sorted(counts.items(), key=_worst_first)
        if file
    ]
    return table(("spec", "errors", "warnings", "notes"), rows)


def _worst_first(item: tuple[str, Counter[Severity]]) -> tuple[int, ...]:
    return tuple(-item[1][severity] for severity in Severity)


def _row(finding: Diagnostic, style: Style) -> tuple[str, ...]:
    place = relative(file_of(finding))
    if finding.span:
        place = f"{place}:{finding.span.line}:{finding.span.column}"
    said = "; ".join(filter(None, (finding.message, finding.annotation)))
    cells = (_cell(text, style) for text in (said, finding.help))
    return sign(finding.severity, style), code(finding.code, style), code(place, style), *cells


def sign(severity: Severity, style: Style) -> str:
    """A severity at a glance."""
    return f"{_SIGNS[severity]} {severity}" if style.unicode else str(severity)


def _cell(text: str, style: Style) -> str:
    return escape.markdown(_short(text), style.unicode)


def _short(text: str) -> str:
    return text if len(text) <= _CELL_AT_MOST else f"{text[: _CELL_AT_MOST - 3]}..."
