"""What notebooks show: HTML in which every word of strangers is text, and nothing is run."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Sequence

from spec_compiler.report.escape import terminal

_PAINT = re.compile("\x1b\\[([0-9;]*)m")
_LOOKS = {
    "1;31": "color: #c0392b; font-weight: bold",
    "1;33": "color: #9a6700; font-weight: bold",
    "1;32": "color: #1a7f37; font-weight: bold",
    "1;36": "color: #0b7285; font-weight: bold",
    "1;34": "color: #2f6fd0; font-weight: bold",
    "1": "font-weight: bold",
}
"""The colours of a terminal, readable on white and on black."""
_PLAIN = "tex2jax_ignore mathjax_ignore"
"""Classes that keep a notebook from reading formulas in names that have dollars."""


def listing(painted: str) -> str:
    """Lines of a report, with the colours of the terminal that they were painted for."""
    text = html.escape(painted).removesuffix("\n")
    spans = _PAINT.sub(lambda found: _span(found[1]), text)
    return f'<pre class="{_PLAIN}">{spans}</pre>'


def paragraph(text: str) -> str:
    """A line of text."""
    return f'<p class="{_PLAIN}">{_safe(text)}</p>'


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> str:
    """A table.

    Args:
        head: The columns' titles; none: no row of titles.
        rows: As many cells each.
        right: Columns that stand at the right, as numbers do.
    """
    titles = f"<thead>{_row('th', head, right)}</thead>" if head else ""
    body = "\n".join(_row("td", row, right) for row in rows)
    return f'<table class="{_PLAIN}">{titles}<tbody>\n{body}\n</tbody></table>'


def _row(tag: str, cells: Sequence[str], right: Collection[int]) -> str:
    sides = ["right" if place in right else "left" for place in range(len(cells))]
    shown = (
        f'<{tag} style="text-align: {side}">{_safe(cell)}</{tag}>'
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(shown)}</tr>"


def _safe(text: str) -> str:
    return html.escape(terminal(text))


def _span(sequence: str) -> str:
    return f'<span style="{_LOOKS[sequence]}">' if sequence in _LOOKS else "</span>"
