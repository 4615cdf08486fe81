"""YAML to the tree of nodes: one lazy pass over PyYAML's events. The only door to PyYAML.

Composing and loading are never used: they recurse, they obey tags, and they keep the last of two
equal keys. Events do none of this, and a limit can be checked at each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.source.build import Container, TreeBuilder, UnreadableError, too_deep
from spec_compiler.source.limits import Limits
from spec_compiler.source.node import Scalar, SourceNode
from spec_compiler.source.positions import moved
from spec_compiler.source.scalars import BadScalar, resolve
from spec_compiler.source.written import Written
from spec_compiler.spans import Edit, Span

Events = Callable[[str], Iterator[Event]]

PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*+(?:\s|#[^\n]*+\n)*+)++")
_COLON_FOLLOWS = re.compile(r"(?:\s|#[^\n]*+)*+:")
_DASHED_LINE = re.compile(r"\n[ \t]*+-")


def c_events(text: str) -> Iterator[Event]:
    """The events of libyaml."""
    return iter(yaml.CLoader(text).get_event, None)


def pure_events(text: str) -> Iterator[Event]:
    """The events of PyYAML's own parser, about forty times slower."""
    from spec_compiler.source.pure_events import PureEvents  # only where libyaml is missing

    return iter(PureEvents(text).get_event, None)


def _mistakes():
    from spec_compiler.source import yaml_mistakes  # only for a text that is broken: most are not

    return yaml_mistakes


default_events: Events = c_events if hasattr(yaml, "CLoader") else pure_events


def read_yaml(
    text: str,
    file: str,
    diagnostics: Diagnostics,
    limits: Limits,
    events: Events = default_events,
) -> SourceNode | None:
    """The tree of one YAML document.

    Args:
        text: Tidy text without control characters.
        file: Its name in spans.
        diagnostics: Collects what is wrong with it.
        limits: What it may ask for.
        events: Where the events come from.

    Returns:
        The tree of what could be read, None for an empty text.

    Raises:
        UnreadableError: at a syntax error or a limit.
    """
    reader = YamlReader(text, file, diagnostics, limits)
    try:
        reader.read(events(text))
    except yaml.MarkedYAMLError as error:
        raise UnreadableError(_mistakes().syntax_error(reader, error)) from None
    if reader.builder.dropped:
        # only where there are any
        from spec_compiler.source.dropped import mend_dropped

        mend_dropped(reader.builder.dropped, text, file, diagnostics)
    return reader.builder.root


def read_as_far(
    text: str, file: str, diagnostics: Diagnostics, limits: Limits
) -> SourceNode | tuple[int, int | None] | None:
    """The tree of a document, or where it is broken; arguments as in `read_yaml`.

    Returns:
        Of a broken text, two lines from 0: where that was noticed, and where that began which was
        being read, if the parser says so.
    """
    reader = YamlReader(text, file, diagnostics, limits)
    try:
        reader.read(default_events(text))
    except yaml.MarkedYAMLError as error:
        problem, context = error.problem_mark, error.context_mark
        since = None if context is None else context.line
        return (problem.line if problem is not None else since or 0), since
    except UnreadableError as stop:
        span = stop.diagnostic.span
        return (span.line - 1 if span is not None else 0), None
    return reader.builder.root


def _of_number(bad: BadScalar, span: Span) -> Diagnostic:
    """The finding of a number that is refused."""
    edits = (Edit(span, bad.fix.text),) if bad.fix and bad.fix.text else ()
    safe = bad.fix is None or bad.fix.safe
    return Diagnostic(bad.code, bad.message, span, help=bad.help, edits=edits, safe=safe)


def is_virtual(event: Event) -> bool:
    """Whether no bracket closes a collection: a block collection ends where its last part does."""
    return event.start_mark.index == event.end_mark.index


class YamlReader:
    """Turns events into calls of a `TreeBuilder`, and reports what the language does not read."""

    def __init__(self, text: str, file: str, diagnostics: Diagnostics, limits: Limits) -> None:
        self.text = text
        self.file = file
        self.diagnostics = diagnostics
        self.limits = limits
        self.builder = TreeBuilder(file, diagnostics, limits)
        self.documents = 0
        self.brackets = 0  # that are open: within them no dash makes an item
        self.key: ScalarEvent | None = None
        self.value: tuple[ScalarEvent, SourceNode] | None = None
        self.explained_until = 0

    def read(self, events: Iterator[Event]) -> None:
        """Build the tree."""
        builder = self.builder
        for event in events:
            if isinstance(event, ScalarEvent):
                if builder.expects_key:
                    self.begin_entry(event)
                else:
                    self.scalar(event)
            elif isinstance(event, CollectionEndEvent):
                end = event.end_mark
                self.brackets -= not is_virtual(event)
                builder.close(None if is_virtual(event) else (end.line + 1, end.column + 1))
            elif isinstance(event, CollectionStartEvent):
                if builder.expects_key:
                    self.refuse_key(self.skip_over(event, events))
                else:
                    self.brackets += bool(event.flow_style)
                    empty: Container = {} if isinstance(event, MappingStartEvent) else []
                    builder.open(empty, self.span(event), event.anchor)
            elif isinstance(event, AliasEvent):
                if builder.expects_key:
                    self.refuse_key(self.bare_span(event))
                else:
                    builder.alias(event.anchor, self.bare_span(event))
            elif isinstance(event, DocumentStartEvent):
                self.document(event)

    def document(self, event: DocumentStartEvent) -> None:
        """The beginning of a document: there is one, and it has no directives."""
        span = self.bare_span(event)
        self.documents += 1
        if self.documents > 1:
            whole = re.search(r"^specc *:", self.text[event.start_mark.index :], re.MULTILINE)
            raise UnreadableError(_mistakes().several_documents(span, marked=whole is None))
        if event.tags or event.version not in (None, (1, 2)):
            _mistakes().report_directive(self, event)

    def scalar(self, event: ScalarEvent) -> None:
        """A value."""
        text: str = event.value
        plain = not event.style
        span = self.span(event)
        value: Scalar = text
        if plain:
            if not text and self.key and self.lacks_value(self.key, event):
                return
            try:
                value = resolve(text)
            except BadScalar as bad:
                value = bad.guess
                self.diagnostics.add(_of_number(bad, span))
        if span.line != span.end_line:
            offset = Written(self.text, *self.extent(event))
            if event.style in ("|", ">"):
                span = self.without_line_end(event, span)
            elif plain and not self.brackets:
                self.check_dashes(event, span)
        else:
            # Escapes make the source longer than the value: then columns do not correspond.
            offset: int | Written = 0 if plain else 1
            if span.end_column - span.column != len(text) + 2 * offset:
                offset = Written(self.text, *self.extent(event))
        self.value = event, self.builder.scalar(value, span, offset, event.anchor)

    def last_quoted(self) -> tuple[int, int] | None:
        """The offsets of the scalar read last, if it is quoted."""
        read = [event for event in (self.key, self.value and self.value[0]) if event]
        last = max(read, key=lambda event: event.start_mark.index, default=None)
        return self.extent(last) if last and last.style in ("'", '"') else None

    def begin_entry(self, event: ScalarEvent) -> None:
        """A key."""
        self.key = event
        text, span = event.value, self.span(event)
        bracket = not event.style and ("{" in text or "[" in text)
        if bracket and _mistakes().report_bracket(self, text, span):
            self.builder.skip_key()
        elif event.style or text not in ("", "<<"):
            self.builder.key(text, span, event.anchor)
        elif text:
            self.report(
                "SPC0016",
                "merge keys (`<<`) are not read",
                span,
                "write its entries, or use `defaults` or `blocks`",
            )
            self.builder.skip_merge(span)
        else:
            self.refuse_key(span)

    def lacks_value(self, key: ScalarEvent, empty: ScalarEvent) -> bool:
        """Whether not even a colon follows the key of an empty value; reports it then."""
        _, end = self.extent(key)
        if empty.start_mark.index < end or _COLON_FOLLOWS.match(self.text, end):
            return False
        _mistakes().report_missing_value(self, key)
        return True

    def span(self, event: ScalarEvent | CollectionStartEvent) -> Span:
        """Where a node stands, without its anchor and tag; a tag is reported."""
        start, end = event.start_mark, event.end_mark
        span = Span._make(  # half the time of calling it, at every key and value
            (self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        )
        if event.tag is None and event.anchor is None:
            return span
        begin, _ = self.extent(event)
        line, column = moved(span.line, span.column, self.text, start.index, begin)
        if event.tag is not None:
            tag = Span(self.file, span.line, span.column, line, column)
            self.diagnostics.add(_mistakes().tag(tag, self.text[start.index : begin]))
        return Span(self.file, line, column, span.end_line, span.end_column)

    def bare_span(self, event: Event) -> Span:
        """Where an event stands."""
        start, end = event.start_mark, event.end_mark
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def extent(self, event: Event) -> tuple[int, int]:
        """The offsets of a node's text, without its anchor and tag."""
        start, end = event.start_mark.index, event.end_mark.index
        properties = PROPERTIES.match(self.text, start, end)
        return (properties.end() if properties else start), end

    def skip_over(self, first: CollectionStartEvent, events: Iterator[Event]) -> Span:
        """Pass over a collection that stands as a key; where it stands."""
        span, depth = self.span(first), 1
        event: Event = first
        while depth:
            event = next(events)
            if isinstance(event, CollectionStartEvent):
                depth += 1
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
            if depth > self.limits.depth:
                raise UnreadableError(too_deep(self.limits.depth, self.bare_span(event)))
            if isinstance(event, (ScalarEvent, AliasEvent)) or not is_virtual(event):
                span = Span(*span[:3], *self.bare_span(event)[3:])
        return span

    def refuse_key(self, span: Span) -> None:
        """Report a key that is no text; its entry is skipped."""
        help_ = "write a name before the colon; quote text that begins with `{`, `[` or `*`"
        words, edits = _mistakes().param_in_braces(self.text, span) or (help_, ())
        found = Diagnostic("SPC0015", "a key must be text", span, help=words, edits=edits)
        self.diagnostics.add(found)
        self.builder.skip_key()

    def without_line_end(self, event: ScalarEvent, span: Span) -> Span:
        """A block scalar's place, up to its last character that is not blank."""
        start, end = self.extent(event)
        end = start + len(self.text[start:end].rstrip())
        line, column = moved(span.line, span.column, self.text, start, end)
        return Span(self.file, span.line, span.column, line, column)

    def check_dashes(self, event: ScalarEvent, span: Span) -> None:
        """Report list items that YAML takes for more of the text above."""
        start, end = self.extent(event)
        if dash := _DASHED_LINE.search(self.text, start, end):
            _mistakes().report_dash(self, event, span, dash.end() - 1)

    def report(self, code: str, message: str, span: Span, help: str) -> None:
        """Add a finding."""
        self.diagnostics.add(Diagnostic(code, message, span, help=help))
