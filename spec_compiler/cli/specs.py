"""Which specs the arguments mean: files, folders, patterns, standard input."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from spec_compiler.cli.reading import STDIN
from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.words import say
from spec_compiler.shortening import counted

SUFFIXES = (".yaml", ".yml", ".json")
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


@dataclass(slots=True, eq=False, repr=False)
class Specs:
    """What arguments mean.

    Attributes:
        paths: The specs, each once, in order.
        skipped: How many YAML and JSON files in folders are none.
        unread: Why files and folders in folders cannot be looked at.
        looked_at: The folders, and the files in them, which decide the others.
    """

    paths: list[str] = field(default_factory=list[str])
    skipped: int = 0
    unread: list[OSError] = field(default_factory=list[OSError])
    looked_at: set[str] = field(default_factory=set[str])

    def say_skipped(self) -> None:
        """Say how much was passed over, so that nobody takes it for checked."""
        if self.skipped:
            say(f"note: {counted(self.skipped, 'file')} skipped: no specs", err=True)


def find_specs(paths: list[str]) -> Specs:
    """Every spec that the arguments mean: files, folders, globs, `-`.

    Raises:
        UsageError: a folder or a pattern holds no spec.
    """
    specs, found = Specs(), dict[str, str]()
    for path in paths:
        if path == STDIN:
            found[STDIN] = STDIN
            continue
        if os.path.isdir(path):
            matches = _inside(path, specs)
        elif has_signs(path):
            import glob  # only for shells that leave patterns as they are

            matches = sorted(glob.glob(path, recursive=True))
            beside = (os.path.dirname(match) or "." for match in matches)
            specs.looked_at |= {os.path.dirname(path.partition("*")[0]) or ".", *beside}
            if not matches:
                raise UsageError(f"{path}: the pattern matches nothing")
        else:
            matches = [path]
        for match in matches:
            found.setdefault(os.path.realpath(match), match)
    specs.paths = list(found.values())
    return specs


def has_signs(path: str) -> bool:
    """Whether an argument is a pattern that the shell left as it is."""
    return any(sign in path for sign in "*?[") and not os.path.exists(path)


def _inside(folder: str, specs: Specs) -> list[str]:
    """The specs in a folder; nothing hidden is looked at, and no link to a folder followed."""
    matches: list[str] = []
    skipped, unread = specs.skipped, len(specs.unread)
    for path in sorted(_documents(folder, specs)):
        try:
            if is_spec(path):
                matches.append(str(path))
            else:
                specs.skipped += 1
                specs.looked_at.add(str(path))
        except OSError as error:  # what cannot be read does not hide what can
            specs.unread.append(error)
    if not matches and len(specs.unread) == unread:
        looked = counted(specs.skipped - skipped, "file")
        raise UsageError(f"{folder}: no .yaml, .yml or .json file that is a spec; {looked} skipped")
    return matches


def _documents(top: str, specs: Specs) -> Iterator[Path]:
    """The YAML and JSON files below a folder."""
    for folder, folders, names in os.walk(top, onerror=specs.unread.append):
        specs.looked_at.add(folder)
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


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
