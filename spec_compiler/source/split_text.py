"""Keys in braces without a value: `{units:2}`, or text that a comma cut in two.

`{equation: ab,bc->ac}` has the keys `equation` and `bc->ac`.
"""

from __future__ import annotations

import re

from spec_compiler.diagnostics import Diagnostic
from spec_compiler.fixes import in_quotes
from spec_compiler.source.python_forms import as_list, quoted, tuple_of
from spec_compiler.spans import Edit, Span

_PIECES = re.compile(r"[^,:{}\[\]#\"'\n]+(?:,[^,:{}\[\]#\"'\n]+)*(?=[ \t]*[,}\n])")
_CRAMPED = re.compile(r"([^\W\d][\w.-]*):(?!//)(\S.*)")
_BRACKETED = re.compile(r"(?P<key>[A-Za-z_][\w.-]*)(?P<colon>:?)(?P<space>[ ]*)(?P<bracket>[\[{])")
_CUT_CALL = re.compile(r"[A-Za-z_][^\[\]{}:]*\(.*\).*")
_NUMBERS = re.compile(r"(?:[0-9]+|None|null)(?: *, *(?:[0-9]+|None|null))+")
_CHOICES = ("activation", "_initializer", "_regularizer", "_constraint")
_OF_LISTS = frozenset({"from", "shape", "outputs", "axes"})
"""Keys whose values are lists for the most part."""
_KEY_BEFORE = re.compile(r"([A-Za-z_]\w*) *: *$")
_SECTIONS = {"dims": "{}", "params": "int"}
"""Sections of names, and what the least declaration is."""
_TWO_WORDS = re.compile(r"([A-Za-z_]\w*)(?: *= *| +)(\S.*)")


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
        edits=(Edit(span.inside(0, found.end() - 1), f"{key}: "),),
    )


def end_of_pieces(text: str, start: int, end: int) -> int:
    """Where the last of the keys without a value ends that begin at `start`."""
    pieces = _PIECES.match(text, start)
    return start + len(pieces.group().rstrip()) if pieces else end


def only_comma(text: str, start: int, end: int) -> bool:
    """Whether nothing but a comma and blanks stands between, on one line."""
    between = text[start:end]
    return between.strip(" \t") == ","


def is_call(whole: str) -> bool:
    """Whether a text that commas cut in pieces is a call: `one_hot(x, 4)`."""
    return _CUT_CALL.fullmatch(whole) is not None


def is_choice(key: str) -> bool:
    """Whether something by name stands under a key, for which Python has calls: `l1_l2(0, 1)`."""
    return key.endswith(_CHOICES)


def cut_text(whole: str, start: Span) -> Diagnostic | None:
    """What to say about a text on one line that was cut in two: an equation, or a call.

    Args:
        whole: All of it.
        start: Where its first part stands.
    """
    if "->" in whole:
        what = "an equation must be quoted: inside braces a comma ends a value"
        instead = f'quote the equation: `"{whole}"`'
    elif is_call(whole):
        what = "this text must be quoted: inside braces a comma ends a value"
        instead = f"quote the text: {quoted(whole)}"
    else:
        return None
    span = start.inside(0, len(whole))
    edits = (Edit(span, in_quotes(whole)),)
    return Diagnostic("SPC0011", what, span, help=instead, edits=edits)


_DECIMAL = re.compile(r"-?\d+,\d+")
_OF_SHARES = ("rate", "dropout", "epsilon", "momentum", "slope", "alpha", "beta", "tol", "ratio",
              "decay", "split", "default", "threshold", "stddev", "factor", "value")  # fmt: skip
"""How keys end of which a value is one number, and no list."""


def cut_list(whole: str, key: str, start: Span) -> Diagnostic | None:
    """What to say about `(28, 28)`, `28, 28` or `from: a, b`: a list without its brackets."""
    parts = tuple_of(whole)
    if parts is None and (key in _OF_LISTS or _NUMBERS.fullmatch(whole)):
        parts = [part.strip() for part in whole.split(",")]
    if parts is None:
        return None
    what = "a list is written in brackets: inside braces a comma ends a value"
    span, one = start.inside(0, len(whole)), len(parts) == 1
    if _DECIMAL.fullmatch(whole) and (key.endswith(_OF_SHARES) or whole.startswith("0,")):
        number = whole.replace(",", ".")
        what = "a decimal has a point: a comma separates values"
        said = (Edit(span, number),)
        return Diagnostic("SPC0011", what, span, help=f"write `{number}`", edits=said, safe=False)
    edits = (Edit(span, parts[0] if one else f"[{', '.join(parts)}]"),)
    instead = f"write {as_list(parts)}"
    batch = key == "shape" and parts[0] in ("None", "null") and not one
    if batch:  # Keras has no batch in a shape, other libraries have
        instead += f", or {as_list(parts[1:])} if the first is the batch"
    return Diagnostic("SPC0011", what, span, help=instead, edits=edits, safe=not (one or batch))


def key_before(text: str, at: int) -> str:
    """The key whose value begins at an offset."""
    found = _KEY_BEFORE.search(text, max(0, text.rfind("\n", 0, at)), at)
    return found[1] if found else ""


def in_braces(text: str, start: int, end: int) -> str:
    """The key whose value is braces around names alone: `units: {width}`; empty where none is."""
    before, after = text[:start].rstrip(" "), text[end:].lstrip(" ")
    if not before.endswith("{") or after[:1] != "}":
        return ""
    return key_before(text, len(before) - 1)


def entry_meant(text: str) -> str:
    """The entry that `units 4`, `units=4` or `use_bias` was meant to be."""
    words = _TWO_WORDS.fullmatch(text)
    return f"{words[1]}: {words[2]}" if words else f"{text}: ..."


def no_value(
    key: str, span: Span, *, braced: str = "", several: str = "", around: Span | None = None
) -> Diagnostic:
    """What to say about a key without a colon.

    Args:
        key: The key.
        span: Where it stands.
        braced: The key whose value's braces hold only it and the keys behind it.
        several: All of them, where there are several.
        around: Where these braces stand.
    """
    shown = " ".join(key.split())[:60]
    meant = entry_meant(shown)
    sure = "=" in key
    named = shown == key and not meant.endswith("...") and not braced
    edits = (Edit(span, meant),) if named else ()
    instead = f"write `{meant}`, or quote the text that the comma belongs to"
    if braced and several:
        instead = f"write `[{several}]` for a list"
        sure, edits = braced in _OF_LISTS, _around(around, f"[{several}]")
        if empty := _SECTIONS.get(braced):
            entries = ", ".join(f"{name.strip()}: {empty}" for name in several.split(","))
            instead = f"write `{{{entries}}}`"
            sure, edits = braced == "dims", _around(around, f"{{{entries}}}")
    elif braced in _SECTIONS and shown.isidentifier():
        instead = f"write `{{{shown}: {_SECTIONS[braced]}}}`"
        sure, edits = braced == "dims", _around(around, f"{{{shown}: {_SECTIONS[braced]}}}")
    elif braced and shown.isidentifier():
        instead = f"write `${shown}` for a param, or `{meant}` in a mapping"
        edits = _around(around, f"${shown}")
    message = f"the key `{shown}` has no value"
    return Diagnostic("SPC0012", message, span, help=instead, edits=edits, safe=sure)


def _around(braces: Span | None, text: str) -> tuple[Edit, ...]:
    """Another text in the place of braces."""
    return (Edit(braces, text),) if braces is not None else ()
