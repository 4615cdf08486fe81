"""What specc says about a mistake: one model, printed by every format in `report/`.

Rules raise a `Refusal` (they know why); at a place, `Diagnostics` makes a `Diagnostic` of it, and
collects it. A stage that cannot go on raises `SpecError` with all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NoReturn, Protocol, Self, TypedDict

from spec_compiler.refusals import Path as Path
from spec_compiler.refusals import Refusal as Refusal
from spec_compiler.refusals import Refusals as Refusals
from spec_compiler.refusals import Skipped as Skipped
from spec_compiler.spans import Edit as Edit
from spec_compiler.spans import Label as Label
from spec_compiler.spans import Span as Span


class Severity(StrEnum):
    """How grave a finding is: only an error makes a spec invalid."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


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
        errors = [item for item in diagnostics if item.severity is Severity.ERROR]
        head = errors[0] if errors else None
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        where = (
            f"{head.span.file}:{head.span.line}:{head.span.column}: " if head and head.span else ""
        )
        super().__init__(f"{where}[{head.code}] {head.message}{more}" if head else "no errors")
        self.diagnostics = diagnostics


class Placed(Protocol):
    """Something that is written down, to which refusals can be relative."""

    @property
    def file(self) -> str:
        """What messages name where there is no span."""
        ...

    @property
    def trace(self) -> tuple[Label, ...]:
        """The uses of blocks that it comes from."""
        ...

    def span_of(
        self, path: Path, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> Span | None:
        """Where the value at `path` (or its key) stands, or characters within it."""
        ...

    def advice(self, path: Path) -> str:
        """What may be meant by the text at `path`, where something else is asked for."""
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What stands in no text that could be shown: a flag, an argument, a file of data."""

    file: str = ""
    trace: tuple[Label, ...] = ()

    def span_of(
        self, path: Path, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> None:
        """Nowhere."""

    def advice(self, path: Path) -> str:
        """None."""
        return ""


_SHOWN = 3
"""How many other places are shown of a finding that holds in several."""
_UNREAD = "SPC00"
"""The family of codes about the text itself: what stands there is not known."""


class Diagnostics:
    """The findings of one run, in the order of discovery, and the texts that they quote.

    Rules raise refusals; `with found.at(place):` collects them, and there is no other place where a
    refusal becomes a finding. One mistake gives one finding: what is refused where the text could
    not be read is no news, and what is mended in one place (`Code.gathers`) is said once.
    """

    __slots__ = ("_groups", "_unread", "sources", "unchecked")

    def __init__(
        self,
        items: Iterable[Diagnostic] = (),
        sources: Mapping[str, str] | None = None,
        unchecked: tuple[str, ...] = (),
    ) -> None:
        self.sources: dict[str, str] = dict(sources or {})
        self.unchecked = unchecked
        """Layers that were not checked because something before them is broken."""
        self._groups: dict[object, list[Diagnostic]] = {}
        self._unread: set[Span | None] = set()
        for item in items:
            self.add(item)

    def at(
        self,
        place: Placed,
        path: Path = (),
        *,
        severity: Severity = Severity.ERROR,
        labels: tuple[Label, ...] = (),
        notes: tuple[str, ...] = (),
        once: bool = False,
        explain: Callable[[Refusal], Refusal] | None = None,
    ) -> Attempt:
        """A stretch of work at a place, whose refusals are collected.

        Args:
            place: Where it is written.
            path: What is worked on, in there; their paths are relative to it.
            severity: How grave they are.
            labels: Other places that explain them.
            notes: Further facts.
            once: Whether one at the same place, from another copy of a block, says it all.
            explain: Adds to a refusal what only the driver knows.
        """
        return Attempt(self, place, path, severity, labels, notes, once, explain)

    def add(self, diagnostic: Diagnostic, *, once: bool = False) -> None:
        """Collect a finding; `once` drops it where another has its code and its place."""
        code, span = diagnostic.code, diagnostic.span
        of_text = code.startswith(_UNREAD)
        if span in self._unread and not of_text:
            return
        if once and any(item.code == code and item.span == span for item in self.one_by_one()):
            return
        if of_text and diagnostic.severity is Severity.ERROR and span is not None:
            self._unread.add(span)
        key: object = (code, diagnostic.message)
        if key in self._groups and (span is None or not _gathers(code)):
            key = object()
        self._groups.setdefault(key, []).append(diagnostic)

    def extend(self, other: Diagnostics) -> None:
        """Collect another run's findings and texts."""
        for diagnostic in other.one_by_one():
            self.add(diagnostic)
        self.sources.update(other.sources)
        self.unchecked += other.unchecked

    def forget(self, unwanted: Callable[[Diagnostic], bool]) -> None:
        """Drop the findings for which `unwanted` holds."""
        kept = {
            key: [item for item in same if not unwanted(item)] for key, same in self._groups.items()
        }
        self._groups = {key: same for key, same in kept.items() if same}

    @property
    def items(self) -> list[Diagnostic]:
        """The findings; those that are mended in one place as one."""
        return [_together(same) for same in self._groups.values()]

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that make the spec invalid."""
        return [item for item in self.items if item.severity is Severity.ERROR]

    def sorted(self) -> list[Diagnostic]:
        """All findings by place, each once."""
        return _by_place(self.items)

    def stop_on_errors(self) -> None:
        """Raise `SpecError` if any finding is an error."""
        if self.errors:
            self.stop()

    def stop(self) -> NoReturn:
        """Raise `SpecError` with what has been found."""
        raise SpecError(self)

    def one_by_one(self) -> Iterator[Diagnostic]:
        """The findings apart, also those that are mended in one place."""
        for same in self._groups.values():
            yield from same

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.sorted())

    def __len__(self) -> int:
        return len(self.items)


class Attempt:
    """Work that may be refused: what it raises is collected, and the way goes on behind it.

    with found.at(node) as attempt:
        return read(node)  # may raise a `Refusal`
    return None
    """

    __slots__ = (
        "_explain",
        "_found",
        "_labels",
        "_notes",
        "_once",
        "_path",
        "_place",
        "_severity",
        "refused",
    )

    def __init__(
        self,
        found: Diagnostics,
        place: Placed,
        path: Path,
        severity: Severity,
        labels: tuple[Label, ...],
        notes: tuple[str, ...],
        once: bool,
        explain: Callable[[Refusal], Refusal] | None,
    ) -> None:
        self._found, self._place, self._path, self._severity = found, place, path, severity
        self._labels, self._notes, self._once, self._explain = labels, notes, once, explain
        self.refused: Refusal | None = None
        """What was raised, once it has been."""

    def add(self, refusal: Refusal) -> None:
        """Collect a refusal that was not raised."""
        for part in refusal.parts:
            why = part.under(self._path) if self._path else part
            why = why if self._explain is None else self._explain(why)
            self._found.add(self._finding(why), once=self._once)

    def _finding(self, why: Refusal) -> Diagnostic:
        place = self._place
        span = place.span_of(why.argument, why.within, key=why.blame_key)
        others = [(place.span_of(path), text) for path, text in why.related]
        related = [Label(other, text) for other, text in others if other is not None]
        return Diagnostic(
            why.code,
            why.message,
            span,
            self._severity,
            why.annotation,
            (*related, *why.labels, *self._labels, *place.trace),
            (*why.notes, *self._notes),
            why.help or (place.advice(why.argument) if why.code == "SPC0104" else ""),
            file="" if span else place.file,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, raised: BaseException | None, traceback: object) -> bool:
        if not isinstance(raised, Refusal):
            return False
        self.refused = raised
        self.add(raised)
        return True


def _gathers(code: str) -> bool:
    # the texts of the codes are loaded only where something is said twice
    from spec_compiler.codes import CODES

    return code in CODES and CODES[code].gathers


def _together(same: list[Diagnostic]) -> Diagnostic:
    """One finding of those that are mended in one place: the first, with the others' places."""
    if len(same) == 1:
        return same[0]
    first, *others = _by_place(same)
    spans = [(item.span, item.annotation) for item in others]
    labels = [Label(span, text or "also here") for span, text in spans if span is not None]
    left = len(labels) - _SHOWN
    note = (f"and in {left} more place{'s' * (left > 1)}",) if left > 0 else ()
    return replace(first, labels=(*first.labels, *labels[:_SHOWN]), notes=(*first.notes, *note))


def _by_place(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(dict.fromkeys(items), key=lambda item: (*item.where, item.code))


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
