"""Pieces of Markdown."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence

NOTICE = "<!-- made by `python -m spec_compiler.reference`; do not edit -->"


def page(*blocks: str) -> str:
    """Blocks with a blank line between them, under the notice that they are generated."""
    return "\n\n".join([NOTICE, *(block.strip("\n") for block in blocks if block)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; bars and line breaks in cells are made harmless."""
    lines = [heads, ["---"] * len(heads), *([_cell(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def yaml_block(text: str) -> str:
    """A listing of YAML."""
    return f"```yaml\n{text}```"


def block(lines: Iterable[str]) -> str:
    """A listing of lines in no language of its own."""
    return "\n".join(["```", *lines, "```"])


def docstring(of: type) -> str:
    """The description of a declaration, without its source line breaks inside paragraphs."""
    return inspect.cleandoc(of.__doc__ or "")


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
