"""Markdown of our own pages as a page of a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from spec_compiler.report.escape import terminal
from spec_compiler.report.style import NARROWEST, Style
from spec_compiler.report.table import table

_READABLE = 100
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_COMMENT = re.compile(r"^<!--.*?-->\n*", re.DOTALL)
_FENCED = re.compile(r"^```[^\n]*\n(.*?)\n?```$", re.MULTILINE | re.DOTALL)


def markdown_text(markdown: str, style: Style) -> str:
    """Headings, paragraphs, tables, lists and listings, ending with a newline.

    Args:
        markdown: As `reference/` writes it: blocks with a blank line between them.
        style: Its width is kept, also where nobody looks.
    """
    style = style._replace(width=min(max(style.width, NARROWEST), _READABLE), wraps=True)
    blocks: list[str] = []
    at = 0
    markdown = _COMMENT.sub("", markdown)
    for listing in _FENCED.finditer(markdown):
        blocks += _blocks(markdown[at : listing.start()], style)
        lines = (terminal(line, style.unicode) for line in listing[1].split("\n"))
        blocks.append(textwrap.indent("\n".join(lines), "    "))
        at = listing.end()
    blocks += _blocks(markdown[at:], style)
    return "\n\n".join(blocks) + "\n"


def _blocks(markdown: str, style: Style) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", markdown.strip("\n")):
        if block.startswith("#"):
            yield style.paint("bold", terminal(block.lstrip("# "), style.unicode))
        elif block.startswith("|"):
            head, _, *rows = [_cells(line) for line in block.split("\n")]
            yield table(head, rows, style)
        elif block:
            items = re.split(r"\n(?=- )", block)
            yield "\n".join(_wrapped(item, style) for item in items)


def _wrapped(text: str, style: Style) -> str:
    words = terminal(" ".join(_LINK.sub(r"\1", text).split()), style.unicode)
    hanging = "  " if words.startswith("- ") else ""
    return textwrap.fill(
        words,
        style.width,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _cells(row: str) -> list[str]:
    """The cells of a row; a bar that belongs to one is written with a backslash."""
    cells = re.split(r"(?<!\\)\|", row.strip().strip("|"))
    return [_LINK.sub(r"\1", cell.strip().replace("\\|", "|")) for cell in cells]
