"""Bytes to text, and the characters that a text may hold."""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.source.build import UnreadableError
from spec_compiler.source.positions import place, span_at
from spec_compiler.spans import Edit, Span

# compiled when it is needed: the large class takes longer than a small file
_CONTROL = "[\x00-\x08\x0b-\x1f\x7f]"
_NOT_YAML = (
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_NOT_JSON = "[\x00-\x08\x0b-\x1f\ud800-\udfff]"
_NAMES = {
    "\x00": "a NUL character",
    "\x1b": "an escape character",
    "\x85": "an invisible line break",
    "\u2028": "an invisible line break",
    "\u2029": "an invisible line break",
    "\ufeff": "a byte order mark in the middle of the text",
}


def tidy(text: str) -> str:
    """The text without a byte order mark, its lines ended by a line feed."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def not_utf8(raw: bytes, error: UnicodeDecodeError, file: str) -> Diagnostic:
    """What to say about bytes that are not UTF-8."""
    line, column = place(before := tidy(raw[: error.start].decode("utf-8")), len(before))
    span = Span(file, line, column, line, column + 1)
    encoding = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}.get(raw[:2])
    if encoding:
        message = f"the file is {encoding}, not UTF-8"
    else:
        message = f"byte {error.start} (0x{raw[error.start]:02x}) is not UTF-8"
    return Diagnostic("SPC0002", message, span, help="save the file as UTF-8")


def check_characters(text: str, file: str, *, is_json: bool) -> None:
    """Refuse a tidy text with control characters, or characters that are not Unicode.

    Raises:
        UnreadableError: at the first of them.
    """
    pattern = _NOT_JSON if is_json else _CONTROL if text.isascii() else _NOT_YAML
    found = re.search(pattern, text)
    if found is None:
        return
    character = found.group()
    code = f"U+{ord(character):04X}"
    what = f"{_NAMES[character]} ({code})" if character in _NAMES else f"the character {code}"
    span = span_at(file, text, found.start(), found.end())
    half = "\ud800" <= character <= "\udfff"
    escaped = f'; inside double quotes it can be written as `"\\u{ord(character):04x}"`'
    raise UnreadableError(
        Diagnostic(
            "SPC0003",
            f"{what} is not allowed in a spec",
            span,
            help="remove it: it is half of a character" if half else f"remove it{escaped}",
            edits=() if half else (Edit(span, ""),),
            safe=False,
        )
    )
