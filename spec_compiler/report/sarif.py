"""SARIF 2.1.0: findings for code scanning and editors, with rules and fixes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from spec_compiler import __version__
from spec_compiler.codes import CODES, Code
from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.finding import Suppressed, by_place
from spec_compiler.lines import Lines
from spec_compiler.records import record
from spec_compiler.report import escape
from spec_compiler.report.closing import file_of, unchecked
from spec_compiler.report.explain import explain_markdown, explain_text
from spec_compiler.report.fingerprints import fingerprints
from spec_compiler.report.paths import relative
from spec_compiler.report.pointers import Pointers
from spec_compiler.report.style import Style
from spec_compiler.shortening import counted
from spec_compiler.spans import Edit, Label, Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_ROOT = "%SRCROOT%"
_BREAKS = ("\r\n", "\n", "\r")
"""Where a line of a spec ends."""


def render(diagnostics: Diagnostics, style: Style) -> str:
    """Every finding that the run kept, as one JSON document in ASCII; suppressed ones say so."""
    said = diagnostics.sorted()
    suppressed = {item.finding: item for item in diagnostics.suppressed if item.finding not in said}
    findings = by_place([*said, *suppressed])
    rules = sorted({finding.code for finding in findings})
    lines = diagnostics.lines
    pointers = Pointers(diagnostics.sources, diagnostics.documents)
    page = _Page(lines, pointers, rules)
    names = fingerprints(findings, lines)
    run = {
        "tool": {
            "driver": {
                "name": "specc",
                "semanticVersion": __version__,
                "rules": [_rule(CODES.get(name), name) for name in rules],
            }
        },
        "columnKind": "utf16CodeUnits",
        "newlineSequences": _BREAKS,
        "invocations": [{"executionSuccessful": True, **_notifications(diagnostics)}],
        "artifacts": [
            {"location": _artifact(file)}
            for file in dict.fromkeys(map(relative, diagnostics.checked))
        ],
        "results": [
            page.result(finding, name) | _suppressions(suppressed.get(finding), bool(suppressed))
            for finding, name in zip(findings, names, strict=True)
        ],
    }
    report = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return escape.json(json.dumps(report, indent=2)) + "\n"


@record
class _Page:
    lines: Lines
    pointers: Pointers
    rules: Sequence[str]

    def result(self, finding: Diagnostic, fingerprint: str) -> dict[str, object]:
        said = (finding.message, finding.annotation, *finding.notes)
        advice = finding.help and f"help: {finding.help}"
        found: dict[str, object] = {
            "ruleId": finding.code,
            "ruleIndex": self.rules.index(finding.code),
            "level": str(finding.severity),
            "message": _message("\n".join(filter(None, (*said, advice)))),
            "partialFingerprints": {"specc/v1": fingerprint},
        }
        if place := self._place(finding):
            found["locations"] = [place]
        if finding.labels:
            found["relatedLocations"] = _unique(map(self._label, finding.labels))
        if finding.edits:
            found["fixes"] = [self._fix(finding.edits, finding.help or finding.annotation)]
        return found

    def _place(self, finding: Diagnostic) -> dict[str, object]:
        file = file_of(finding)
        if not file:
            return {}
        place: dict[str, object] = {"physicalLocation": self._physical(file, finding.span)}
        pointer = self.pointers.of(finding.span) if finding.span else None
        if pointer is not None:
            place["logicalLocations"] = [{"fullyQualifiedName": pointer, "kind": "value"}]
        return place

    def _label(self, label: Label) -> dict[str, object]:
        place = self._physical(label.span.file, label.span)
        return {"physicalLocation": place, "message": _message(label.text)}

    def _fix(self, edits: Sequence[Edit], words: str) -> dict[str, object]:
        by_file: dict[str, list[Edit]] = {}
        for edit in edits:
            by_file.setdefault(edit.span.file, []).append(edit)
        changes = [
            {
                "artifactLocation": _artifact(file),
                "replacements": [
                    {
                        "deletedRegion": self._region(edit.span),
                        "insertedContent": {"text": edit.text},
                    }
                    for edit in same
                ],
            }
            for file, same in by_file.items()
        ]
        return {"description": _message(words or "replace the text"), "artifactChanges": changes}

    def _physical(self, file: str, span: Span | None) -> dict[str, object]:
        place: dict[str, object] = {"artifactLocation": _artifact(file)}
        return place | {"region": self._region(span)} if span else place

    def _region(self, span: Span) -> dict[str, int]:
        line, end_line = max(span.line, 1), max(span.end_line, span.line, 1)
        start = max(self.lines.utf16(span.file, line, span.column), 1)
        end = max(self.lines.utf16(span.file, end_line, span.end_column), 1)
        return {
            "startLine": line,
            "startColumn": start,
            "endLine": end_line,
            "endColumn": max(start, end) if end_line == line else end,
        }


def _suppressions(known: Suppressed | None, some: bool) -> dict[str, object]:
    """How a finding is suppressed; a run says it of each of its findings, or of none."""
    if known is None:
        return {"suppressions": []} if some else {}
    kind = "inSource" if known.by == "comment" else "external"
    why = {"justification": escape.sarif(known.why)} if known.why else {}
    return {"suppressions": [{"kind": kind, **why}]}


def _unique(parts: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The parts of a list in which SARIF allows nothing twice; they are few."""
    found: list[dict[str, object]] = []
    for part in parts:
        if part not in found:
            found.append(part)
    return found


def _artifact(file: str) -> dict[str, object]:
    path = relative(file)
    if path.startswith("/"):
        return {"uri": f"file://{escape.uri(path)}"}
    return {"uri": escape.uri(path), "uriBaseId": _ROOT}


def _message(text: str) -> Mapping[str, str]:
    return {"text": "\n".join(map(escape.sarif, text.split("\n")))}


def _rule(code: Code | None, name: str) -> dict[str, object]:
    if code is None:
        return {"id": name}
    words = explain_text(code, Style(width=88))
    explanation = " ".join(code.explanation.split())
    return {
        "id": code.code,
        "shortDescription": {"text": escape.sarif(code.title)},
        "fullDescription": {"text": escape.sarif(explanation)},
        "help": {**_message(words), "markdown": explain_markdown(code)},
    }


def _notifications(diagnostics: Diagnostics) -> dict[str, object]:
    """What was not kept, and what was not checked: a reader is not to take the list for all."""
    left = diagnostics.left_out.total()
    said = [f"{counted(left, 'further finding')} not listed"] if left else []
    said += filter(None, [unchecked(diagnostics, "what is broken", Style())])
    listed = [{"level": "note", "message": _message(words)} for words in said]
    return {"toolExecutionNotifications": listed} if listed else {}
