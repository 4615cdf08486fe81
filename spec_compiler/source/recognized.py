"""Which texts are specs, of all the YAML and JSON that lies beside them."""

from __future__ import annotations

import re
import stat
from collections.abc import Generator, Iterator
from pathlib import Path

SUFFIXES = (".yaml", ".yml", ".json")
"""How the names of specs end."""
_HEAD = 1 << 16
"""How many bytes of a file are looked at."""
_MARKS = frozenset({b"inputs", b"layers", b"blocks"})
_VERSIONS = frozenset({b"specc", b"spec"})

# Every quantifier is possessive, and no sign can be read in two ways: the time is linear.
_START = re.compile(rb"^(?:---(?=\s))?+([ \t]*+)(?=[^\s#%])", re.MULTILINE)
"""The first line that says something, and what it is indented by."""
_KEY = re.compile(rb"""^([ \t]*+)["']?+(\w++)["']?+[ \t]*+:(?=\s|\Z)""", re.MULTILINE)
"""A key in block style, and what it is indented by."""
_SIGN = re.compile(
    rb"""(?P<word>"(?:[^"\\]|\\.)*+"?+|'[^']*+'?+|[^\s{}\[\],:"'#][^\s{}\[\],:]*+)"""
    rb"|(?P<open>[{\[])|(?P<close>[}\]])|(?P<colon>:)|(?P<comma>,)|#[^\n]*+|\s++",
    re.DOTALL,
)
"""A sign of JSON or of flow style; any text is a row of them."""


def is_spec(path: Path) -> bool:
    """Whether a file says that it is a spec, or looks like one that forgot to.

    Raises:
        OSError: it cannot be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        return False
    with path.open("rb") as file:
        return looks_like_spec(file.read(_HEAD))


def looks_like_spec(text: bytes) -> bool:
    """Whether the keys at the top of a text are a spec's: `specc`, or two of its other marks.

    The marks are `inputs`, `layers`, `blocks`, and a version under a name that is nearly right.
    """
    keys = set(_top_keys(text))
    slip = any(key.lower() in _VERSIONS for key in keys)
    return b"specc" in keys or len(keys & _MARKS) + slip >= 2


def _top_keys(text: bytes) -> Iterator[bytes]:
    """The keys of the mapping that a document is, as far as the text goes, however broken."""
    text = text.removeprefix(b"\xef\xbb\xbf")
    start = _START.search(text)
    if start is None:
        return
    at = start.start()
    if text.startswith((b"{", b"["), start.end()):
        at = yield from _flow_keys(text, start.end())
    yield from (key[2] for key in _KEY.finditer(text, at) if key[1] in (b"", start[1]))


def _flow_keys(text: bytes, start: int) -> Generator[bytes, None, int]:
    """The keys of a mapping in flow style, and where it ends."""
    depth, word = 0, b""
    for sign in _SIGN.finditer(text, start):
        match sign.lastgroup:
            case "open":
                depth, word = depth + 1, b""
            case "close":
                depth, word = depth - 1, b""
                if not depth:
                    return sign.end()
            case "word":
                word = sign[0].strip(b"\"'")
            case "colon" | "comma":
                if sign.lastgroup == "colon" and depth == 1 and word:
                    yield word
                word = b""
            case _:  # spaces and comments
                pass
    return len(text)
