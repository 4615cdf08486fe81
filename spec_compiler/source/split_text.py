"""Keys in braces without a value: `{units:2}`, or text that a comma cut in two.

`{equation: ab,bc->ac}` has the keys `equation` and `bc->ac`.
"""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.spans import Edit, Span

_PIECES = re.compile(r"[^,:{}\[\]#\"'\n]+(?:,[^,:{}\[\]#\"'\n]+)*(?=[ \t]*[,}\n])")
_CRAMPED = re.compile(r"([^\W\d][\w.-]*):(?!//)(\S.*)")
_BRACKETED = re.compile(r"(?P<key>[A-Za-z_][\w.-]*)(?P<colon>:?)(?P<space>[ ]*)(?P<bracket>[\[{])")
_TWO_WORDS = re.compile(r"([A-Za-z_]\w*) +(\S.*)")


def cramped(key: str) -> tuple[str, str] | None:
    """The key and the value that `units:2` was meant to be."""
    found = _CRAMPED.fullmatch(key)
    return (found[1], found[2]) if found else None


def no_space(name: str, value: str, span: Span) -> Diagnostic:
    """What to say about a colon that touches its value; `span` is both."""
    meant = f"{name}: {value}"
    return Diagnostic(
        "SPC0012",
        "a space is missing after the colon",
        span.inside(len(name), len(name) + 1),
        help=f"write `{meant}`",
        edits=(Edit(span, meant),),
    )


def bracketed(text: str, span: Span) -> Diagnostic | None:
    """What to say of a key with a bracket that was to begin its value: `seq:{min` or `seq {min`."""
    found = _BRACKETED.match(text)
    if found is None or (found["colon"] and found["space"]):
        return None
    key = found["key"]
    wrong = "a space is missing after the colon" if found["colon"] else f"no colon follows `{key}`"
    return Diagnostic(
        "SPC0012",
        wrong,
        span.inside(*found.span("colon" if found["colon"] else "key")),
        help=f"write `{key}: {found['bracket']}`",
    )


def end_of_pieces(text: str, start: int, end: int) -> int:
    """Where the last of the keys without a value ends that begin at `start`."""
    pieces = _PIECES.match(text, start)
    return start + len(pieces.group().rstrip()) if pieces else end


def only_comma(text: str, start: int, end: int) -> bool:
    """Whether nothing but a comma and blanks stands between, on one line."""
    between = text[start:end]
    return between.strip(" \t") == ","


def cut_equation(whole: str, start: Span) -> Diagnostic:
    """What to say about an equation on one line that was cut in two; `start` is its first part."""
    span = start.inside(0, len(whole))
    return Diagnostic(
        "SPC0011",
        "an equation must be quoted: inside braces a comma ends a value",
        span,
        help=f'quote the equation: `"{whole}"`',
        edits=(Edit(span, f'"{whole}"'),),
    )


def no_value(key: str, span: Span) -> Diagnostic:
    """What to say about a key with neither colon nor value."""
    shown = " ".join(key.split())[:60]
    words = _TWO_WORDS.fullmatch(shown)
    meant = f"{words[1]}: {words[2]}" if words else f"{shown}: ..."
    return Diagnostic(
        "SPC0012",
        f"the key `{shown}` has no value",
        span,
        help=f"write `{meant}`, or quote the text that the comma belongs to",
    )
