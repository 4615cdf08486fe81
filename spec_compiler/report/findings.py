"""The findings of a run as Python users get them: data that prints as the report."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.report import render
from spec_compiler.report.closing import place_of
from spec_compiler.report.escape import terminal
from spec_compiler.report.notebook import listing
from spec_compiler.report.style import Style

_NOTHING = "no findings"
_PLAIN = Style()


class Findings(list[Diagnostic]):
    """Findings by place. They print as a terminal shows them, and a notebook shows them, too."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics.sorted())
        self._diagnostics = diagnostics

    @property
    def headline(self) -> str:
        """The first error in one line, and how many others there are."""
        errors = [finding for finding in self if finding.severity is Severity.ERROR]
        if not errors:
            return "no errors"
        others = self._diagnostics.counts[Severity.ERROR] - 1
        more = f" (and {others} more)" if others > 0 else ""
        place = f"{place_of(errors[0], _PLAIN)}: " if errors[0].span else ""
        return f"{place}[{errors[0].code}] {terminal(errors[0].message)}{more}"

    def __str__(self) -> str:
        return self._report(_PLAIN) or _NOTHING

    @property
    def html(self) -> str:
        """The report for a notebook."""
        return listing(self._report(Style(color=True)) or _NOTHING)

    def _repr_html_(self) -> str:
        return self.html

    def _report(self, style: Style) -> str:
        return render(self._diagnostics, "text", style).removesuffix("\n")
