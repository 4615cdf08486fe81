"""GitLab's code quality report: a finding in the widget of a merge request."""

from __future__ import annotations

import json

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.report import escape
from spec_compiler.report.closing import file_of
from spec_compiler.report.fingerprints import fingerprints
from spec_compiler.report.paths import relative
from spec_compiler.report.style import Style
from spec_compiler.spans import Span

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}
_NOWHERE = "specc"
"""GitLab wants a path, also of what is wrong in no file."""


def render(diagnostics: Diagnostics, style: Style) -> str:
    """Every finding that the run kept, as one JSON document in ASCII."""
    findings = diagnostics.sorted()
    names = fingerprints(findings, diagnostics.lines)
    report = [_issue(*both) for both in zip(findings, names, strict=True)]
    return escape.json(json.dumps(report, indent=2)) + "\n"


def _issue(finding: Diagnostic, fingerprint: str) -> dict[str, object]:
    said = (finding.message, finding.annotation, finding.help and f"help: {finding.help}")
    return {
        "type": "issue",
        "check_name": finding.code,
        # the widget shows nothing else
        "description": escape.terminal(f"{finding.code}: {'; '.join(filter(None, said))}"),
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": escape.terminal(relative(file_of(finding))) or _NOWHERE,
            **_place(finding.span),
        },
    }


def _place(span: Span | None) -> dict[str, object]:
    """GitLab reads `lines`, and `positions` in their absence: a column is worth nothing to it."""
    if span is None:
        return {"lines": {"begin": 1, "end": 1}}
    return {"lines": {"begin": max(span.line, 1), "end": max(span.end_line, span.line, 1)}}
