"""The report for people: each finding with the lines it is about, as rustc prints its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Severity
from spec_compiler.lines import Lines
from spec_compiler.records import record
from spec_compiler.report.closing import (
    closing,
    fixable,
    marked,
    place_of,
    shown,
    summary,
    unchecked,
)
from spec_compiler.report.escape import terminal
from spec_compiler.report.excerpt import Excerpt, excerpt
from spec_compiler.report.style import NARROWEST, Style
from spec_compiler.spans import Span

_NEAR = 2
_NARROWEST_GUTTER = 2


def render(diagnostics: Diagnostics, style: Style) -> str:
    """Every finding with its frames, notes and help, then the summary."""
    findings = diagnostics.sorted()
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    lead = errors[0] if diagnostics.counts[Severity.ERROR] == 1 else None
    page = _Page(style, diagnostics.lines)
    blocks: list[str] = []
    for finding in shown(findings):
        tail = [unchecked(diagnostics, "this one", style)] if finding is lead else []
        if not blocks:
            tail.append(f"specc explain {terminal(finding.code, style.unicode)}")
        blocks.append("\n".join(page.finding(finding, [line for line in tail if line])))
    last = summary(diagnostics, style) if lead else closing(diagnostics, style)
    if blocks and (fixes := fixable(diagnostics)):
        last = f"{last}\n{fixes}"
    return "\n\n".join([*blocks, last]) + "\n"


def block(finding: Diagnostic, lines: Lines, style: Style) -> str:
    """One finding as in the report; of many, each quotes the same lines."""
    tail = [f"specc explain {terminal(finding.code, style.unicode)}"]
    return "\n".join(_Page(style, lines).finding(finding, tail))


class _Mark(NamedTuple):
    """A stretch to underline, and the words beside it."""

    span: Span
    text: str
    role: str
    sign: str


class _Frame(NamedTuple):
    """Neighbouring marked lines of one file."""

    file: str
    marks: list[_Mark]

    def is_near(self, span: Span) -> bool:
        return span.file == self.file and any(
            abs(span.line - mark.span.line) <= _NEAR for mark in self.marks
        )

    @property
    def lines(self) -> range:
        """The lines to quote, those between marks too."""
        numbers = [mark.span.line for mark in self.marks]
        return range(min(numbers), max(numbers) + 1)


@record
class _Page:
    style: Style
    lines: Lines

    def finding(self, finding: Diagnostic, tail: list[str]) -> Iterator[str]:
        """The lines of one finding; `tail` holds notes of the run that it carries."""
        frames, notes = self._arranged(finding)
        last = max((frame.lines[-1] for frame in frames), default=0)
        gutter = max(_NARROWEST_GUTTER, len(str(last)))
        paint = self.style.paint
        head = paint(finding.severity, f"{finding.severity}[{self._safe(finding.code)}]")
        yield head + paint("bold", f": {self._safe(finding.message)}")
        if place := place_of(finding, self.style):
            yield f"{' ' * gutter}{paint('gutter', '-->')} {place}{marked(finding)}"
        bar = " " * (gutter + 1) + paint("gutter", "|")
        file = finding.span.file if finding.span else ""
        for frame in frames:
            yield bar
            if frame.file != file:
                file, span = frame.file, frame.marks[0].span
                place = f"{self._safe(file)}:{span.line}:{span.column}"
                yield f"{' ' * gutter}{paint('gutter', '-->')} {place}"
                yield bar
            yield from self._quoted(frame, gutter, bar)
        if frames and (notes or finding.help or tail):
            yield bar
        sign = " " * (gutter + 1) + paint("gutter", "=")
        yield from (f"{sign} {self._safe(note)}" for note in notes)
        if finding.help:
            yield f"{paint('help', 'help')}: {self._safe(finding.help)}"
        yield from (f"{sign} {line}" for line in tail)

    def _arranged(self, finding: Diagnostic) -> tuple[list[_Frame], list[str]]:
        """Frames, the primary first, and the notes: the finding's, and marks without a line."""
        marks = [_Mark(label.span, label.text, "gutter", "-") for label in finding.labels]
        if finding.span:
            marks.insert(0, _Mark(finding.span, finding.annotation, finding.severity, "^"))
        frames: list[_Frame] = []
        notes: list[str] = []
        for mark in marks:
            if self.lines.line(mark.span.file, mark.span.line) is None:
                notes.extend(_as_note(mark, finding))
            elif near := next((frame for frame in frames if frame.is_near(mark.span)), None):
                near.marks.append(mark)
            else:
                frames.append(_Frame(mark.span.file, [mark]))
        notes.extend(finding.notes)
        if not finding.span and finding.annotation:
            notes.insert(0, finding.annotation)
        return frames, notes

    def _quoted(self, frame: _Frame, gutter: int, bar: str) -> Iterator[str]:
        room = max(self.style.width, NARROWEST) - gutter - 3
        for number in frame.lines:
            line = self.lines.of(frame.file)[number - 1]
            ruler = self.style.paint("gutter", f"{number:>{gutter}} |")
            marks = [mark for mark in frame.marks if mark.span.line == number]
            quote = excerpt(line, _start(marks[0]) if marks else 0, room, self.style.unicode)
            yield f"{ruler} {quote.text}".rstrip()
            for mark in marks:
                if min(_start(mark), len(line)) not in quote.seen:
                    quote = excerpt(line, _start(mark), room, self.style.unicode)
                    yield f"{ruler} {quote.text}".rstrip()
                yield f"{bar} {self._underline(mark, line, quote)}"
            if number + 1 not in frame.lines and any(map(_goes_on, marks)):
                yield self.style.paint("gutter", "...")

    def _underline(self, mark: _Mark, line: str, quote: Excerpt) -> str:
        end = len(line.rstrip()) if _spans_lines(mark) else mark.span.end_column - 1
        left = quote.column(_start(mark))
        signs = mark.sign * max(1, quote.column(end) - left)
        words = f" {self._safe(mark.text)}" if mark.text else ""
        return " " * left + self.style.paint(mark.role, signs + words)

    def _safe(self, text: str) -> str:
        return terminal(text, self.style.unicode)


def _as_note(mark: _Mark, finding: Diagnostic) -> list[str]:
    """What a mark says although its line cannot be quoted."""
    if mark.span is finding.span:
        return [mark.text] if mark.text else []
    return [f"{mark.span.file}:{mark.span.line}:{mark.span.column}: {mark.text}"]


def _start(mark: _Mark) -> int:
    return max(mark.span.column, 1) - 1


def _spans_lines(mark: _Mark) -> bool:
    return mark.span.end_line > mark.span.line


def _goes_on(mark: _Mark) -> bool:
    """Whether lines after the marked one belong to it; the mere end of its line does not count."""
    beyond = mark.span.end_line - mark.span.line
    return beyond > 1 or (beyond == 1 and mark.span.end_column > 1)
