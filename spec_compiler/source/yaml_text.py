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

from spec_compiler.diagnostics import Diagnostic, Diagnostics, Span
from spec_compiler.source.build import Container, TreeBuilder, UnreadableError, too_deep
from spec_compiler.source.limits import Limits
from spec_compiler.source.mistake import Mistake, line_end
from spec_compiler.source.node import Node, Scalar
from spec_compiler.source.positions import moved, span_at
from spec_compiler.source.pure_events import PureEvents
from spec_compiler.source.scalars import BadScalar, resolve
from spec_compiler.source.split_text import (
    bracketed,
    colon_follows,
    cramped,
    cut_equation,
    end_of_pieces,
    no_space,
    no_value,
    only_comma,
)
from spec_compiler.source.written import Written
from spec_compiler.source.yaml_advice import directive, explain, misread, several_documents

Events = Callable[[str], Iterator[Event]]

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*+(?:\s|#[^\n]*+\n)*+)++")
_DASHED_LINE = re.compile(r"\n[ \t]*+-")


def c_events(text: str) -> Iterator[Event]:
    """The events of libyaml."""
    return iter(yaml.CLoader(text).get_event, None)


def pure_events(text: str) -> Iterator[Event]:
    """The events of PyYAML's own parser, about forty times slower."""
    return iter(PureEvents(text).get_event, None)


default_events: Events = c_events if hasattr(yaml, "CLoader") else pure_events


def read_yaml(
    text: str,
    file: str,
    diagnostics: Diagnostics,
    limits: Limits,
    events: Events = default_events,
) -> Node | None:
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
    reader = _YamlReader(text, file, diagnostics, limits)
    try:
        reader.read(events(text))
    except yaml.MarkedYAMLError as error:
        problem, context = error.problem_mark, error.context_mark
        index = min(problem.index if problem else 0, len(text))
        if "nesting depth" in (
            error.problem or ""
        ):  # libyaml's own limit, met while it looks ahead
            raise UnreadableError(
                too_deep(limits.depth, span_at(file, text, index, index + 1))
            ) from None
        mistake = Mistake(
            file,
            text,
            error.problem or "",
            error.context or "",
            index,
            context.index if context else None,
            reader.last_quoted(),
        )
        found = explain(mistake)
        diagnostics.forget(lambda item: misread(item, found))
        raise UnreadableError(found) from None
    return reader.builder.root


def is_virtual(event: Event) -> bool:
    """Whether no bracket closes a collection: a block collection ends where its last part does."""
    return event.start_mark.index == event.end_mark.index


class _YamlReader:
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
        self.value: tuple[ScalarEvent, Node] | None = None
        self.explained_until = 0

    def read(self, events: Iterator[Event]) -> None:
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
        span = self.bare_span(event)
        self.documents += 1
        if self.documents > 1:
            raise UnreadableError(several_documents(span))
        if event.tags or event.version not in (None, (1, 2)):
            end = line_end(self.text, event.start_mark.index)
            self.diagnostics.add(
                directive(span_at(self.file, self.text, event.start_mark.index, end))
            )

    def scalar(self, event: ScalarEvent) -> None:
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
                self.report(bad.code, bad.message, span, bad.help)
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
        self.key = event
        text, span = event.value, self.span(event)
        if not event.style and ("{" in text or "[" in text) and (meant := bracketed(text, span)):
            self.diagnostics.add(meant)
            self.builder.skip_key()
        elif event.style or text not in ("", "<<"):
            self.builder.key(text, span, event.anchor)
        elif text:
            self.report(
                "SPC0016", "merge keys (`<<`) are not read", span, "use `defaults` or `blocks`"
            )
            self.builder.skip_key()
        else:
            self.refuse_key(span)

    def lacks_value(self, key: ScalarEvent, empty: ScalarEvent) -> bool:
        """Whether not even a colon follows the key of an empty value; reports it then."""
        start, end = self.extent(key)
        if empty.start_mark.index < end or colon_follows(self.text, end):
            return False
        span = self.span(key)
        if not key.style and span.line == span.end_line and (meant := cramped(key.value)):
            self.part(*meant, span)
            return True
        self.builder.drop_entry()
        if start < self.explained_until:
            return True
        self.explained_until = end = end_of_pieces(self.text, start, end)
        if (before := self.value) and not before[0].style:
            begin, last = self.extent(before[0])
            whole = self.text[begin:end]
            if "->" in whole and "\n" not in whole and only_comma(self.text, last, start):
                before[1].value = whole
                self.diagnostics.add(cut_equation(whole, self.span(before[0])))
                return True
        self.diagnostics.add(no_value(key.value, span))
        return True

    def part(self, name: str, text: str, span: Span) -> None:
        """Report a key whose colon touches its value, and read both."""
        self.diagnostics.add(no_space(name, text, span))
        try:
            value = resolve(text)
        except BadScalar as bad:
            value = bad.guess
        start = len(name) + 1
        self.builder.expects_key = True
        self.builder.key(name, span.inside(0, len(name)))
        self.builder.scalar(value, span.inside(start, start + len(text)), 0)

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
            self.report(
                "SPC0017",
                "tags are not read: a value's type comes from how it is written",
                Span(self.file, span.line, span.column, line, column),
                "remove the tag that begins with `!`; quote the value if it is text",
            )
        return Span(self.file, line, column, span.end_line, span.end_column)

    def bare_span(self, event: Event) -> Span:
        """Where an event stands."""
        start, end = event.start_mark, event.end_mark
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def extent(self, event: Event) -> tuple[int, int]:
        """The offsets of a node's text, without its anchor and tag."""
        start, end = event.start_mark.index, event.end_mark.index
        properties = _PROPERTIES.match(self.text, start, end)
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
        self.report(
            "SPC0015",
            "a key must be text",
            span,
            "write a name before the colon; quote text that begins with `{`, `[` or `*`",
        )
        self.builder.skip_key()

    def without_line_end(self, event: ScalarEvent, span: Span) -> Span:
        """A block scalar's place, up to its last character that is not blank."""
        start, end = self.extent(event)
        end = start + len(self.text[start:end].rstrip())
        line, column = moved(span.line, span.column, self.text, start, end)
        return Span(self.file, span.line, span.column, line, column)

    def check_dashes(self, event: ScalarEvent, span: Span) -> None:
        """Report list items that YAML takes for more of the text above.

        `- a` with a further indented ` - b` below is the text `a - b`, and `-a` above `-b` is
        `-a -b`. Text of several lines with a dash under its first letter, or below a key, is
        what other programs write when they break a long line: that is read.
        """
        start, end = self.extent(event)
        if (dash := _DASHED_LINE.search(self.text, start, end)) is None:
            return
        line, column = moved(span.line, span.column, self.text, start, dash.end() - 1)
        item = self.builder.in_list and column < span.column
        if item or (column == span.column and event.value.startswith("-")):
            self.report(
                "SPC0007",
                "this line continues the text above it, it is not an item of the list",
                Span(self.file, line, column, line, column + 1),
                "put the dash under the dash above, with a space after it",
            )

    def report(self, code: str, message: str, span: Span, help: str) -> None:
        self.diagnostics.add(Diagnostic(code, message, span, help=help))
