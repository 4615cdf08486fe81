"""The report for programs, as in `schemas/report.schema.json`; a version only gains fields."""

from __future__ import annotations

import json

from spec_compiler.diagnostics import UNREAD, Diagnostics, Severity
from spec_compiler.report import escape
from spec_compiler.report.closing import file_of
from spec_compiler.report.pointers import Pointers, misread
from spec_compiler.report.roots import Caused, roots_first
from spec_compiler.report.style import Style
from spec_compiler.spans import Span

FORMAT_VERSION = 1


def render(diagnostics: Diagnostics, style: Style) -> str:
    """Every finding that the run kept, root causes first, as one JSON document in ASCII."""
    findings = roots_first(diagnostics.items)
    pointers = Pointers(diagnostics.sources, diagnostics.documents, misread(diagnostics))
    counts = diagnostics.counts
    report = {
        "format_version": FORMAT_VERSION,
        "diagnostics": [as_data(caused, pointers) for caused in findings],
        "summary": {
            "errors": counts[Severity.ERROR],
            "warnings": counts[Severity.WARNING],
            "notes": counts[Severity.NOTE],
            "roots": sum(caused.follows is None for caused in findings),
            "left_out": diagnostics.left_out.total(),
            "files": len({file for caused in findings if (file := file_of(caused.finding))}),
            "unchecked": list(dict.fromkeys(diagnostics.unchecked)),
        },
    }
    return escape.json(json.dumps(report, indent=2)) + "\n"


def as_data(caused: Caused, pointers: Pointers) -> dict[str, object]:
    """A finding as the schema describes it, not yet escaped for logs."""
    finding = caused.finding
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "file": file_of(finding) or None,
        **_range(finding.span),
        "annotation": finding.annotation,
        "labels": [_place(label.span, label.text) for label in finding.labels],
        "notes": list(finding.notes),
        "help": finding.help,
        "edits": [_place(edit.span, edit.text) for edit in finding.edits],
        "pointer": pointers.of(finding.span) if finding.span else None,
        "allowed": list(finding.allowed),
        # of a text that is not read as it was meant, the document is another one
        "patch": None if finding.code.startswith(UNREAD) else pointers.patch(finding.edits),
        "safe": finding.safe if finding.edits else None,
        "root": caused.follows is None,
        "follows": caused.follows,
    }


def _place(span: Span, text: str) -> dict[str, object]:
    return {"file": span.file, **_range(span), "text": text}


def _range(span: Span | None) -> dict[str, object]:
    if span is None:
        return {"start": None, "end": None}
    return {
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
    }
