"""Findings in the words of the protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from lsprotocol import types

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.refusals import Severity
from spec_compiler.report import escape
from spec_compiler.server.text import Places, Units
from spec_compiler.shortening import counted
from spec_compiler.spans import Span

MOST = 500
"""Findings of a file that an editor is told."""
_LEVELS: Mapping[Severity, types.DiagnosticSeverity] = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_UNUSED = "SPC100"
"""The codes of what nothing uses, which editors show in grey."""
SOURCE = "specc"

UriOf = Callable[[str], str]
"""What an editor calls a file."""


def by_file(
    found: Diagnostics, path: str, places: Mapping[str, Places], units: Units, uri_of: UriOf
) -> dict[str, list[types.Diagnostic]]:
    """What is said of each file, in the order of its places.

    Args:
        found: The findings.
        path: The file that was checked; what is about no file is said there.
        places: Of the files that are open in the editor.
        units: What the editor counts.
        uri_of: Gives the address of a file.
    """
    told = _Told(found, places, units, uri_of)
    said: dict[str, list[types.Diagnostic]] = {path: []}
    more: dict[str, int] = {}
    for finding in found.sorted():
        file = finding.span.file if finding.span else finding.file or path
        here = said.setdefault(file, [])
        if len(here) < MOST:
            here.append(told.diagnostic(finding, file))
        else:
            more[file] = more.get(file, 0) + 1
    if left := sum(found.left_out.values()):
        more[path] = more.get(path, 0) + left
    for file, count in more.items():
        said[file].append(_more(len(said[file]), count))
    return said


def _more(shown: int, left: int) -> types.Diagnostic:
    """What is said of findings that are not told."""
    start = types.Position(0, 0)
    return types.Diagnostic(
        types.Range(start, start),
        f"{counted(shown, 'finding')} shown; there are {left:,} more",
        types.DiagnosticSeverity.Information,
        source=SOURCE,
    )


class _Told:
    """Findings as an editor is told of them."""

    def __init__(
        self, found: Diagnostics, places: Mapping[str, Places], units: Units, uri_of: UriOf
    ) -> None:
        self.found, self.uri_of = found, uri_of
        self.units: Units = units
        self.places = dict(places)

    def places_of(self, file: str) -> Places:
        """Places of a file that the findings quote."""
        if file not in self.places:
            lines = self.found.sources.get(file, "").split("\n")
            self.places[file] = Places(lines, self.units)
        return self.places[file]

    def diagnostic(self, finding: Diagnostic, file: str) -> types.Diagnostic:
        page = page_of(finding.code)
        return types.Diagnostic(
            range=self.places_of(file).range(finding.span),
            message=words(finding),
            severity=_LEVELS[finding.severity],
            code=finding.code,
            code_description=types.CodeDescription(page) if page else None,
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary] if finding.code.startswith(_UNUSED) else None,
            related_information=[
                types.DiagnosticRelatedInformation(
                    self.location(label.span), escape.line(label.text)
                )
                for label in finding.labels
            ]
            or None,
            data=self.data(finding),
        )

    def location(self, span: Span) -> types.Location:
        return types.Location(self.uri_of(span.file), self.places_of(span.file).range(span))

    def data(self, finding: Diagnostic) -> dict[str, Any]:
        """What programs may do about it."""
        data: dict[str, Any] = {"safe": finding.safe} if finding.edits else {}
        if finding.edits:
            data["edits"] = [
                {
                    "uri": self.uri_of(edit.span.file),
                    "range": self.places_of(edit.span.file).range(edit.span),
                    "newText": self.places_of(edit.span.file).text(edit.text),
                }
                for edit in finding.edits
            ]
        if finding.allowed:
            data["allowed"] = [*finding.allowed]
        return data


def words(finding: Diagnostic) -> str:
    """All that a finding says, a line each; what would act in a log or a terminal is escaped."""
    first = finding.message
    if finding.annotation:
        first += f": {finding.annotation}"
    advice = [f"help: {finding.help}"] if finding.help else []
    return "\n".join(map(escape.line, [first, *finding.notes, *advice]))


def page_of(code: str) -> str:
    """The address of what explains a code; empty where the package does not say where it is."""
    pages = _pages()
    return f"{pages}#{code.lower()}" if pages else ""


@cache
def _pages() -> str:
    """Beside the page of the language, which the links of the package name."""
    try:
        links = metadata("spec-compiler").get_all("Project-URL") or ()
    except PackageNotFoundError:
        return ""
    for link in links:
        name, _, address = str(link).partition(",")
        if name.strip() == "Documentation":
            return f"{address.strip().rpartition('/')[0]}/codes.md"
    return ""
