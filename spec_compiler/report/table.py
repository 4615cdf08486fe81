"""A table in plain text that fits the width of a terminal, and is whole elsewhere."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest

from spec_compiler.report.escape import terminal
from spec_compiler.report.style import Style

NARROWEST_COLUMN = 8
CELL_AT_MOST = 200
_GAP = "  "


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    style: Style,
    right: Collection[int] = (),
    looks: Sequence[Mapping[int, str]] = (),
) -> str:
    """Lines without a newline at the end; what is in the cells may come from strangers.

    Args:
        head: The columns' titles.
        rows: As many cells each.
        style: Whose width is kept by wrapping the widest columns, if it wraps.
        right: Columns that stand at the right, as numbers do.
        looks: For each row the roles in which cells are painted, by column.
    """
    cells = [[terminal(cell, style.unicode) for cell in row] for row in rows]
    if style.wraps:
        cells = [[_short(cell) for cell in row] for row in cells]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    room = style.width - len(_GAP) * (len(head) - 1)
    while style.wraps and sum(widths) > room and max(widths) > NARROWEST_COLUMN:
        widths[widths.index(max(widths))] -= 1
    lines = [style.paint("bold", _joined(line)) for line in _lines(head, widths, right)]
    for number, row in enumerate(cells):
        painted = looks[number].items() if looks else ()
        for line in _lines(row, widths, right):
            for at, role in painted:
                line[at] = style.paint(role, line[at]) if line[at].strip() else line[at]
            lines.append(_joined(line))
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= CELL_AT_MOST else f"{text[: CELL_AT_MOST - 3]}..."


def _joined(parts: Sequence[str]) -> str:
    return _GAP.join(parts).rstrip()


def _lines(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> list[list[str]]:
    """A row as the lines that its longest cell needs, each in parts of the columns' widths."""
    wrapped = [textwrap.wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    return [
        [
            part.rjust(width) if index in right else part.ljust(width)
            for index, (part, width) in enumerate(zip(parts, widths, strict=True))
        ]
        for parts in zip_longest(*wrapped, fillvalue="")
    ]
