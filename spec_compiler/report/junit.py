"""JUnit XML, as CI servers read it: a suite for each file, a case for each error in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.lines import Lines
from spec_compiler.report.closing import file_of, shown
from spec_compiler.report.escape import xml
from spec_compiler.report.paths import relative
from spec_compiler.report.style import Style
from spec_compiler.report.text import block

_NOWHERE = "specc"
"""The suite of what is wrong in no file."""


class Case(NamedTuple):
    """A case of a suite; it passes where it has no problems and is not skipped.

    Attributes:
        name: What it is called.
        problems: What fails.
        skipped: Why it did not run.
        said: What is no failure, as lines of text.
    """

    name: str
    problems: Sequence[Diagnostic] = ()
    skipped: str = ""
    said: str = ""


def render(diagnostics: Diagnostics, style: Style) -> str:
    """A case for each error, or one that passes; what is no error is the output of a case."""
    found = shown(diagnostics.sorted())
    by_file: dict[str, list[Diagnostic]] = {relative(file): [] for file in diagnostics.checked}
    for finding in found:
        by_file.setdefault(relative(file_of(finding)) or _NOWHERE, []).append(finding)
    lines = diagnostics.lines
    return document({file: list(_cases(same, lines)) for file, same in by_file.items()}, lines)


def document(suites: Mapping[str, Sequence[Case]], lines: Lines) -> str:
    """One document in ASCII, ending with a newline.

    Args:
        suites: The cases by the file that they are about.
        lines: What problems quote.
    """
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="specc" {_tallies(case for same in suites.values() for case in same)}>',
    ]
    for file, cases in suites.items():
        parts.append(f'  <testsuite name="{xml(file)}" {_tallies(cases)}>')
        for case in cases:
            parts += _written(case, file, lines)
        parts.append("  </testsuite>")
    return "\n".join([*parts, "</testsuites>"]) + "\n"


def _cases(findings: Iterable[Diagnostic], lines: Lines) -> Iterator[Case]:
    listed = sorted(findings, key=lambda item: item.severity is not Severity.ERROR)
    for is_error, same in groupby(listed, lambda item: item.severity is Severity.ERROR):
        if is_error:
            seen = Counter[str]()
            for item in same:
                name = f"{item.code}: {item.message}"
                seen[name] += 1
                # servers take cases of one name for one
                yield Case(name if seen[name] == 1 else f"{name} ({seen[name]})", (item,))
        else:
            yield Case("warnings and notes", said=_report(same, lines))
    if not listed:
        yield Case("valid")


def _tallies(cases: Iterable[Case]) -> str:
    listed = list(cases)
    failed = sum(bool(case.problems) for case in listed)
    skipped = sum(bool(case.skipped) for case in listed)
    return f'tests="{len(listed)}" failures="{failed}" errors="0" skipped="{skipped}"'


def _written(case: Case, file: str, lines: Lines) -> Iterator[str]:
    head = f'    <testcase classname="{xml(file)}" name="{xml(case.name)}" file="{xml(file)}"'
    if not (case.problems or case.skipped or case.said):
        yield f"{head}/>"
        return
    yield f"{head}>"
    for item in case.problems:
        words = f'type="{xml(item.code)}" message="{xml(item.message)}"'
        yield f"      <failure {words}>{_body(_report([item], lines))}</failure>"
    if case.skipped:
        yield f'      <skipped message="{xml(case.skipped)}"/>'
    if case.said:
        yield f"      <system-out>{_body(case.said)}</system-out>"
    yield "    </testcase>"


def _report(findings: Iterable[Diagnostic], lines: Lines) -> str:
    return "\n\n".join(block(item, lines, Style()) for item in findings) + "\n"


def _body(text: str) -> str:
    return "\n".join(map(xml, text.split("\n")))
