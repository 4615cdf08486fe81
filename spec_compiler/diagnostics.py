"""What specc says about a mistake: one model, printed by every format in `report/`.

Rules raise a `Refusal` (they know why), drivers turn it into a `Diagnostic` (they know where) and
collect it in `Diagnostics`; a stage that cannot go on raises `SpecError` with all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, NamedTuple, TypedDict


class Span(NamedTuple):
    """A stretch of a source file. Lines and columns count from 1, the end column is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def inside(self, start: int, end: int) -> Span:
        """The characters `start` to `end` (from 0) of a span on one line."""
        first, last = self.column + start, self.column + end
        return Span(self.file, self.line, first, self.line, max(first + 1, last))


class Severity(StrEnum):
    """How grave a finding is: only an error makes a spec invalid."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Label:
    """A secondary place, possibly in another file, with what is to be seen there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """A replacement of text that would mend the finding."""

    span: Span
    text: str


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
        edits: Replacements that mend it.
        file: The file that the finding is about when there is no span.
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

    @property
    def where(self) -> tuple[str, int, int]:
        """File, line and column, to sort by."""
        return (
            (self.span.file, self.span.line, self.span.column) if self.span else (self.file, 0, 0)
        )


class SpecError(Exception):
    """A spec, or the data given to it, was refused; carries every finding and the texts quoted."""

    def __init__(self, diagnostics: Diagnostics) -> None:
        errors = diagnostics.errors
        head = errors[0] if errors else None
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        where = (
            f"{head.span.file}:{head.span.line}:{head.span.column}: " if head and head.span else ""
        )
        super().__init__(f"{where}[{head.code}] {head.message}{more}" if head else "no errors")
        self.diagnostics = diagnostics


class Refusal(Exception):
    """Raised by a rule that cannot accept its arguments; the driver adds the place.

    Attributes:
        argument: The path of the argument to blame inside the layer (`("equation",)`), `("from",
            1)` for an input, or `()` for the layer as a whole.
        within: Characters (start, end) inside the blamed text, for a caret under one of its parts.
        related: Other places, as (path inside the layer, text) pairs.
        sizes: Axes whose sizes matter, as (number of the input, axis) pairs; the driver says where
            each size came from.
        intervals: Numbers of the inputs whose interval matters; the driver says where it is stated.
        blame_key: Whether the last key of `argument` is at fault, rather than the value under it.
        missing: The required key that is absent.
        about_field: Whether the message is about the field that it is raised for, whose name only
            the driver knows: `subject` before a predicate (`must be positive`), `topic` before a
            sentence (`there is no dtype …`).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        argument: tuple[str | int, ...] = (),
        within: tuple[int, int] | None = None,
        annotation: str = "",
        related: tuple[tuple[tuple[str | int, ...], str], ...] = (),
        sizes: tuple[tuple[int, int], ...] = (),
        intervals: tuple[int, ...] = (),
        labels: tuple[Label, ...] = (),
        notes: tuple[str, ...] = (),
        help: str = "",
        blame_key: bool = False,
        missing: str = "",
        about_field: Literal["", "subject", "topic"] = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.argument = argument
        self.within = within
        self.annotation = annotation
        self.related = related
        self.sizes = sizes
        self.intervals = intervals
        self.labels = labels
        self.notes = notes
        self.help = help
        self.blame_key = blame_key
        self.missing = missing
        self.about_field: Literal["", "subject", "topic"] = about_field

    def under(self, path: tuple[str | int, ...]) -> Refusal:
        """Itself, seen from further outside: its paths begin with `path`, its field has a name."""
        self.argument = (*path, *self.argument)
        self.related = tuple(((*path, *at), text) for at, text in self.related)
        field = next((part for part in reversed(self.argument) if isinstance(part, str)), "")
        if field and self.about_field:
            joint = " " if self.about_field == "subject" else ": "
            self.message = f"`{field}`{joint}{self.message}"
            self.about_field = ""
        return self


_SHOWN = 3
"""How many other places are shown of a finding that holds in several."""


@dataclass(slots=True)
class Diagnostics:
    """The findings of one run, in the order of discovery, and the texts that they quote."""

    items: list[Diagnostic] = field(default_factory=list[Diagnostic])
    sources: dict[str, str] = field(default_factory=dict[str, str])
    unchecked: tuple[str, ...] = ()
    """Layers that were not checked because something before them is broken."""

    def add(self, diagnostic: Diagnostic) -> None:
        """Collect a finding."""
        self.items.append(diagnostic)

    def add_once(self, diagnostic: Diagnostic) -> None:
        """Collect a finding about a copy of a block, unless another copy has it."""
        if not any(
            item.code == diagnostic.code and item.span == diagnostic.span for item in self.items
        ):
            self.items.append(diagnostic)

    def extend(self, other: Diagnostics) -> None:
        """Collect another run's findings and texts."""
        self.items.extend(other.items)
        self.sources.update(other.sources)
        self.unchecked += other.unchecked

    def drop_echoes(self) -> None:
        """Forget errors at the very place of an error in the text itself (`SPC00…`)."""
        unread = {
            item.span
            for item in self.items
            if item.code.startswith("SPC00") and item.severity is Severity.ERROR
        }
        self.items = [
            item
            for item in self.items
            if item.code.startswith("SPC00") or item.span not in unread or item.span is None
        ]

    def gather(self, *codes: str) -> None:
        """Make one finding of those of these codes that say the same in several places."""
        kept: dict[tuple[object, ...], Diagnostic] = {}
        others: dict[tuple[object, ...], list[Label]] = {}
        for item in self.sorted():
            same = item.code in codes and item.span is not None
            key = (item.code, item.message) if same else (len(kept),)
            if key in kept and item.span is not None:
                label = Label(item.span, item.annotation or "also here")
                others.setdefault(key, []).append(label)
            else:
                kept[key] = item
        for key, labels in others.items():
            left = len(labels) - _SHOWN
            note = (f"and in {left} more place{'s' * (left > 1)}",) if left > 0 else ()
            first = kept[key]
            kept[key] = replace(
                first, labels=(*first.labels, *labels[:_SHOWN]), notes=(*first.notes, *note)
            )
        self.items = list(kept.values())

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that make the spec invalid."""
        return [item for item in self.items if item.severity is Severity.ERROR]

    def sorted(self) -> list[Diagnostic]:
        """All findings by place, each once."""
        return sorted(dict.fromkeys(self.items), key=lambda item: (*item.where, item.code))

    def stop_on_errors(self) -> None:
        """Raise `SpecError` if any finding is an error."""
        if self.errors:
            raise SpecError(self)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.sorted())

    def __len__(self) -> int:
        return len(self.items)


def nearest(name: str, known: Mapping[str, object] | list[str] | tuple[str, ...]) -> str | None:
    """The known name that a typing mistake most probably meant, or None.

    Compares without case and underscores first (`Relu`, `masked_zero`), then by similarity.
    """
    import difflib  # loaded only when there is something to suggest

    candidates = list(known)
    folded = name.casefold().replace("_", "").replace("-", "")
    for candidate in candidates:
        if candidate.casefold().replace("_", "").replace("-", "") == folded:
            return candidate
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.6)
    return close[0] if close else None


class Suggestion(TypedDict):
    """What a diagnostic says of a name that is not known: a guess beside the caret, or a help."""

    annotation: str
    help: str


def suggestion(guess: str | None, otherwise: str = "") -> Suggestion:
    """The guess as a question; without one, the help that is given instead."""
    if guess is None:
        return {"annotation": "", "help": otherwise}
    return {"annotation": f"did you mean `{guess}`?", "help": ""}
