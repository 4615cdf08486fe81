"""What specc says about a mistake: one model, printed by every format in `report/`.

Rules raise a `Refusal` (they know why); at a place, `Diagnostics` makes a `Diagnostic` of it, and
collects it. A stage that cannot go on raises `SpecError` with all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, Self, Unpack

from spec_compiler.catalogue import Catalogue
from spec_compiler.finding import Diagnostic, Suppressed, by_place, readable
from spec_compiler.gathering import together
from spec_compiler.places import Placed
from spec_compiler.refusals import MOST_KEPT, ItemPath, LeftOut, Refusal, Said, Severity
from spec_compiler.spans import Edit, Label, Span

if TYPE_CHECKING:
    from spec_compiler.lines import Lines
    from spec_compiler.report.findings import Findings

_LOOKS = Catalogue[Any]("spec_compiler", {"named": "look_alikes.named"})
_PRINTED = Catalogue[Any]("spec_compiler.report", {"findings": "findings.Findings"})
"""What prints findings knows them; it is loaded where an error is read, and not to raise one."""


class SpecError(Exception):
    """A spec, or the data given to it, was refused; carries every finding and the texts quoted.

    Its text is the report that a terminal shows, below a line for tracebacks that says the first.
    """

    def __init__(self, diagnostics: Diagnostics) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    @property
    def findings(self) -> Findings:
        """Every finding, by place."""
        return _PRINTED["findings"](self.diagnostics)

    def __str__(self) -> str:
        found = self.findings
        return f"{found.headline}\n\n{found}"

    def __repr__(self) -> str:
        return f"SpecError({self.findings.headline!r})"

    def _repr_html_(self) -> str:
        return self.findings.html


class SpecWarning(UserWarning):
    """What a call from Python says of numbers that it did not refuse: its code, and the finding."""


UNREAD = "SPC00"
"""The family of codes about the text itself: what stands there is not known."""


class Diagnostics:
    """The findings of one run, in the order of discovery, and the texts that they quote.

    Rules raise refusals; `with found.at(place):` collects them, and there is no other place where a
    refusal becomes a finding. One mistake gives one finding: what is refused where the text could
    not be read is no news, and what is mended in one place (`Code.gathers`) is said once.
    """

    __slots__ = (
        "_groups",
        "_kept",
        "_lines",
        "_more",
        "_most",
        "_places",
        "_unread",
        "added",
        "checked",
        "documents",
        "left_out",
        "sources",
        "suppressed",
        "unchecked",
    )

    def __init__(
        self,
        items: Iterable[Diagnostic] = (),
        sources: Mapping[str, str] | None = None,
        unchecked: tuple[str, ...] = (),
        most: int = MOST_KEPT,
    ) -> None:
        self.sources: dict[str, str] = dict(sources or {})
        self.documents: dict[str, Placed] = {}
        """What was read from them, for those who ask where in it a finding is."""
        self.unchecked = unchecked
        """Layers that were not checked because something before them is broken."""
        self.checked: tuple[str, ...] = ()
        """The specs that the run is about, also those in which nothing was found."""
        self.suppressed: list[Suppressed] = []
        """Findings that are not said, since their authors know of them."""
        self.left_out: Counter[Severity] = Counter()
        """Findings that were not kept, because there are so many."""
        self.added = 0
        """How many times a finding was added, also where it was not kept."""
        self._most = most
        """Findings of each severity that are kept."""
        self._lines: Lines | None = None
        self._groups: dict[object, list[Diagnostic]] = {}
        self._more: dict[object, int] = {}
        self._kept: dict[Severity, int] = {}
        self._places: set[tuple[str, Span | None]] = set()
        self._unread: set[Span | None] = set()
        for item in items:
            self.add(item)

    def at(self, place: Placed, path: ItemPath = (), **said: Unpack[Said]) -> Attempt:
        """A stretch of work at a place, whose refusals are collected.

        Args:
            place: Where it is written.
            path: What is worked on, in there; their paths are relative to it.
            said: What the driver says of them; see `Said`.
        """
        return Attempt(self, place, path, said)

    def add(self, diagnostic: Diagnostic, *, once: bool = False) -> None:
        """Collect a finding; `once` drops it where another has its code and its place."""
        self.added += 1
        diagnostic = readable(diagnostic)
        code, span = diagnostic.code, diagnostic.span
        if span is not None and not (text := self.sources.get(span.file, "")).isascii():
            diagnostic = _LOOKS["named"](diagnostic, text)  # loaded only for such texts
            span = diagnostic.span
        of_text = code.startswith(UNREAD)
        if span in self._unread and not of_text:
            return
        if once and (code, span) in self._places:
            return
        key: object = (code, diagnostic.message, span and span.file)
        if key in self._groups and (span is None or not _gathers(code)):
            key = object()
        kept = self._kept.get(diagnostic.severity, 0)
        if kept >= self._most:
            if key in self._groups:
                self._more[key] = self._more.get(key, 0) + 1
            else:
                self.left_out[diagnostic.severity] += 1
            return
        if of_text and diagnostic.severity is Severity.ERROR and span is not None:
            self._unread.add(span)
        self._kept[diagnostic.severity] = kept + 1
        self._places.add((code, span))
        self._groups.setdefault(key, []).append(diagnostic)

    def extend(self, other: Diagnostics) -> None:
        """Collect another run's findings and texts."""
        for diagnostic in other.one_by_one():
            self.add(diagnostic)
        self.left_out += other.left_out
        for key in other._more.keys() & self._groups.keys():
            self._more[key] = self._more.get(key, 0) + other._more[key]
        self.sources.update(other.sources)
        # of many specs, those are kept in which something was found
        said = {item.span.file for item in other.one_by_one() if item.span is not None}
        self.documents |= {file: node for file, node in other.documents.items() if file in said}
        self.unchecked += other.unchecked
        self.checked += other.checked
        self.suppressed += other.suppressed

    def revise(self, said: Callable[[Diagnostic], Diagnostic | None]) -> None:
        """Say each finding as `said` gives it, and not at all where that is None."""
        for key, same in list(self._groups.items()):
            kept = [other for item in same if (other := said(item)) is not None]
            if kept:
                self._groups[key] = kept
            else:
                del self._groups[key]
        self._kept = Counter(item.severity for item in self.one_by_one())
        self._places = {(item.code, item.span) for item in self.one_by_one()}

    @property
    def is_wrong(self) -> bool:
        """Whether there is an error whose edits do not wait until nothing else is wrong."""
        return any(item.severity is Severity.ERROR and not item.last for item in self.one_by_one())

    @property
    def lines(self) -> Lines:
        """The texts by line."""
        if self._lines is None:
            # only where something is wrong
            from spec_compiler.lines import Lines

            self._lines = Lines(self.sources)
        return self._lines

    @property
    def items(self) -> list[Diagnostic]:
        """The findings that are kept; those that are mended in one place as one."""
        return [together(same, self._more.get(key, 0)) for key, same in self._groups.items()]

    @property
    def counts(self) -> Counter[Severity]:
        """How many findings there are of each severity, also of those that are not kept."""
        return Counter(item.severity for item in self.sorted()) + self.left_out

    @property
    def errors(self) -> list[Diagnostic]:
        """The findings that make the spec invalid."""
        return [item for item in self.items if item.severity is Severity.ERROR]

    @property
    def refused(self) -> int:
        """How many errors are kept."""
        return self._kept.get(Severity.ERROR, 0)

    def sorted(self) -> list[Diagnostic]:
        """All findings by place, each once."""
        return by_place(self.items)

    def stop_on_errors(self) -> None:
        """Raise `SpecError` if any finding is an error."""
        if self.refused:
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

    __slots__ = ("_found", "_path", "_place", "_said", "refused")

    def __init__(self, found: Diagnostics, place: Placed, path: ItemPath, said: Said) -> None:
        self._found, self._place, self._path, self._said = found, place, path, said
        self.refused: Refusal | None = None
        """What was raised, once it has been."""

    def add(self, refusal: Refusal) -> None:
        """Collect a refusal that was not raised."""
        explain, once = self._said.get("explain"), self._said.get("once", False)
        for part in refusal.parts:
            if isinstance(part, LeftOut):
                severity = self._said.get("severity", Severity.ERROR)
                self._found.left_out[severity] += part.count
                continue
            why = part.under(self._path) if self._path else part
            why = why if explain is None else explain(why)
            self._found.add(self._finding(why), once=once)

    def _finding(self, why: Refusal) -> Diagnostic:
        place, said = self._place, self._said
        if why.code == "SPC0104" and not why.help and (advice := place.advice(why.argument)):
            why = why.mended(advice._replace(whole=True))
        span = place.span_of(why.argument, why.within, key=why.blame_key)
        others = [(place.span_of(path), text) for path, text in why.related]
        related = [Label(other, text) for other, text in others if other is not None]
        edits = _edits_of(why, place, self._found.sources) if why.fix else ()
        return Diagnostic(
            why.code,
            why.message,
            span,
            said.get("severity", Severity.ERROR),
            why.annotation or place.stands_for(why.argument),
            (*related, *why.labels, *said.get("labels", ()), *place.trace),
            (*why.notes, *said.get("notes", ())),
            why.help,
            edits,
            file="" if span else place.file,
            allowed=why.allowed,
            safe=why.fix is None or why.fix.safe,
            read=why.read,
            last=why.fix is not None and why.fix.last,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, raised: BaseException | None, traceback: object) -> bool:
        if not isinstance(raised, Refusal):
            return False
        # its frames know of this attempt, and with all that they know would wait for the collector
        self.refused = raised.with_traceback(None)
        self.add(raised)
        return True


def _edits_of(why: Refusal, place: Placed, sources: Mapping[str, str]) -> tuple[Edit, ...]:
    # most runs have nothing to mend
    from spec_compiler.edits.of_fixes import edits_of

    return edits_of(why, place, sources)


def _gathers(code: str) -> bool:
    # the texts of the codes are loaded only where something is said twice
    from spec_compiler.codes import CODES

    return code in CODES and CODES[code].gathers
