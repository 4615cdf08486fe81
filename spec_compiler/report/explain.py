"""A code with its explanation and examples, for `specc explain` and for the documentation."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from spec_compiler.codes.code import Code, Mend
from spec_compiler.report.escape import terminal
from spec_compiler.report.style import NARROWEST, Style

_READABLE = 88
_MENDS: Mapping[Mend, str] = {
    "safe": "; `--fix` mends what has one reading.",
    "unsafe": "; `--fix --unsafe` mends it by a guess, or by what changes the model.",
    "author": ". Only its author knows what to write, so nothing is edited.",
    "elsewhere": ". What is wrong does not stand in a spec, so nothing is edited.",
}
"""How the sentence ends that says what reports a code."""
_LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


class _Listing(NamedTuple):
    role: str
    heading: str
    file: str
    content: str

    def lines(self, unicode: bool = True) -> str:
        """A tab or a control character may be the point of the example: it is made visible."""
        lines = self.content.strip("\n").split("\n")
        return "\n".join(terminal(line, unicode) for line in lines)


def explain_text(code: Code, style: Style) -> str:
    """A code as a page of a terminal."""
    width = min(max(style.width, NARROWEST), _READABLE)
    title = style.paint("bold", terminal(f"{code.code}: {code.title}", style.unicode))
    paragraphs = [terminal(paragraph, style.unicode) for paragraph in _paragraphs(code)]
    blocks = [title, *(textwrap.fill(paragraph, width) for paragraph in paragraphs)]
    for listing in _listings(code):
        blocks.append(style.paint(listing.role, f"{listing.heading} ({listing.file}):"))
        blocks.append(textwrap.indent(listing.lines(style.unicode), "    "))
    blocks.append(textwrap.fill(_reported(code), width))
    return "\n\n".join(blocks) + "\n"


def explain_markdown(code: Code) -> str:
    """A code as a section of a Markdown page."""
    blocks = [f"## {code.code}: {code.title}", *_paragraphs(code)]
    for listing in _listings(code):
        blocks += [f"{listing.heading} (`{listing.file}`):", _fenced(listing)]
    blocks.append(_reported(code))
    return "\n\n".join(blocks) + "\n"


def _reported(code: Code) -> str:
    """What reports a code, and what is done about it."""
    return f"`specc {code.command}` reports it{_MENDS[code.mend]}"


def _paragraphs(code: Code) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", code.explanation.strip())]


def _listings(code: Code) -> list[_Listing]:
    return [
        _Listing("error", "Wrong", code.varies, code.wrong),
        _Listing("note", "Right", code.varies, code.right),
        *(_Listing("bold", "Beside it", name, text) for name, text in code.files.items()),
    ]


def _fenced(listing: _Listing) -> str:
    longest = max((len(run) for run in re.findall("`+", listing.content)), default=0)
    fence = "`" * max(3, longest + 1)
    language = _LANGUAGES.get(PurePosixPath(listing.file).suffix, "text")
    return "\n".join([fence + language, listing.lines(), fence])
