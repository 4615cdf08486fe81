"""The tokens of YAML or JSON that may be broken: what an editor holds at any moment is read so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_BLANK = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"#[^\n]*")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"?|\'(?:[^\'\n]|\'\')*\'?')
_DASH = re.compile(r"-(?=[ \t\n]|$)")
_COLON = re.compile(r":(?=[ \t\n,\[\]{}]|$)")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\n]*)?(?=\n|$)")
_PLAIN = re.compile(r"(?:[^\s:#]|:(?![ \t\n]|$)|(?<![ \t])#|[ \t]+(?=[^\s#:]|:(?![ \t\n]|$)))+")
_PLAIN_IN_FLOW = re.compile(
    r"(?:[^\s:#,\[\]{}]|:(?![ \t\n,\[\]{}]|$)|(?<![ \t])#"
    r"|[ \t]+(?=[^\s#:,\[\]{}]|:(?![ \t\n,\[\]{}]|$)))+"
)


class Token(NamedTuple):
    """A sign, a scalar, or a comment.

    Attributes:
        kind: One of `-:{}[],`, or `scalar`, or `#`.
        text: A scalar as far as it can be read; of others, the sign.
        start: How many characters of the text stand before it.
        end: Where it ends.
        line: Its line, from 1.
        column: How many characters stand before it on its line.
        first: Whether it is the first on its line.
        style: The quote of a scalar; `|` of one that has lines of its own; else empty.
    """

    kind: str
    text: str
    start: int
    end: int
    line: int
    column: int
    first: bool
    style: str = ""


def tokens(text: str, start: int, end: int, line: int, depth: int = 0) -> Iterator[Token]:
    """The tokens of some lines.

    Args:
        text: The whole text.
        start: Where the first of the lines begins.
        end: Where the last of them ends.
        line: The number of the first line, from 1.
        depth: How many brackets are open before it.
    """
    at, begins, first = start, start, True
    opened = -1  # the indentation of the line on which the outermost bracket was opened
    indent = key_column = 0
    behind_quotes = False
    while at < end:
        sign = text[at]
        if sign == "\n":
            at, line, first, begins = at + 1, line + 1, True, at + 1
            continue
        if sign in " \t\r":
            at = max(at + 1, _stop(_BLANK, text, at, end))
            continue
        column = at - begins
        if first:
            indent = key_column = column
            broken = _DASH.match(text, at, end) or column <= opened
            if depth and broken and sign not in "}],":
                depth = 0  # nobody closed them
        style = ""
        if sign == "#" and (first or text[at - 1] in " \t"):
            kind, stop = "#", _stop(_COMMENT, text, at, end)
        elif sign in "\"'" and not behind_quotes:
            kind, stop, style = "scalar", _stop(_QUOTED, text, at, end), sign
        elif sign in "{[" or (depth and sign in "}],"):
            kind, stop = sign, at + 1
            if sign in "{[":
                opened = indent if depth == 0 else opened
                opened = -1 if depth == 0 and column == 0 else opened
            depth = max(0, depth + (1 if sign in "{[" else -1 if sign in "}]" else 0))
        elif sign == ":" and (behind_quotes or _COLON.match(text, at, end)):
            kind, stop = ":", at + 1
        elif sign == "-" and not depth and column == key_column and _DASH.match(text, at, end):
            kind, stop = "-", at + 1
            key_column = stop + _stop(_BLANK, text, stop, end) - stop - begins
        elif sign in "|>" and not depth and _HEADER.match(text, at, end):
            kind, style = "scalar", "|"
            stop = _block_end(text, _stop(_HEADER, text, at, end), end, key_column)
        else:
            kind = "scalar"
            stop = _stop(_PLAIN_IN_FLOW if depth else _PLAIN, text, at, end)
        stop = max(stop, at + 1)
        behind_quotes = style not in {"", "|"}
        yield Token(kind, _read(text[at:stop], style), at, stop, line, column, first, style)
        if style == "|":
            line += text.count("\n", at, stop)
            begins = text.rfind("\n", 0, stop) + 1
        at, first = stop, False


def _stop(pattern: re.Pattern[str], text: str, at: int, end: int) -> int:
    found = pattern.match(text, at, end)
    return found.end() if found else at


def _block_end(text: str, at: int, end: int, column: int) -> int:
    """Where the lines end that are indented more than the key that they belong to."""
    stop = at
    while at < end:
        at += 1  # the line feed
        feed = text.find("\n", at, end)
        after = end if feed < 0 else feed
        written = text[at:after]
        if written.strip() and len(written) - len(written.lstrip(" ")) <= column:
            return stop
        at = after
        stop = after if written.strip() else stop
    return stop


def _read(written: str, style: str) -> str:
    """What a scalar says, as far as editing it needs: escapes are left as they are."""
    if style in {"", "|"}:
        return written
    ends = len(written) > 1 and written.endswith(style)
    inner = written[1:-1] if ends else written[1:]
    return inner.replace("''", "'") if style == "'" else inner
