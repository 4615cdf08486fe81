"""Annotations of GitHub Actions: a workflow command for each finding."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.report import escape
from spec_compiler.report.closing import closing, file_of, shown
from spec_compiler.report.paths import relative
from spec_compiler.report.style import Style
from spec_compiler.spans import Span

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(diagnostics: Diagnostics, style: Style) -> str:
    """`::error file=…,line=…::message` for each finding, and the summary as a plain line."""
    findings = diagnostics.sorted()
    plain = Style(color=False, width=style.width, unicode=style.unicode)
    lines = [_command(finding, plain) for finding in shown(findings)]
    return "\n".join([*lines, closing(diagnostics, plain)]) + "\n"


def _command(finding: Diagnostic, style: Style) -> str:
    properties = {
        "file": relative(file_of(finding)),
        **_position(finding.span),
        "title": finding.code,
    }
    listed = ",".join(
        f"{key}={escape.github_property(escape.terminal(value, style.unicode))}"
        for key, value in properties.items()
        if value
    )
    lines = (escape.terminal(line, style.unicode) for line in _message(finding))
    return f"::{_COMMANDS[finding.severity]} {listed}::{escape.github(chr(10).join(lines))}"


def _position(span: Span | None) -> dict[str, str]:
    if span is None:
        return {}
    if span.end_line > span.line:  # GitHub takes columns only within one line
        return {"line": str(span.line), "endLine": str(span.end_line)}
    return {
        "line": str(span.line),
        "col": str(span.column),
        "endLine": str(span.line),
        "endColumn": str(max(span.end_column, span.column)),
    }


def _message(finding: Diagnostic) -> list[str]:
    labels = [f"{label.span.file}:{label.span.line}: {label.text}" for label in finding.labels]
    help_line = f"help: {finding.help}" if finding.help else ""
    lines = [finding.message, finding.annotation, *labels, *finding.notes, help_line]
    return [line for line in lines if line]
