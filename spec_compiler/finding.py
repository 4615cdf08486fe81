"""What specc says of one mistake, as much of it as anybody reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from spec_compiler.refusals import Severity
from spec_compiler.shortening import shortened
from spec_compiler.spans import Edit, Label, Span

MOST_LABELS = 12
"""Other places that a finding keeps; how many more there are is a note."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what is wrong, where, why, and what to write instead.

    Attributes:
        code: `SPC` and four digits, a key of `codes.CODES`.
        message: One line, names in backquotes, no full stop at the end.
        span: The place to blame; None only where there is no text (a flag, a data file).
        annotation: The words beside the caret.
        labels: Other places that explain it.
        notes: Further facts, a line each.
        help: What to write instead.
        edits: Replacements that together mend it: one fix, all of it in one file.
        file: The file that the finding is about when there is no span.
        allowed: All that may stand in its place, where that is known and not too much.
        safe: Whether the edits are the one reading, and not a guess or a change of the model.
        read: What is read there, where the same is said wherever it is read: a param.
        last: Whether its edits are for a spec in which nothing else is wrong; see `Fix`.
    """

    code: str
    message: str
    span: Span | None = None
    severity: Severity = Severity.ERROR
    annotation: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    help: str = ""
    edits: tuple[Edit, ...] = ()
    file: str = ""
    allowed: tuple[str, ...] = ()
    safe: bool = True
    read: str = ""
    last: bool = False

    @property
    def where(self) -> tuple[str, int, int]:
        """File, line and column, to sort by."""
        return (
            (self.span.file, self.span.line, self.span.column) if self.span else (self.file, 0, 0)
        )


class Suppressed(NamedTuple):
    """A finding that its authors know of.

    Attributes:
        finding: What would be said.
        by: Where that is written: a comment in the spec, or a baseline beside it.
        why: The reason that stands there.
    """

    finding: Diagnostic
    by: Literal["comment", "baseline"]
    why: str = ""


def readable(finding: Diagnostic) -> Diagnostic:
    """The finding, its sentences and places no more than anybody reads."""
    if len(finding.labels) > MOST_LABELS:
        more = f"and {len(finding.labels) - MOST_LABELS} more places"
        labels, notes = finding.labels[:MOST_LABELS], (*finding.notes, more)
        finding = replace(finding, labels=labels, notes=notes)
    said = (finding.message, finding.annotation, finding.help, *finding.notes)
    if all(text == shortened(text) for text in said):
        return finding
    message, annotation, advice, *notes = map(shortened, said)
    return replace(finding, message=message, annotation=annotation, help=advice, notes=tuple(notes))


def by_place(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    """All of them by place, each once."""
    return sorted(dict.fromkeys(items), key=lambda item: (*item.where, item.code))
