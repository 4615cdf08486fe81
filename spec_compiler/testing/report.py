"""Outcomes as text and Markdown for people, as JSON, JUnit XML and findings for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import TypeAlias

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.lines import Lines
from spec_compiler.report import Style, render
from spec_compiler.report.escape import json as for_logs
from spec_compiler.report.escape import line, terminal
from spec_compiler.report.json_report import as_data
from spec_compiler.report.junit import Case, document
from spec_compiler.report.markdown import code, table
from spec_compiler.report.paths import relative
from spec_compiler.report.pointers import Pointers
from spec_compiler.report.roots import roots_first
from spec_compiler.testing.outcome import Outcome

Texts: TypeAlias = Mapping[str, str]


def text(outcomes: Sequence[Outcome], sources: Texts, style: Style) -> str:
    """A line for each case, the problems below it, and the counts."""
    lines: list[str] = []
    for file, group in groupby(outcomes, key=lambda outcome: outcome.file):
        lines.append(line(file, style.unicode))
        for outcome in group:
            word = style.paint("error", "FAILED") if outcome.failed else "passed"
            why = f": {outcome.skipped}" if outcome.skipped else ""
            word = "skipped" if outcome.skipped else word
            lines.append(f"  {word}  {terminal(outcome.title + why, style.unicode)}")
    problems = _found(outcomes, sources)
    shown = ["", render(problems, "text", style)] if problems else []
    kept = [
        f"kept: {terminal(outcome.kept, style.unicode)}" for outcome in outcomes if outcome.kept
    ]
    return "\n".join([*lines, *shown, *kept, _counts(outcomes)]) + "\n"


def as_json(outcomes: Sequence[Outcome], sources: Texts, style: Style) -> str:
    """One document in ASCII, in which problems are as in the reports of `specc validate`."""
    pointers = Pointers(sources)
    report = {
        "format_version": 1,
        "tests": [
            {
                "file": outcome.file,
                "test": outcome.test,
                "case": outcome.case,
                "passed": outcome.passed,
                "skipped": outcome.skipped or None,
                "kept": outcome.kept or None,
                "problems": [as_data(item, pointers) for item in roots_first(outcome.problems)],
            }
            for outcome in outcomes
        ],
        "passed": sum(outcome.passed for outcome in outcomes),
        "failed": sum(outcome.failed for outcome in outcomes),
        "skipped": sum(bool(outcome.skipped) for outcome in outcomes),
    }
    return for_logs(json.dumps(report, indent=2)) + "\n"


def junit(outcomes: Sequence[Outcome], sources: Texts, style: Style) -> str:
    """JUnit XML in ASCII: a suite for each spec, a case for each case, as CI servers read it."""
    suites = {
        file: [Case(one.title, one.problems, one.skipped) for one in group]
        for file, group in groupby(outcomes, key=lambda outcome: outcome.file)
    }
    return document(suites, Lines(sources))


def markdown(outcomes: Sequence[Outcome], sources: Texts, style: Style) -> str:
    """The counts, a row a case, and what failed as `specc validate` says it."""
    rows = [
        (_verdict(one), code(relative(one.file), style), code(one.title, style))
        for one in sorted(outcomes, key=lambda one: one.passed)  # failures are never cut off
    ]
    blocks = [f"**{_counts(outcomes)}**", table(("", "spec", "test"), rows)]
    if problems := _found(outcomes, sources):
        blocks.append(render(problems, "markdown", style).removesuffix("\n"))
    return "\n\n".join(blocks) + "\n"


def _as_findings(name: str, outcomes: Sequence[Outcome], sources: Texts, style: Style) -> str:
    """What failed, in a format of findings."""
    return render(_found(outcomes, sources), name, style)


def _found(outcomes: Sequence[Outcome], sources: Texts) -> Diagnostics:
    return Diagnostics([item for one in outcomes for item in one.problems], dict(sources))


def _verdict(outcome: Outcome) -> str:
    return "skipped" if outcome.skipped else "❌ failed" if outcome.failed else "passed"


def _counts(outcomes: Sequence[Outcome]) -> str:
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(bool(outcome.skipped) for outcome in outcomes)
    counts = [f"{len(outcomes) - failed - skipped} passed"]
    counts += [f"{failed} failed"] if failed else []
    return ", ".join(counts + ([f"{skipped} skipped"] if skipped else []))


REPORTS: Mapping[str, Callable[[Sequence[Outcome], Texts, Style], str]] = {
    "text": text,
    "json": as_json,
    "junit": junit,
    "markdown": markdown,
    **{name: partial(_as_findings, name) for name in ("github", "gitlab", "sarif")},
}
