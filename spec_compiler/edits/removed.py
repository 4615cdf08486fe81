"""What goes with an entry that is removed, its comma and its line, and what stays: comments.

A comment beside the entry is about it, and goes. One on a line of its own may be about anything.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Replaced: TypeAlias = "tuple[int, int, str]"
"""Where the removed text begins and ends, and what stays of it."""

_REST = re.compile(r"[ \t]*(?:#[^\n]*)?(?=\n|\Z)")
_TEXT_BEGINS = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\n]*)?\n|['\"][^'\"\n]*\n")


def from_brackets(text: str, start: int, end: int) -> Replaced | None:
    """An entry or an item in brackets less; None where it cannot be told what goes with it."""
    behind = re.compile(r"\s*,[ \t]*").match(text, end)
    if behind:
        line = text.rfind("\n", 0, start) + 1
        rest = _REST.match(text, behind.end())
        if rest and not text[line:start].strip():  # it has a line of its own
            kept = _comments(text, start, end, start - line)
            return line, min(rest.end() + 1, len(text)), kept
        return start, behind.end(), ""
    comma = text.rfind(",", 0, start)
    if comma >= 0 and not text[comma + 1 : start].strip():
        return comma, end, ""
    return (start, end, "") if text[start - 1 : start] in "[{ \n" else None


def from_lines(text: str, start: int, end: int, *, of_list: bool) -> Replaced | None:
    """An entry, or an item with its dash, less, on lines; None where something shares them."""
    rest = _REST.match(text, end)
    if rest is None:
        return None
    following = min(rest.end() + 1, len(text))
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start]
    if not before.strip() or (of_list and not before.replace("-", "", 1).strip()):
        kept = _comments(text, start, end, len(before) - len(before.lstrip()))
        return line, following, kept
    column = start - line
    below = text[following : following + column]
    if len(below) == column and not below.strip():  # the next entry moves beside the dash
        return start, following + column, ""
    return None


def _comments(text: str, start: int, end: int, indent: int) -> str:
    """The comments on lines of their own in what is removed."""
    if _TEXT_BEGINS.search(text, start, end):
        return ""  # what looks like one may be text
    own = (line.strip() for line in text[start:end].split("\n")[1:])
    return "".join(f"{' ' * indent}{line}\n" for line in own if line.startswith("#"))
