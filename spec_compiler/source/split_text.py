"""Text that a comma cut in two: `{equation: ab,bc->ac}` has the keys `equation` and `bc->ac`."""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostic, Edit, Span

_COLON_FOLLOWS = re.compile(r"(?:\s|#[^\n]*+)*+:")
_PIECES = re.compile(r"[^,:{}\[\]#\"'\n]+(?:,[^,:{}\[\]#\"'\n]+)*(?=[ \t]*[,}\n])")


def colon_follows(text: str, end: int) -> bool:
    """Whether the key that ends at `end` has a colon, after blanks and comments."""
    return _COLON_FOLLOWS.match(text, end) is not None


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
    return Diagnostic(
        "SPC0012",
        f"the key `{shown}` has no value",
        span,
        help=f"write `{shown}: ...`, or quote the text that the comma belongs to",
    )
