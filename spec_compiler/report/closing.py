"""What a run found, in one line, and which findings are shown."""

from __future__ import annotations

from collections.abc import Sequence

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.report.escape import line, terminal
from spec_compiler.report.style import Style
from spec_compiler.shortening import counted

SHOWN_AT_MOST = 100
NAMED_AT_MOST = 8
_FIX, _UNSAFE = "--fix", "--fix --unsafe"


def shown(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings that people are shown: errors before the others, still in order of place."""
    ranks = list(Severity)
    chosen = sorted(range(len(findings)), key=lambda index: ranks.index(findings[index].severity))
    return [findings[index] for index in sorted(chosen[:SHOWN_AT_MOST])]


def file_of(finding: Diagnostic) -> str:
    """The file that a finding is about, or nothing."""
    return finding.span.file if finding.span else finding.file


def place_of(finding: Diagnostic, style: Style) -> str:
    """`file:line:column`, as much of it as there is, safe to print at the start of a line."""
    file = line(file_of(finding), style.unicode)
    span = finding.span
    return f"{file}:{span.line}:{span.column}" if span else file


def summary(diagnostics: Diagnostics, style: Style) -> str:
    """The last line of a run: `error: 2 errors, 1 warning in 1 file`."""
    findings, counts = diagnostics.sorted(), diagnostics.counts
    worst = next(severity for severity in Severity if counts[severity])
    parts = [counted(counts[severity], severity) for severity in Severity if counts[severity]]
    files = {file for finding in findings if (file := file_of(finding))}
    where = f" in {counted(len(files), 'file')}" if files else ""
    cut = f", {SHOWN_AT_MOST} of them shown" if counts.total() > SHOWN_AT_MOST else ""
    return f"{style.paint(worst, worst)}{style.paint('bold', ':')} {', '.join(parts)}{where}{cut}"


def marked(finding: Diagnostic) -> str:
    """How a finding can be fixed, in a few signs; nothing where it cannot."""
    return f" ({_FIX if finding.safe else _UNSAFE})" if can_be_fixed(finding) else ""


def can_be_fixed(finding: Diagnostic) -> bool:
    """Whether `specc validate --fix` could edit a file for it."""
    return bool(finding.edits) and not finding.edits[0].span.file.startswith("<")


def fixable(diagnostics: Diagnostics) -> str:
    """`5 can be fixed with …, 2 more with …`, or nothing."""
    able = [finding.safe for finding in diagnostics.sorted() if can_be_fixed(finding)]
    safe, others = able.count(True), able.count(False)
    parts = [f"{safe} can be fixed with `specc validate {_FIX}`"] if safe else []
    if others:
        more, command = ("more", "") if safe else ("can be fixed", "specc validate ")
        parts.append(f"{others} {more} with `{command}{_UNSAFE}`")
    return ", ".join(parts)


def unchecked(diagnostics: Diagnostics, after: str, style: Style) -> str:
    """`3 layers after this one were not checked (scores, probs, context)`, or nothing."""
    names = tuple(dict.fromkeys(diagnostics.unchecked))
    if not names:
        return ""
    listed = [terminal(name, style.unicode) for name in names[:NAMED_AT_MOST]]
    if len(names) > NAMED_AT_MOST:
        listed.append(f"and {len(names) - NAMED_AT_MOST} more")
    verb = "was" if len(names) == 1 else "were"
    return f"{counted(len(names), 'layer')} after {after} {verb} not checked ({', '.join(listed)})"


def closing(diagnostics: Diagnostics, style: Style) -> str:
    """The summary together with what was not checked, for formats that say it nowhere else."""
    one = diagnostics.counts[Severity.ERROR] == 1
    rest = unchecked(diagnostics, "it" if one else "them", style)
    return summary(diagnostics, style) + (f"; {rest}" if rest else "")
