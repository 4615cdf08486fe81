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
    },
)


def render(diagnostics: Diagnostics, format: str, style: Style) -> str:  # noqa: A002 - the flag's word
    """The findings in a format, ending with a newline; nothing if there are none, except in json.

    Args:
        diagnostics: The findings of a run.
        format: A key of `FORMATS`.
        style: Colour, width and alphabet; json and github are never coloured.
    """
    if not diagnostics.items and format != "json":
        return ""  # no printer is loaded for it
    return FORMATS[format](diagnostics, style)


__all__ = ["FORMATS", "Style", "render", "takes_unicode", "wants_color"]
