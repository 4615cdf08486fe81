"""What to change in indented text: colons, dashes, and what stands under what."""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.fixes import in_quotes
from spec_compiler.source.items_torn import Torn, among_items
from spec_compiler.source.mistake import Mistake, line_above, spaces, word_at
from spec_compiler.source.positions import span_at
from spec_compiler.source.python_forms import quoted
from spec_compiler.source.split_text import bracketed, cramped, entry_meant, no_space
from spec_compiler.source.text_edits import into_braces, list_below
from spec_compiler.spans import Label


def bracket_after_key(m: Mistake) -> Diagnostic | None:
    """`seq:{min: 2}` or `seq {min: 2}`: the bracket is taken for text."""
    if "flow" in m.context:
        return None
    start, line = m.line_start, m.rest_of_line(m.line_start)
    text = line.lstrip(" -")
    begin = start + len(line) - len(text)
    return bracketed(text, span_at(m.file, m.text, begin, start + len(line)))


def second_colon(m: Mistake) -> Diagnostic | None:
    """`doc: see this: it works`: a colon and a blank inside a value."""
    if "mapping values are not allowed" not in m.problem:
        return None
    if m.before.startswith("---"):
        help_ = "begin the mapping on the line below `---`"
        start = m.line_start + 3
        edits = m.edit(start, len(m.text) - len(m.text[start:].lstrip(" \t")), "\n")
        what = "a mapping cannot begin on the line of `---`"
        return m.report("SPC0001", what, help_, edits=edits)
    first = re.match(
        r"(?:[ ]|-[ ]|\?[ ])*+(?:\"[^\"]*\"|'[^']*'|[^\s\"':]+|[^:]*?):[ \t]+", m.before
    )
    if not first:
        return None
    start = m.line_start + first.end()
    text = m.rest_of_line(start)
    return m.report(
        "SPC0010",
        "a colon followed by a space starts a mapping, which cannot stand inside a value",
        f"quote the text: {quoted(text)}",
        edits=m.edit(start, start + len(text), in_quotes(text)),
    )


def too_far_in(m: Mistake) -> Diagnostic | None:
    """A key below `key: value`, but further to the right."""
    if "mapping values are not allowed" not in m.problem:
        return None
    if len(m.before) > 1000:
        help_ = "a key has at most 1,000 characters"
        return m.report("SPC0030", "the key is too large", help_, (m.line_start, m.at))
    start, above = line_above(m.text, m.line_start)
    found = re.match(r"(?:[ ]|-[ ])*", above)
    indent = found.end() if found else 0
    own = len(m.before) - len(m.before.lstrip(" -"))
    key = m.before[own:].strip()
    first, mine = m.line_start + own, (m.line_start + own, m.at)
    if not re.search(r":(?:\s|$)", above):
        return _no_colon(m, start + indent, above[indent:])
    more = own - indent
    if more <= 0:
        return m.report("SPC0001", f"`{key}` cannot be a key here", "check the lines above", mine)
    upper = re.split(r":(?:\s|$)", above[indent:], maxsplit=1)[0]
    return m.report(
        "SPC0007",
        f"`{key}` is indented too far",
        f"remove {spaces(more)}: `{key}` belongs in line with `{upper}`",
        (first, m.at),
        (
            Label(
                span_at(m.file, m.text, start + indent, start + indent + len(upper)),
                "in line with this",
            ),
        ),
        m.moved(-more),
    )


def missing_colon(m: Mistake) -> Diagnostic | None:
    """A key without a colon, or with one that touches its value."""
    if "could not find expected ':'" not in m.problem or m.since is None:
        return None
    return _no_colon(m, m.since, m.rest_of_line(m.since))


def _no_colon(m: Mistake, start: int, text: str) -> Diagnostic:
    text = text.strip()
    if parts := cramped(text):
        return no_space(*parts, span_at(m.file, m.text, start, start + len(text)))
    if text[:1] == "{" and (found := _item_without_dash(m, start, text)):
        return found
    if text[:1] in "\"'" and text:
        return m.report(
            "SPC0012",
            "the key has no value",
            "write a colon and a value after it",
            (start, start + len(text)),
        )
    return m.report(
        "SPC0012",
        f"`{text[:60]}` has no value",
        f"write `{entry_meant(text[:60])}`; text of several lines is quoted, or begins with `|`",
        (start, start + len(text)),
        edits=m.edit(start, start + len(text), entry_meant(text))
        if not entry_meant(text).endswith("...")
        else (),
        safe="=" in text,
    )


def _item_without_dash(m: Mistake, start: int, text: str) -> Diagnostic | None:
    """`{type: …}` in line with the dash of the item above it."""
    line_start = m.text.rfind("\n", 0, start) + 1
    column = start - line_start
    _, above = line_above(m.text, line_start)
    if m.text[line_start:start].strip() or above[column : column + 2] != "- ":
        return None
    return m.report(
        "SPC0007",
        "`{` stands among the items of a list",
        "write `- {`",
        (start, start + len(text)),
        edits=m.edit(start, start, "- "),
    )


def same_line_dash(m: Mistake) -> Diagnostic | None:
    """`a: - b`: a list on the line of its key."""
    if "sequence entries are not allowed" not in m.problem:
        return None
    help_ = "begin the list on the next line, or write `[a, b]`; quote a text that begins with `- `"
    what = "a list with dashes must begin on a line of its own"
    return m.report("SPC0007", what, help_, edits=list_below(m), safe=False)


def stray_comma(m: Mistake) -> Diagnostic | None:
    """`- {…},`: a comma between items that have lines of their own."""
    if m.character != "," or "block" not in m.context:
        return None
    return m.report(
        "SPC0013",
        "this comma stands outside of brackets",
        "remove the comma",
        edits=m.edit(m.at, m.at + 1, ""),
    )


def below_braces(m: Mistake) -> Diagnostic | None:
    """A key below `name: {…}` or `- {…}`, but further to the right: the braces are closed."""
    start, above = line_above(m.text, m.line_start)
    found = re.match(r"(?:[ ]|-[ ])*", above)
    indent = found.end() if found else 0
    if "block" not in m.context or not above.rstrip().endswith("}") or m.column < indent:
        return None
    line = m.rest_of_line(m.at)
    if not re.match(r"[\w\"'].*:(?:\s|$)", line):
        return None
    end = start + len(above.rstrip())
    label = Label(span_at(m.file, m.text, end - 1, end), "the braces are closed here")
    upper, key = word_at(m.text, start + indent), m.word
    if m.column - indent == 1:
        help_ = f"remove one space: `{key}` belongs in line with `{upper}`"
        edits = m.moved(-1)
    else:
        help_ = f"move it into the braces: `, {line}}}`"
        edits = into_braces(m, end, line)
    return m.report(
        "SPC0007",
        f"`{key}` is indented below what is complete already",
        help_,
        (m.at, m.at + len(key)),
        (label,),
        edits,
    )


def _beside_dash(m: Mistake) -> Diagnostic | None:
    """A dash that is not quite below the dash above."""
    if m.character != "-":
        return None
    start, line = m.line_start, ""
    while start > 0:
        start, line = line_above(m.text, start)
        column = len(line) - len(line.lstrip())
        if line.lstrip().startswith("- ") and 0 < abs(m.column - column) < 3:
            change = "remove" if m.column > column else "add"
            dash = span_at(m.file, m.text, start + column, start + column + 1)
            return m.report(
                "SPC0007",
                "this dash is not in line with the dash above it",
                f"{change} {spaces(abs(m.column - column))}",
                labels=(Label(dash, "the dash above"),),
                edits=m.moved(column - m.column),
            )
        if column < min(m.column, 1) or column == 0:
            return None
    return None


def misaligned(m: Mistake) -> Diagnostic | None:
    """A line that stands under none of the lines above."""
    if "block" not in m.context or m.since is None:
        return None
    if m.character == ":":
        return m.report("SPC0015", "a key is missing before the colon", "write a name before it")
    word = m.word
    extent = (m.at, m.at + len(word))
    outer = m.since - (m.text.rfind("\n", 0, m.since) + 1)
    started = span_at(m.file, m.text, m.since, m.since + 1)
    if found := _beside_dash(m):
        return found
    if "mapping" in m.context and m.character == "-":
        return m.report(
            "SPC0007",
            "a list item stands among the keys of a mapping",
            "indent the list under its key, or remove the dash",
            labels=(Label(started, "the mapping begins here"),),
        )
    if "mapping" not in m.context and m.column <= outer:
        torn = among_items(m) if m.column == outer else Torn("", ())
        return m.report(
            "SPC0007",
            f"`{word}` stands among the items of a list",
            torn.help or f"write `- {word}`, or indent the line as the key that it belongs to",
            extent,
            (Label(started, "the list begins here"),),
            torn.edits,
            safe=torn.safe,
        )
    start, above = line_above(m.text, m.line_start)
    found = re.match(r"(?:[ ]|-[ ])*", above)
    inner = found.end() if found else 0
    if inner <= m.column:
        return None
    upper = word_at(m.text, start + inner)
    return m.report(
        "SPC0007",
        f"`{word}` stands under no line above it",
        f"add {spaces(inner - m.column)} to put it in line with `{upper}`"
        + (
            f", or remove {spaces(m.column - outer)}"
            if m.column > outer and "mapping" in m.context
            else ""
        ),
        extent,
        (Label(span_at(m.file, m.text, start + inner, start + inner + len(upper)), "above"),),
        m.moved(inner - m.column),
        safe=not (m.column > outer and "mapping" in m.context),
    )
