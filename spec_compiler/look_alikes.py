"""Characters that look like those of a spec and are others: `：` for `:`, a no-break space.

A text may hold all of them, in a `doc` for one. They are named only where an error is about a
word that would be plain ASCII without them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from spec_compiler.finding import Diagnostic
from spec_compiler.refusals import Severity
from spec_compiler.shortening import counted
from spec_compiler.spans import Edit, Span

_BLANKS = "\u00a0\u1680\u2007\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_HIDDEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_CYRILLIC = "аеорсухіѕјһԁԛԝАВЕКМНОРСТХІЅЈ", "aeopcyxisjhdqwABEKMHOPCTXISJ"
_GREEK = "οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX"
_MEANT = {
    **dict.fromkeys(_BLANKS, " "),
    **dict.fromkeys(_HIDDEN, ""),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
    **dict.fromkeys("∶﹕꞉", ":"),
    **dict.fromkeys("、﹐", ","),
    "∗": "*",
    "…": "...",
    "→": "->",
    "【": "[",
    "】": "]",
    **dict(zip(*_CYRILLIC, strict=True)),
    **dict(zip(*_GREEK, strict=True)),
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
"""What is meant by each; the last are the wide forms of ASCII."""
_WIDE = frozenset("：，｛｝［］、")
"""Those that part words, wherever they stand in a line whose other signs are ASCII."""
_MOST = 120
"""Characters of a text that is one word or entry."""
_SHOWN = 2
"""Characters that are named; of others it is said how many there are."""
_OPERATORS = frozenset({"SPC0104", "SPC0120"})
"""Codes of arithmetic, which says by itself what to write for one sign."""


def named(finding: Diagnostic, text: str) -> Diagnostic:
    """The finding, which says what other characters stand at its place; else as it is.

    Args:
        finding: What is wrong.
        text: The whole of the text in which that is.
    """
    span = finding.span
    if span is None or span.line != span.end_line or finding.severity is not Severity.ERROR:
        return finding
    lines = text.split("\n", span.line)
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    part = slice(span.column - 1, span.end_column - 1)
    written = line[part]
    if finding.code in _OPERATORS and len(written) == 1 and finding.edits:
        return finding
    around, safe, indent = "", True, _indent(line)
    if indent and (finding.code.startswith("SPC00") or part.start < indent.stop):
        part, written = indent, line[indent]
        around = "the indent"
    elif finding.code.startswith("SPC00") and written.isascii() and _WIDE.intersection(line):
        start = len(line) - len(line.lstrip(" -"))
        part, safe = slice(start, len(line.rstrip())), False
        written = line[part]
    meant = "".join(_pieces(line, part))
    if not written or len(written) > _MOST or written.isascii() or not meant.isascii():
        return finding
    at = span._replace(column=part.start + 1, end_column=part.stop + 1)
    return replace(_said(finding, written, meant, at, around), safe=safe)


def _indent(line: str) -> slice | None:
    """The blanks with which a line begins, where one of them is no space."""
    blank = line[: len(line) - len(line.lstrip(_BLANKS + " "))]
    return None if blank.isascii() else slice(0, len(blank))


def _pieces(line: str, part: slice) -> Iterator[str]:
    """What is meant by each character of a part of a line."""
    for at in range(*part.indices(len(line))):
        meant = _MEANT.get(line[at], line[at])
        after = _MEANT.get(line[at + 1 : at + 2], line[at + 1 : at + 2])
        wide = line[at] in "：，、﹐﹕∶" and after not in ("", " ")
        yield f"{meant} " if wide else meant


def _said(finding: Diagnostic, written: str, meant: str, at: Span, around: str) -> Diagnostic:
    others = [sign for sign in dict.fromkeys(written) if sign in _MEANT]
    names = [f"{_name(sign)} (U+{ord(sign):04X})" for sign in others[:_SHOWN]]
    if len(others) > _SHOWN:
        names.append(counted(len(others) - _SHOWN, "other character"))
    like = _MEANT[others[0]]
    which = f"is not {_shown(like)}" if like else "is not seen"
    if len(others) > 1:
        which = "are not what they look like"
    what = around or f"`{''.join(sign for sign in written if sign not in _HIDDEN)}`"
    instead = "indent with spaces" if around else f"write `{meant}`"
    return replace(
        finding,
        message=f"{what} holds {' and '.join(names)}, which {which}",
        span=at,
        annotation="",
        labels=(),
        notes=(),
        help=instead,
        edits=(Edit(at, meant),),
        allowed=(),
        safe=True,
        last=False,
    )


def _name(sign: str) -> str:
    name = unicodedata.name(sign, "a character").lower()
    return name if name.startswith("a ") else f"{'an' if name[0] in 'aeio' else 'a'} {name}"


def _shown(sign: str) -> str:
    return "a space" if sign == " " else f"`{sign}`"
