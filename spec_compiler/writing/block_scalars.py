"""Block scalars as lines: their author's, with no more in the first line than they need."""

from __future__ import annotations

from functools import lru_cache
from itertools import takewhile

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.source import Limits, read
from spec_compiler.source.presentation import Text

_NO_LIMIT = Limits(bytes=2**62)


@lru_cache(maxsize=1024)
def block_of(text: Text) -> tuple[str, tuple[str, ...]] | None:
    """The sign in the first line of a block scalar, and the lines below it, not indented yet.

    None where a reader would not find the same text in them; then it is written in quotes.
    """
    value = text.value
    content = value.rstrip("\n")
    if not content.strip(" "):
        content = ""
    feeds = len(value) - len(content)
    lines = _lines_of(text, content) if content else []
    head = text.style
    if any(line[0] in " \t" for line in _beginning(lines)):
        head += "2"
    if content:
        head += "-" if not feeds else "+" if feeds > 1 else ""
    elif "-" in text.raw[:3] or "+" in text.raw[:3]:
        head += "+" if value else "-"
    lines += [""] * (feeds - 1 if content else feeds)
    body = "".join(f"  {line}\n" if line else "\n" for line in lines)
    again = read(f"a: {head}\n{body}", "block.yaml", Diagnostics(), _NO_LIMIT)
    same = again is not None and again.plain() == {"a": value}
    return (head, tuple(lines)) if same else None


def _lines_of(text: Text, content: str) -> list[str]:
    """The lines as they were written, up to the last that says something."""
    if text.style == "|":
        return content.split("\n")
    lines = text.raw.split("\n")[1:]
    first = next((line for line in lines if line.strip(" ")), "")
    meant = next((line for line in content.split("\n") if line.strip(" ")), "")
    width = _blanks(first) - _blanks(meant)
    lines = [line[width:] for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _beginning(lines: list[str]) -> list[str]:
    """The lines by which a reader finds the indentation, without the empty ones."""
    blank = list(takewhile(lambda line: not line.strip(" "), lines))
    return [line for line in lines[: len(blank) + 1] if line]


def _blanks(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
