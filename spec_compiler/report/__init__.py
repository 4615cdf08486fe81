"""Printers of findings, a format each. They return text; printing it is the command line's part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from spec_compiler.catalogue import Catalogue
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.report.style import Style, takes_unicode, wants_color

Printer: TypeAlias = Callable[[Diagnostics, Style], str]

FORMATS = Catalogue[Printer](
    __name__,
    {
        "text": "text.render",
        "concise": "concise.render",
        "json": "json_report.render",
        "github": "github.render",
        "gitlab": "gitlab.render",
        "sarif": "sarif.render",
        "junit": "junit.render",
        "markdown": "markdown.render",
    },
)
LINES = frozenset({"text", "concise", "github"})
"""The formats of lines beside others; the rest are documents, which are there without findings."""


def render(diagnostics: Diagnostics, format: str, style: Style) -> str:  # noqa: A002 - the flag's word
    """The findings in a format, ending with a newline; lines only if there are any.

    Args:
        diagnostics: The findings of a run.
        format: A key of `FORMATS`.
        style: Colour, width and alphabet; what programs read is never coloured.
    """
    if not diagnostics.items and format in LINES:
        return ""  # no printer is loaded for it
    return FORMATS[format](diagnostics, style)


__all__ = ["FORMATS", "LINES", "Style", "render", "takes_unicode", "wants_color"]
