"""What to change inside brackets: commas, and what closes what."""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.fixes import in_quotes
from spec_compiler.placeholders import begins, unknown
from spec_compiler.source.mistake import Mistake, line_end
from spec_compiler.source.positions import place, span_at
from spec_compiler.source.python_forms import quoted
from spec_compiler.source.split_text import bracketed
from spec_compiler.spans import Edit, Label

# Keys are bounded, or a long line would take quadratic time.
_KEY = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s,:\[\]{}\#"'-](?:[^,:\[\]{}\n]|:(?=\S)){0,100}?)"""
_NEW_ENTRY = re.compile(rf"\n *(-(?=\s)|---|{_KEY}(?= *:(?:\s|$)))")
_LAST_KEY = re.compile(r"[{,]\s*([A-Za-z_][\w.-]*)\s*$")
_VALUE = re.compile(r"[A-Za-z_]\w*: +([^\s,:\[\]{}\"'][^,:\[\]{}\"']*[^\s,:\[\]{}]|[^\s,:\[\]{}])$")
_OPEN_CALL = re.compile(
    r"[A-Za-z_]\w*: +([A-Za-z_][\w.]*\([^)\[\]{}\"']*(?:\([^()]*\)[^)\[\]{}\"']*)*)$"
)
_OF_LIST = re.compile(r"(min|max)\(\[([\w ,+*/-]*)\]\)")
_FAR = 1000
"""How many characters before a place are looked at, and behind it."""
_LINE_BEGINNING = re.compile(rf" *(?:- +)*{_KEY}? *")


def cramped_in_braces(m: Mistake) -> Diagnostic | None:
    """`{a:}`: a colon that touches a bracket or comma."""
    if "found unexpected ':'" not in m.problem:
        return None
    return m.report("SPC0012", "a space is missing after the colon", "write `: ` or quote the text")


def stray_bracket(m: Mistake) -> Diagnostic | None:
    """A closing bracket where none is open."""
    if m.character not in ("]", "}") or not m.character or "flow" in m.context:
        return None
    return m.report(
        "SPC0008",
        f"`{m.character}` closes nothing",
        f"remove `{m.character}`",
        edits=m.edit(m.at, m.at + 1, ""),
        safe=False,
    )


def open_bracket(m: Mistake) -> Diagnostic | None:
    """A bracket that is closed by another one, or never."""
    opened = _opened(m)
    if opened is None:
        return None
    bracket = m.text[opened]
    closing = "]" if bracket == "[" else "}"
    here = span_at(m.file, m.text, opened, opened + 1)
    if m.character in ("]", "}") and m.character and m.character != closing:
        return m.report(
            "SPC0008",
            f"`{m.character}` cannot close `{bracket}`",
            f"write `{closing}`",
            labels=(Label(here, "opened here"),),
            edits=m.edit(m.at, m.at + (not _closes_around(m, opened)), closing),
            safe=False,
        )
    outside = _line_outside(m, opened)
    at_end = not m.text[m.at :].strip()
    if not at_end and not (outside and _LINE_BEGINNING.fullmatch(m.before)):
        return None
    line, _ = place(m.text, opened)
    return m.report(
        "SPC0008",
        f"`{bracket}` on line {line} is never closed",
        f"close it with `{closing}`",
        (opened, opened + 1),
        (Label(span_at(m.file, m.text, *outside), "noticed here"),) if outside else (),
        _closed(m, opened, outside[0] if outside else len(m.text), closing),
    )


def _closed(m: Mistake, opened: int, until: int, closing: str) -> tuple[Edit, ...]:
    """The bracket closed at the end of its line, where nothing else on other lines is in it."""
    rest = m.rest_of_line(opened)
    end = opened + len(rest)
    closing += "".join("]" if m.text[at] == "[" else "}" for at in _around(m.text, opened))
    return m.edit(end, end, closing) if not m.text[end:until].strip(" -\n") else ()


def _around(text: str, opened: int) -> list[int]:
    """The brackets around an open one on its line, the innermost first, whatever is quoted."""
    depth, found = 0, list[int]()
    for offset in range(opened - 1, text.rfind("\n", 0, opened), -1):
        depth += (text[offset] in "]}") - (text[offset] in "[{")
        if depth < 0:
            found.append(offset)
            depth = 0
    return found


def _closes_around(m: Mistake, opened: int) -> bool:
    """Whether the bracket that cannot close the innermost one is needed by the one around it."""
    around = _around(m.text, opened)[:1]
    meant = [{"{": "}", "[": "]"}[m.text[at]] for at in around]
    return meant == [m.character] and m.character not in m.rest_of_line(m.at + 1)


def _line_outside(m: Mistake, opened: int) -> tuple[int, int] | None:
    """The first line that by its indentation is no part of the open bracket: its key or dash.

    A key at most as far in as the key or dash that the bracket belongs to begins a new entry, and
    so does a dash; but a dash right below a key would be that key's own list.
    """
    start = m.text.rfind("\n", 0, opened) + 1
    dashes = re.compile(r" *((?:- +)*)").match(m.text, start, opened)
    after_dashes = dashes.end() if dashes else start
    of_key = after_dashes < opened
    last_dash = m.text.rfind("-", start, after_dashes) - start
    limit = after_dashes - start if of_key else last_dash
    for line in _NEW_ENTRY.finditer(m.text, opened, line_end(m.text, m.at)):
        column = line.start(1) - line.start() - 1
        if column < limit or (column == limit and not (of_key and line[1] == "-")):
            return line.span(1)
    return None


def commas(m: Mistake) -> Diagnostic | None:
    """A comma that is missing, or has nothing before it."""
    if "flow" not in m.context:
        return None
    if "content" in m.problem:
        if m.character == ",":
            return m.report(
                "SPC0013",
                "a value is missing before this comma",
                "remove the comma",
                edits=m.edit(m.at, m.at + 1, ""),
            )
        if m.character == "-":
            help_ = "separate the values by commas, without dashes"
            return m.report("SPC0013", "a list with dashes cannot stand in brackets", help_)
        return None
    if m.character == ":":
        since_comma = re.split(r"[,\[{]", m.before)[-1]
        value = re.search(r":[ \t]+([^:]*)$", since_comma)
        words = (value.group(1) if value else since_comma).split()
        if value and len(words) < 2:
            return m.report(
                "SPC0010",
                "a colon followed by a space starts a mapping, which cannot stand inside a value",
                f"quote the text: {quoted(words[0] + ': ...' if words else ': ...')}",
            )
        start = m.at - len(words[-1]) if words else m.at
        return _comma_missing(m, start, words[-1] if words else ":")
    return _unquoted_bracket(m) or _colon_missing(m) or _comma_missing(m, m.at, m.word)


def _unquoted_bracket(m: Mistake) -> Diagnostic | None:
    """`{units: ${width}}` or `{function: x[:, 0]}`: a bracket within a text."""
    before = m.before[-_FAR:]
    found = _VALUE.search(before) or _OPEN_CALL.search(before)
    if m.character not in ("[", "{") or not m.character or not found:
        return None
    start = m.at - len(before) + found.start(1)
    text = m.rest_of_line(start)[:_FAR]
    if param := begins(text):
        end = start + param.end
        help_ = unknown(param) if param.outside else f"write `${param.name}`"
        new = "" if param.outside else f"${param.name}"
    else:
        end = _end_of_value(m.text, start, start + len(text))
        help_, new = f"quote the text: {quoted(m.text[start:end])}", in_quotes(m.text[start:end])
        if sizes := _OF_LIST.fullmatch(m.text[start:end]):
            new = in_quotes(f"{sizes[1]}({sizes[2]})")
            help_ = f"write `{new}`: sizes stand beside each other"
    message = "text with brackets in it must be quoted: inside braces they begin a value"
    edits = m.edit(start, end, new) if new else ()
    return m.report("SPC0010", message, help_, (start, end), edits=edits)


def _end_of_value(text: str, start: int, end: int) -> int:
    """Where a value ends whose brackets are part of it: at a comma or bracket outside of them."""
    depth = 0
    for at in range(start, end):
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}":
            depth -= 1
            if depth < 0:
                return at
        elif text[at] == "," and not depth:
            return at
    return end


def _colon_missing(m: Mistake) -> Diagnostic | None:
    """`{shape [4]}`: a key in braces, and the bracket that is its value."""
    key = _LAST_KEY.search(m.before)
    if m.character not in ("[", "{") or "flow mapping" not in m.context or not key:
        return None
    start = m.line_start + key.start(1)
    return bracketed(m.text[start : m.at + 1], span_at(m.file, m.text, start, m.at + 1))


def _comma_missing(m: Mistake, start: int, word: str) -> Diagnostic:
    between = m.text[m.line_start : start].rstrip()
    if between.endswith(";"):
        at = m.line_start + len(between) - 1
        return m.report(
            "SPC0013",
            "`;` parts nothing here",
            "write `,`",
            (at, at + 1),
            edits=m.edit(at, at + 1, ","),
        )
    message = f"a comma is missing before `{word}`"
    end = m.line_start + len(between)
    edits = m.edit(end, end, ",") if between else ()
    return m.report("SPC0013", message, f"write `, {word}`", (start, start + len(word)), (), edits)


def _opened(m: Mistake) -> int | None:
    """The innermost bracket that is open at the place, for a problem inside brackets."""
    if "flow" not in m.context:
        return None
    if m.since is not None and m.text[m.since : m.since + 1] in ("[", "{") and m.since < m.at:
        return m.since
    depth = 0
    for offset in range(m.at - 1, -1, -1):
        if m.text[offset] in "]}":
            depth += 1
        elif m.text[offset] in "[{":
            if not depth:
                return offset
            depth -= 1
    return None
