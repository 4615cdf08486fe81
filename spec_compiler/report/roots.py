"""Which findings may follow from others: a reader, or a program, mends the others first."""

from __future__ import annotations

from collections.abc import Iterable

from spec_compiler.diagnostics import UNREAD, Diagnostic, Severity
from spec_compiler.report.closing import file_of
from spec_compiler.spans import Span


def followers(findings: Iterable[Diagnostic]) -> set[int]:
    """The indices of findings that may be gone once another one is mended.

    - An error whose labels name the very place that another error blames.
    - Everything but broken text in a file that has some: the rest was read as far as it went.
    - A warning, a note or a lint in a file with an error: a name that is misspelt is used nowhere.
    """
    findings = list(findings)
    errors = [item for item in findings if item.severity is Severity.ERROR]
    broken = {file_of(item) for item in errors if item.code.startswith(UNREAD)}
    refused = {file_of(item) for item in errors}
    blamed: dict[Span, list[Diagnostic]] = {}
    for item in errors:
        if item.span is not None:
            blamed.setdefault(item.span, []).append(item)

    def follows(item: Diagnostic) -> bool:
        if item.severity is not Severity.ERROR:
            return file_of(item) in refused
        if file_of(item) in broken and not item.code.startswith(UNREAD):
            return True
        # of two that name each other, the first is said first
        return any(
            other is not item and other.where < item.where
            for label in item.labels
            for other in blamed.get(label.span, ())
        )

    return {index for index, item in enumerate(findings) if follows(item)}
