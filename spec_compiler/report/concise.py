"""A line for each finding, as compilers print them and editors read them."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.report.closing import closing, place_of, shown
from spec_compiler.report.escape import terminal
from spec_compiler.report.style import Style


def render(diagnostics: Diagnostics, style: Style) -> str:
    """`file:line:column: error[SPC0302]: message` for each finding, and the summary."""
    findings = diagnostics.sorted()
    lines = [_line(finding, style) for finding in shown(findings)]
    return "\n".join([*lines, closing(diagnostics, style)]) + "\n"


def _line(finding: Diagnostic, style: Style) -> str:
    place = place_of(finding, style)
    code = terminal(finding.code, style.unicode)
    head = style.paint(finding.severity, f"{finding.severity}[{code}]")
    message = terminal(finding.message, style.unicode)
    return f"{place}: {head}: {message}" if place else f"{head}: {message}"
