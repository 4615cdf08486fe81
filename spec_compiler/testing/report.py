"""Outcomes as text for people, and as JSON and JUnit XML for programs."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.report import Style, render
from spec_compiler.report.escape import json as for_logs
from spec_compiler.report.escape import line, terminal
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
    problems = [item for outcome in outcomes for item in outcome.problems]
    shown = ["", render(Diagnostics(problems, dict(sources)), "text", style)] if problems else []
    kept = [
        f"kept: {terminal(outcome.kept, style.unicode)}" for outcome in outcomes if outcome.kept
    ]
    return "\n".join([*lines, *shown, *kept, _counts(outcomes)]) + "\n"


def as_json(outcomes: Sequence[Outcome], sources: Texts, style: Style) -> str:
    """One document in ASCII, in which problems are as in the reports of `specc validate`."""
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
                "problems": _problems(outcome, sources, style),
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
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="specc" {_tallies(outcomes)}>',
    ]
    for file, group in groupby(outcomes, key=lambda outcome: outcome.file):
        cases = list(group)
        lines.append(f"  <testsuite name={_attribute(file)} {_tallies(cases)}>")
        for outcome in cases:
            head = f"classname={_attribute(file)} name={_attribute(outcome.title)}"
            if outcome.passed:
                lines.append(f"    <testcase {head}/>")
                continue
            lines.append(f"    <testcase {head}>")
            lines += [_failure(item, sources) for item in outcome.problems]
            if outcome.skipped:
                lines.append(f"      <skipped message={_attribute(outcome.skipped)}/>")
            lines.append("    </testcase>")
        lines.append("  </testsuite>")
    text = "\n".join([*lines, "</testsuites>"]) + "\n"
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _tallies(outcomes: Sequence[Outcome]) -> str:
    failed = sum(outcome.failed for outcome in outcomes)
    skipped = sum(bool(outcome.skipped) for outcome in outcomes)
    return f'tests="{len(outcomes)}" failures="{failed}" skipped="{skipped}"'


def _failure(item: Diagnostic, sources: Texts) -> str:
    body = render(Diagnostics([item], dict(sources)), "text", Style())
    head = f"type={_attribute(item.code)} message={_attribute(item.message)}"
    # the report has escaped what XML cannot hold
    return f"      <failure {head}>{html.escape(body, quote=False)}</failure>"


def _attribute(words: str) -> str:
    return f'"{html.escape(terminal(words))}"'


def _problems(outcome: Outcome, sources: Texts, style: Style) -> object:
    found = Diagnostics(list(outcome.problems), dict(sources))
    return json.loads(render(found, "json", style))["diagnostics"]


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
}
