"""How a scalar is written: as plain as every reader of YAML allows, and as the author had it."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from spec_compiler.refusals import Refusal
from spec_compiler.source.presentation import Text
from spec_compiler.source.scalars import resolve
from spec_compiler.writing.block_scalars import block_of

_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$./]*")
# What YAML 1.1 or 1.2 readers resolve to a boolean or null, and what Python users take for it.
# (`y` and `n` are booleans on paper only, and natural names.)
_RESERVED = {"true", "false", "yes", "no", "on", "off", "null", "none"}
# What some reader takes for a number, a date or a time: `1_000`, `12:30`, `2024-01-01`, `0b1`.
_LIKE_NUMBER = re.compile(
    r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-f_]+|\.inf|\.nan|\.[0-9_]+(?:e[-+]?[0-9]+)?"
    r"|[0-9][0-9_]*(?::[0-9]+)*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?)"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|=|<<",
    re.IGNORECASE | re.DOTALL,
)
_ALWAYS = re.compile(
    r"""\Z|[\s#&*!|>'"%@`?:]|-(?:\s|\Z|--)|\.\.\.\s"""  # how it begins
    r"""|.*(?::(?:\s|\Z)|\s\#|\s\Z)""",  # what is in it
    re.DOTALL | re.VERBOSE,
)
_UNPRINTABLE = re.compile(
    "[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_BRACKETS = re.compile(r"[,\[\]{}]")


class Quotes(IntEnum):
    """Where a text needs quotes."""

    NEVER = 0
    IN_BRACKETS = 1
    ALWAYS = 2


class Form(NamedTuple):
    """How a scalar is written.

    Attributes:
        flow: Within brackets; None for a text that must have lines of its own.
        block: Outside of them, in one line; the first line of a block scalar.
        body: The other lines of a block scalar, not indented.
        paragraph: Whether the text may be broken at each blank.
    """

    flow: str | None
    block: str
    paragraph: bool = False
    body: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def form_of(text: Text, *, is_key: bool = False) -> Form:
    """How a scalar is written; numbers and escapes stay as they are."""
    form = _form(text, is_key)
    if not text.anchor:
        return form
    flow = form.flow and f"{text.anchor} {form.flow}"
    return form._replace(flow=flow, block=f"{text.anchor} {form.block}".rstrip())


def _form(text: Text, is_key: bool) -> Form:
    value, style, raw, _ = text
    if style == "*":
        return Form(raw, raw)
    if style in ("|", ">"):
        block = None if is_key else block_of(text)
        if block is not None:
            return Form(None, block[0], body=block[1])
        return Form(double_quoted(value), double_quoted(value))
    if not style and not value:
        return Form("null", "")
    if not style and (is_key or not _is_text(value)):
        quotes = _for_syntax(value)
    else:
        quotes = needs_quotes(value)
    lines = "\n" in raw
    paragraph = lines and bool(style or quotes is not Quotes.ALWAYS) and _is_paragraph(value)
    if quotes is Quotes.NEVER:
        return Form(value, value, paragraph)
    written = raw if style == '"' and not lines else _quoted(value, raw, style)
    plain = quotes is Quotes.IN_BRACKETS and not style
    return Form(written, value if plain else written, paragraph)


def needs_quotes(value: str) -> Quotes:
    """Where a text needs quotes, so that no reader takes it for something else."""
    if _WORD.fullmatch(value):
        return Quotes.ALWAYS if value.lower() in _RESERVED else Quotes.NEVER
    if not _is_text(value) or _LIKE_NUMBER.fullmatch(value):
        return Quotes.ALWAYS
    return _for_syntax(value)


def _for_syntax(value: str) -> Quotes:
    if _ALWAYS.match(value) or _UNPRINTABLE.search(value):
        return Quotes.ALWAYS
    if value[0] in ",[]{}":
        return Quotes.ALWAYS
    return Quotes.IN_BRACKETS if _BRACKETS.search(value) else Quotes.NEVER


def _is_text(value: str) -> bool:
    try:
        return isinstance(resolve(value), str)
    except Refusal:
        return False


def _is_paragraph(value: str) -> bool:
    """Whether words with one blank between them are all that there is."""
    return value == " ".join(value.split()) and not _UNPRINTABLE.search(value) and " " in value


def _quoted(value: str, raw: str, style: str) -> str:
    """A text in quotes: double ones, where that needs no escapes that single ones do not."""
    single = style == "'" or not style
    escapes = '"' in value or "\\" in value
    if single and escapes and "'" not in value and not _UNPRINTABLE.search(value):
        return f"'{value}'"
    if style == "'" and escapes and "\n" not in raw:
        return raw
    return double_quoted(value)


def double_quoted(value: str) -> str:
    """A text in double quotes."""
    # where a log shows it, `##[` would be a command
    return '"' + "".join(map(_character, value)).replace("##", "#\\x23") + '"'


def _character(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    point = ord(character)
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
