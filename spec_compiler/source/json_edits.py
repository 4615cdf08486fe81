"""Where a broken JSON text is to be edited: the offsets of what is replaced, and the new text."""

from __future__ import annotations

import re

SINGLE = re.compile(r"'[^'\"\\\n]*'")
"""Text in single quotes, as Python writes it."""
_COMMENT = re.compile(r"[ \t]*(?:#|//)[^\n]*|[ \t]*/\*.*?\*/", re.DOTALL)
_COMMENTS_AND_END = re.compile(r"(?:[ \t\n]++|(?:#|//)[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)++[\]}]")
_FAR = 1000


def trailing(text: str, at: int) -> bool:
    """Whether nothing but comments stands between an offset and a closing bracket."""
    return text[at : at + 1] in ("#", "/") and _COMMENTS_AND_END.match(text, at) is not None


def without_comment(text: str, at: int) -> tuple[int, int, str] | None:
    """Nothing in the place of a comment, and of its line where nothing else is on it."""
    before = len(text[:at].rstrip(" \t"))
    found = _COMMENT.match(text, before)
    if found is None:
        return None
    end = found.end()
    alone = before == 0 or text[before - 1] == "\n"
    return before, end + 1 if alone and text[end : end + 1] == "\n" else end, ""


def quote_closed(text: str, start: int) -> tuple[int, int, str]:
    """Where a quote that begins at an offset is most probably to be closed, on its line."""
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    at = start + max(len(line.rstrip(" \t,]}")), 1)
    return at, at, '"'


def torn(text: str, at: int, sign: str) -> tuple[int, int, str] | None:
    """The quote that lacks before a sign in `"Dense, "units"`, where text touches a quote.

    Args:
        text: All of it.
        at: Behind a quoted text.
        sign: What parts it from the next one: a comma or a colon.
    """
    if text[at - 1 : at] != '"' or not re.match(r"[\w.-]", text[at : at + 1]):
        return None
    begin = text.rfind('"', max(at - _FAR, 0), at - 1)
    found = re.fullmatch(rf'"([^"\n{sign}]+?)[ \t]*{sign}[ \t]*"', text[begin:at])
    place = begin + found.end(1) if begin >= 0 and found else -1
    return (place, place, '"') if place >= 0 else None


def brackets_closed(text: str, opened: list[int]) -> tuple[str, tuple[int, int, str]]:
    """All that is open closed at the end: what closes it, and the edit."""
    closings = "".join("}" if text[at] == "{" else "]" for at in reversed(opened))
    end = len(text.rstrip())
    return closings, (end, end, closings)
