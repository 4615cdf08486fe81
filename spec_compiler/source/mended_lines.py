"""What a broken line may become so that the text around it can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_DASHES = re.compile(r"[ ]*(?:-[ ]+)*-(?=[ ]|\Z)")
_WORD = re.compile(r"[ ]*(?:-[ ]+)*[\w.-]+[ ]*\Z")
_SIGN = re.compile(r"""\\.|["'\[\]{}#]""")
_CLOSING = {"[": "]", "{": "}"}
_FAR = 400
"""Lines above a broken one that are looked at."""


class Stop(NamedTuple):
    """Where a parser stopped, in lines from 0.

    Attributes:
        line: Where it saw that something is wrong.
        since: Where that began which it was reading; None where it does not say.
    """

    line: int
    since: int | None = None


class Open(NamedTuple):
    """What is open at the end of a line that began outside of everything.

    Attributes:
        quote: The quote that is open, or empty.
        at: Where it stands.
        brackets: The brackets that are open, the outermost first.
    """

    quote: str
    at: int
    brackets: str


def mends(lines: list[str], stop: Stop) -> Iterator[dict[int, str]]:
    """What lines may become, the least first; each is tried until one lets the parser read on."""
    seen: list[int] = []
    line = min(stop.line, len(lines) - 1)
    above = _above(lines, line)
    for index in (stop.since, line, above):
        if index is not None and 0 <= index < len(lines) and index not in seen:
            seen.append(index)
    states = {index: opened(lines[index]) for index in _upwards(line)}
    quoted = [index for index, state in states.items() if state.quote][:1]
    bracketed = [index for index, state in states.items() if state.brackets][:1]
    for index in dict.fromkeys([*quoted, *bracketed, *seen]):
        yield from ({index: text} for text in _completed(lines[index]))
    for index in seen:
        yield from ({index: text} for text in _cut(lines[index]))
    yield from _blocks(lines, line)


def _upwards(line: int) -> range:
    return range(line, max(line - _FAR, -1), -1)


def _above(lines: list[str], line: int) -> int | None:
    """The nearest line above that says something."""
    for index in _upwards(line - 1):
        if lines[index].strip() and not lines[index].lstrip().startswith("#"):
            return index
    return None


def opened(line: str) -> Open:
    """What is open at the end of a line; within a line of block style a quote begins a value."""
    quote, at, brackets = "", 0, ""
    for found in _SIGN.finditer(line):
        sign, start = found[0], found.start()
        if quote:
            quote = "" if sign == quote else quote
        elif sign in ('"', "'"):
            before = line[:start].rstrip(" ")
            if not before or before[-1] in ":,[{-":
                quote, at = sign, start
        elif sign == "#" and (not start or line[start - 1] in " \t"):
            break
        elif sign in _CLOSING:
            before = line[:start].rstrip(" ")
            if brackets or not before or before[-1] in ":-,":
                brackets += sign
        elif brackets and sign in ("]", "}") and _CLOSING[brackets[-1]] == sign:
            brackets = brackets[:-1]
    return Open(quote, at, brackets)


def _completed(line: str) -> Iterator[str]:
    """A line with what it lacks: closing signs, a colon, a comma."""
    state = opened(line)
    closing = "".join(_CLOSING[bracket] for bracket in reversed(state.brackets))
    if state.quote:
        yield line + state.quote + closing
        yield line + state.quote
        yield line + state.quote + ","
        yield line[: state.at] + closing
        yield line[: state.at].rstrip() + ","
    elif closing:
        yield line.rstrip().rstrip(",") + closing
        yield line.rstrip() + ": " + closing
    if _WORD.match(line):
        yield line.rstrip() + ":"
    if line.rstrip()[-1:] not in ("", ",", ":", "{", "["):
        yield line.rstrip() + ","


def _cut(line: str) -> Iterator[str]:
    """A line without what it says."""
    dashes = _DASHES.match(line)
    if dashes and dashes.end() < len(line.rstrip()):
        yield line[: dashes.end()]
    if line.strip():
        yield ""
    signs = "".join(sign for sign in line if sign in "[]{},")
    if signs and signs != line.strip():
        yield signs


def _blocks(lines: list[str], line: int) -> Iterator[dict[int, str]]:
    """Without all that stands from the beginning of an item or a section to the broken line."""
    indent: int | None = None
    for index in _upwards(line):
        text = lines[index]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        own = len(text) - len(text.lstrip())
        if indent is not None and own >= indent:
            continue
        indent = own
        dashes = _DASHES.match(text)
        last = index
        while last + 1 < len(lines) and (
            last < line or not lines[last + 1].strip() or _indent(lines[last + 1]) > own
        ):
            last += 1
        kept = {index: text[: dashes.end()]} if dashes else {}
        yield {**dict.fromkeys(range(index, last + 1), ""), **kept}
        if not own:
            break
    yield dict.fromkeys(range(line, len(lines)), "")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
