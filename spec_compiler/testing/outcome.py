"""What came of one case of a test."""

from __future__ import annotations

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.records import record


@record
class Outcome:
    """One case of a test, run.

    Attributes:
        file: The spec.
        test: The test's name; for a spec that is refused, ``.
        case: The sizes of this case, `batch=1, seq=4`; empty without a sweep.
        problems: Why it failed; empty when it passed.
        kept: The file that holds the tensors of a failed case.
        skipped: Why it was not run.
    """

    file: str
    test: str
    case: str = ""
    problems: tuple[Diagnostic, ...] = ()
    kept: str = ""
    skipped: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything that the test says is so."""
        return not self.problems and not self.skipped

    @property
    def failed(self) -> bool:
        """Whether something that the test says is not so."""
        return bool(self.problems)

    @property
    def title(self) -> str:
        """The test with its case."""
        name = self.test or "the spec is valid"
        return f"{name} [{self.case}]" if self.case else name
