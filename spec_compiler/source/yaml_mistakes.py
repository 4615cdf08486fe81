"""What the reader of YAML says, and how it goes on, where a text is broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.source.build import too_deep
from spec_compiler.source.mistake import Mistake
from spec_compiler.source.positions import moved, span_at
from spec_compiler.source.python_forms import meant_by
from spec_compiler.source.scalars import BadScalar, resolve
from spec_compiler.source.split_text import (
    bracketed,
    cramped,
    cut_list,
    cut_text,
    end_of_pieces,
    in_braces,
    is_call,
    is_choice,
    key_before,
    no_space,
    no_value,
    only_comma,
)
from spec_compiler.source.yaml_advice import directive, explain, misread, several_documents
from spec_compiler.spans import Edit, Span

if TYPE_CHECKING:
    from yaml import MarkedYAMLError
    from yaml.events import DocumentStartEvent, ScalarEvent

    from spec_compiler.source.yaml_text import YamlReader
_IDLE_TAGS = {f"!!{name}" for name in ("int", "float", "bool", "null", "map", "seq")}


def syntax_error(reader: YamlReader, error: MarkedYAMLError) -> Diagnostic:
    """The finding where the grammar is broken; what was misread before it is forgotten."""
    file, text = reader.file, reader.text
    problem, context = error.problem_mark, error.context_mark
    index = min(problem.index if problem else 0, len(text))
    words = error.problem or ""
    if "nesting depth" in words:  # libyaml's own limit, met while it looks ahead
        return too_deep(reader.limits.depth, span_at(file, text, index, index + 1))
    began = context.index if context else None
    quoted = reader.last_quoted()
    found = explain(Mistake(file, text, words, error.context or "", index, began, quoted))
    diagnostics = reader.diagnostics
    diagnostics.revise(lambda item: None if misread(item, found) else item)
    return found


def report_directive(reader: YamlReader, event: DocumentStartEvent) -> None:
    """Report a line with `%YAML` or `%TAG`."""
    reader.diagnostics.add(directive(reader.file, reader.text, event.start_mark.index))


def report_bracket(reader: YamlReader, key: str, span: Span) -> bool:
    """Report a bracket in a key that was to begin its value, if it was."""
    if all(key.count(begin) == key.count(end) for begin, end in ("[]", "{}")):
        return False  # they belong to the key: `heads[0]`, `stack.{i}.kernel`
    if meant := bracketed(key, span):
        reader.diagnostics.add(meant)
    return meant is not None


def param_in_braces(text: str, span: Span) -> tuple[str, tuple[Edit, ...]] | None:
    """What to write for `{{ width }}`, as other programs have it."""
    line = text.split("\n", span.line)[span.line - 1]
    meant = meant_by(f"{{{line[span.column - 1 : span.end_column - 1]}}}", quoted=False)
    if meant is None:
        return None
    around = span._replace(column=span.column - 1, end_column=span.end_column + 1)
    whole = line[max(around.column - 1, 0) : around.end_column - 1]
    braced = whole[:1] == "{" and whole[-1:] == "}" and span.line == span.end_line
    return meant.help, (Edit(around, meant.text),) if braced else ()


def tag(span: Span, text: str) -> Diagnostic:
    """A tag, and the blanks behind it: `!!int 2`. One of YAML's own that says no more is idle."""
    return Diagnostic(
        "SPC0017",
        "tags are not read: a value's type comes from how it is written",
        span,
        help="remove the tag that begins with `!`; quote the value if it is text",
        edits=(Edit(span, ""),) if span.line == span.end_line else (),
        safe=text.split(" ")[0] in _IDLE_TAGS,
    )


def report_missing_value(reader: YamlReader, key: ScalarEvent) -> None:
    """Report a key that not even a colon follows; what was clearly meant is read."""
    start, end = reader.extent(key)
    span = reader.span(key)
    if not key.style and span.line == span.end_line and (meant := cramped(key.value)):
        _read_cramped(reader, *meant, span)
        return
    reader.builder.drop_entry()
    if start < reader.explained_until:
        return
    reader.explained_until = end = end_of_pieces(reader.text, start, end)
    if (before := reader.value) and not before[0].style:
        begin, last = reader.extent(before[0])
        whole = reader.text[begin:end]
        if "\n" not in whole and only_comma(reader.text, last, start):
            first = reader.span(before[0])
            key_of_it = key_before(reader.text, begin)
            if found := cut_text(whole, first):
                before[1].value, before[1].span = whole, first.inside(0, len(whole))
                if not (is_call(whole) and is_choice(key_of_it)):  # else it is said what to write
                    reader.diagnostics.add(found)
                return
            if found := cut_list(whole, key_of_it, first):
                reader.builder.drop_value(before[1])
                reader.diagnostics.add(found)
                return
    braced = in_braces(reader.text, start, end)
    pieces = reader.text[start:end]
    several = pieces if "," in pieces else ""
    around = _braces_around(reader, start, end) if braced else None
    found = no_value(key.value, span, braced=braced, several=several, around=around)
    reader.diagnostics.add(found)


def _braces_around(reader: YamlReader, start: int, end: int) -> Span | None:
    """Where the braces stand that are around an extent, on its line."""
    begin, until = reader.text.rfind("{", 0, start), reader.text.find("}", end)
    on_line = reader.text.count("\n", begin, until) == 0
    return span_at(reader.file, reader.text, begin, until + 1) if on_line else None


def _read_cramped(reader: YamlReader, name: str, text: str, span: Span) -> None:
    """Report a key whose colon touches its value, and read both."""
    reader.diagnostics.add(no_space(name, text, span))
    try:
        value = resolve(text)
    except BadScalar as bad:
        value = bad.guess
    start = len(name) + 1
    reader.builder.expects_key = True
    reader.builder.key(name, span.inside(0, len(name)))
    reader.builder.scalar(value, span.inside(start, start + len(text)), 0)


def report_dash(reader: YamlReader, event: ScalarEvent, span: Span, at: int) -> None:
    """Report a dash at an offset within plain text, if it was to begin an item of a list.

    `- a` with a further indented ` - b` below is the text `a - b`, and `-a` above `-b` is
    `-a -b`. Text of several lines with a dash under its first letter, or below a key, is
    what other programs write when they break a long line: that is read.
    """
    start, _ = reader.extent(event)
    line, column = moved(span.line, span.column, reader.text, start, at)
    item = reader.builder.in_list and column < span.column
    if item or (column == span.column and event.value.startswith("-")):
        reader.report(
            "SPC0007",
            "this line continues the text above it, it is not an item of the list",
            Span(reader.file, line, column, line, column + 1),
            "put the dash under the dash above, with a space after it",
        )


__all__ = [
    "param_in_braces",
    "report_bracket",
    "report_dash",
    "report_directive",
    "report_missing_value",
    "several_documents",
    "syntax_error",
    "tag",
]
