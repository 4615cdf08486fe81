"""What to change where YAML's grammar is broken, in the author's terms.

Both of PyYAML's parsers say what they expected; authors want to know what to write. Each rule below
recognises one mistake by the parser's words and the text around the place; the first that knows
answers. Nothing here decides whether a text is valid.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.fixes import in_quotes
from spec_compiler.source import block_advice, flow_advice, other_tools, text_edits
from spec_compiler.source.mistake import Mistake, line_end
from spec_compiler.source.positions import place, span_at
from spec_compiler.source.python_forms import quoted
from spec_compiler.spans import Edit, Label, Span

_NAMES = {"`": "a backquote"}
_MARKS = "`@%"
"""What others write before a word, or around it."""

Advice = Callable[[Mistake], "Diagnostic | None"]


def explain(mistake: Mistake) -> Diagnostic:
    """The finding for a syntax error."""
    for rule in RULES:
        if found := rule(mistake):
            return found
    problem = mistake.problem.replace("`", "'") or "it ends in the middle"
    return mistake.report("SPC0001", f"this is not YAML: {problem}", "check the line above, too")


def misread(item: Diagnostic, stop: Diagnostic) -> bool:
    """Whether a finding is about text that was read wrongly because of a syntax error.

    The text behind an open quote or bracket is, from where that was noticed.
    """
    if item.span is None or stop.span is None or item.span.file != stop.span.file:
        return False
    noticed = max(span[1:3] for span in (stop.span, *(label.span for label in stop.labels)))
    return item.span[3:] > noticed


def several_documents(span: Span, *, marked: bool = True) -> Diagnostic:
    """A second document in one file; `marked` where `---` stands there, and no spec behind it."""
    return Diagnostic(
        "SPC0005",
        "a second document begins here, and a file holds one spec",
        span,
        help="remove the line `---`, or move what follows it to a file of its own",
        edits=(Edit(span, ""),) if marked else (),
        safe=False,
    )


def directive(file: str, text: str, start: int) -> Diagnostic:
    """A line with `%YAML` or `%TAG` that begins at an offset."""
    end = line_end(text, start)
    line = span_at(file, text, start, min(end + 1, len(text)))
    return Diagnostic(
        "SPC0018",
        "YAML directives are not read: a spec is always YAML 1.2 without tags",
        span_at(file, text, start, end),
        help="remove the line that begins with `%`",
        edits=(Edit(line, ""),),
    )


def _tab(m: Mistake) -> Diagnostic | None:
    if m.character != "\t" and "tab" not in m.problem:
        return None
    edits, sure = text_edits.without_tabs(m)
    what = "a tab cannot indent a line"
    return m.report("SPC0006", what, "indent with spaces", edits=edits, safe=sure)


def _directive(m: Mistake) -> Diagnostic | None:
    start = 0 if m.text.startswith("%") and "document start" in m.problem else m.line_start
    if m.text[start : start + 1] != "%" or "cannot start" in m.problem:
        return None
    return directive(m.file, m.text, start)


def _tag(m: Mistake) -> Diagnostic | None:
    if "tag" not in m.context and "tag handle" not in m.problem:
        return None
    help_ = "quote it if it is text: text cannot begin with `!`"
    return m.report("SPC0017", "tags (`!...`) are not read", help_, (m.since or m.at, m.at + 1))


def _document(m: Mistake) -> Diagnostic | None:
    if "flow" in m.context:
        return None
    if "document start" in m.problem:
        start = m.at
    elif "document indicator" in m.problem and m.since is None:
        start = m.line_start
    else:
        return None
    if m.character in ("]", "}"):
        return None
    if m.text.rfind("\n...", 0, start + 1) >= 0:
        span = span_at(m.file, m.text, start, start + len(m.word))
        return several_documents(span, marked=False)
    return m.report(
        "SPC0001",
        f"`{m.word}` stands after the end of the document",
        "remove it, or move it inside the brackets",
        (start, start + len(m.word)),
    )


def _unquoted_start(m: Mistake) -> Diagnostic | None:
    """Text that begins with a character that YAML keeps for itself."""
    start = m.at
    if "block scalar" in m.context or "alias" in m.context or "anchor" in m.context:
        start = m.since if m.since is not None and "block" in m.context else _start_of(m)
    elif "cannot start" not in m.problem:
        return None
    text, sign = m.rest_of_line(start), m.text[start : start + 1]
    if m.text.rfind("[", m.line_start, start) >= 0 or m.text.rfind("{", m.line_start, start) >= 0:
        text = re.split(r"[,\]}]", text, maxsplit=1)[0]
    bare = text[1:].strip(_MARKS)
    word = sign in _MARKS and bare.isidentifier()
    new, quote = bare if word else in_quotes(text), f"quote the text: {quoted(text)}"
    return m.report(
        "SPC0010",
        f"text cannot begin with {_NAMES.get(sign, f'`{sign}`')} unless it is quoted",
        f"write `{bare}`, or {quote}" if word else quote,
        (start, start + len(text)),
        edits=m.edit(start, start + len(text), new),
        safe=not word,
    )


def _quotes(m: Mistake) -> Diagnostic | None:
    if "quoted scalar" not in m.context:
        return None
    start = m.since if m.since is not None else m.at
    if "end of stream" in m.problem or "document indicator" in m.problem:
        quote = m.text[start : start + 1]
        return m.report(
            "SPC0009",
            "this quote is never closed",
            f"close it with `{quote}`",
            (start, start + 1),
            edits=text_edits.quote_closed(m, start),
            safe=False,
        )
    escape = m.text.rfind("\\", m.line_start, m.at + 1)
    begin = escape if escape >= 0 else m.at
    found = re.compile(r"\\(?:[xuU][0-9a-fA-F]*|.)?").match(m.text, begin)
    shown = found.group() if found else m.text[begin : begin + 1]
    if "Unicode" in m.problem:
        return m.report(
            "SPC0009",
            "this escape is not a character",
            "write the character itself, or `\\U` and its eight hexadecimal digits",
            (begin, begin + len(shown)),
        )
    return m.report(
        "SPC0009",
        f"`{shown}` is not an escape that double quotes know",
        f"write `\\{shown}` for a backslash, or use single quotes",
        (begin, begin + len(shown)),
        edits=m.edit(begin, begin, "\\"),
        safe=False,
    )


def _quote_of_an_earlier_line(m: Mistake) -> Diagnostic | None:
    """A quote that was closed by the quote that opens a text further down."""
    if not (_follows_quote(m) and m.quoted):
        return None
    start, end = m.quoted
    if "\n" not in m.text[start:end]:
        return None
    line, _ = place(m.text, start)
    closing = span_at(m.file, m.text, end - 1, end)
    return m.report(
        "SPC0009",
        "this quote is not closed on its own line",
        f"close it with `{m.text[start]}` on line {line}",
        (start, start + 1),
        (Label(closing, "taken for its closing quote"),),
        text_edits.quote_closed(m, start),
        safe=False,
    )


def _follows_quote(m: Mistake) -> bool:
    """Whether what cannot be read stands behind a quoted text, on the line of its end."""
    if m.quoted is None:
        return False
    _, end = m.quoted
    start = m.since if m.since is not None and m.since >= end else m.at
    return start < len(m.text) and not m.text[end:start].strip(" \t")


def _after_quote(m: Mistake) -> Diagnostic | None:
    if not _follows_quote(m):
        return None
    touches = m.text[m.at - 1] in "'\"" and m.character not in "'\"[{:"
    if "block" not in m.context and not ("flow" in m.context and touches):
        return None
    text = m.rest_of_line(m.at)
    if "flow" in m.context:
        text = re.split(r"[,\]}]", text, maxsplit=1)[0]
    if edits := text_edits.quotes_in_quotes(m):
        return m.report(
            "SPC0009",
            "text stands after the closing quote",
            "write other quotes around those in the text: `'cast(x, \"int32\")'`",
            (m.at, m.at + len(text)),
            edits=edits,
            safe=False,
        )
    return m.report(
        "SPC0009",
        "text stands after the closing quote",
        "put the whole value in one pair of quotes",
        (m.at, m.at + len(text)),
        edits=text_edits.quote_widened(m, m.quoted[1], len(text)) if m.quoted else (),
        safe=False,
    )


RULES: tuple[Advice, ...] = (
    _quote_of_an_earlier_line,
    _tab,
    _directive,
    _tag,
    _document,
    other_tools.tight_dash,
    other_tools.block_in_braces,
    other_tools.indexed_layer,
    _unquoted_start,
    _quotes,
    block_advice.bracket_after_key,
    block_advice.second_colon,
    block_advice.too_far_in,
    block_advice.missing_colon,
    flow_advice.cramped_in_braces,
    flow_advice.stray_bracket,
    flow_advice.open_bracket,
    _after_quote,
    flow_advice.commas,
    block_advice.same_line_dash,
    block_advice.misaligned,
    block_advice.below_braces,
    block_advice.stray_comma,
)


def _start_of(m: Mistake) -> int:
    """Where the alias or anchor begins that was being read."""
    return m.since if m.since is not None else max(m.line_start, m.at - 1)
