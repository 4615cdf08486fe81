"""Which findings are said, and how grave they are; an error stays one, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from spec_compiler.finding import Diagnostic
from spec_compiler.linting.table import LEVELS, ON_DEMAND
from spec_compiler.records import record
from spec_compiler.refusals import Severity

_CHECKSUM = "SPC1022"


@record
class Rules:
    """What is asked of the findings that leave a spec valid.

    Attributes:
        select: The codes that are said, or how they begin; all that are on by default where it is
            empty.
        ignore: The codes that are not, or how they begin.
        levels: How grave a code is; None where it is off.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: Mapping[str, Severity | None] = field(default_factory=dict[str, "Severity | None"])

    def level(self, code: str, usual: Severity | None = Severity.WARNING) -> Severity | None:
        """How grave a finding is; None where it is not said.

        Args:
            code: Its code.
            usual: How grave it is where nothing is asked; None for what is off.
        """
        if code.startswith(self.ignore or "-"):
            return None
        asked = self.levels.get(code, usual)
        if not self.select:
            return asked
        return (asked or Severity.WARNING) if code.startswith(self.select) else None

    def ignoring(self, codes: Iterable[str]) -> Rules:
        """The same with more that is not said."""
        more = tuple(codes)
        return replace(self, ignore=self.ignore + more) if more else self

    def in_ci(self) -> Rules:
        """The same where nobody has looked at what was fetched: weights are to have a checksum."""
        return replace(self, levels={_CHECKSUM: Severity.WARNING, **self.levels})

    def wants(self, code: str) -> bool:
        """Whether a lint is worth a look."""
        return self.level(code, LEVELS[code]) is not None

    def said(self, finding: Diagnostic) -> Diagnostic | None:
        """The finding as it is asked for."""
        if finding.severity is Severity.ERROR:
            return self._error(finding)
        usual = None if finding.code in ON_DEMAND else finding.severity
        level = self.level(finding.code, usual)
        if level is finding.severity:
            return finding
        return None if level is None else replace(finding, severity=level)

    def _error(self, finding: Diagnostic) -> Diagnostic:
        """An error, which stays one; where its code is asked to be less, that is said."""
        code = finding.code
        less = self.levels.get(code, Severity.ERROR) is not Severity.ERROR
        if code not in self.ignore and not less:
            return finding
        said = f"an error stays one, whatever options and settings ask of `{code}`"
        notes = finding.notes
        return finding if said in notes else replace(finding, notes=(*notes, said))
