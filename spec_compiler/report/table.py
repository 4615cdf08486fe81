"""A table in plain text that fits the width of a terminal, and is whole elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import zip_longest

from spec_compiler.report.escape import terminal
from spec_compiler.report.style import Style

NARROWEST_COLUMN = 8
CELL_AT_MOST = 200
_GAP = "  "
_PARTS = re.compile(r"(?<=[\s._+*/-])(?=[^\s])|(?<=[a-z])(?=[A-Z])")


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
        right: Columns that stand at the right, as numbers do, and are broken last.
        looks: For each row the roles in which cells are painted, by column.
    """
    cells = [[terminal(cell, style.unicode) for cell in row] for row in rows]
    if style.wraps:
        cells = [[_short(cell) for cell in row] for row in cells]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    room = style.width - len(_GAP) * (len(head) - 1)
    if style.wraps:
        _narrow(widths, room, [at for at in range(len(widths)) if at not in right])
        _narrow(widths, room, [*right])
    lines = [style.paint("bold", _joined(line)) for line in _lines(head, widths, right)]
    for number, row in enumerate(cells):
        painted = looks[number].items() if looks else ()
        for line in _lines(row, widths, right):
            for at, role in painted:
                line[at] = style.paint(role, line[at]) if line[at].strip() else line[at]
            lines.append(_joined(line))
    return "\n".join(lines)


def _narrow(widths: list[int], room: int, columns: Sequence[int]) -> None:
    """Make the widest of some columns narrower, until all have room."""
    while sum(widths) > room and columns:
        widest = max(columns, key=lambda at: widths[at])
        if widths[widest] <= NARROWEST_COLUMN:
            return
        widths[widest] -= 1


def _short(text: str) -> str:
    return text if len(text) <= CELL_AT_MOST else f"{text[: CELL_AT_MOST - 3]}..."


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most a width, broken between words and parts of names where that can be."""
    lines = [""]
    for part in _PARTS.split(text):
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
        while len(lines[-1].rstrip()) > width:
            lines[-1:] = [lines[-1][:width], lines[-1][width:]]
    return [line.rstrip() for line in lines if line.strip()]


def _joined(parts: Sequence[str]) -> str:
    return _GAP.join(parts).rstrip()


def _lines(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> list[list[str]]:
    """A row as the lines that its longest cell needs, each in parts of the columns' widths."""
    wrapped = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    return [
        [
            part.rjust(width) if index in right else part.ljust(width)
            for index, (part, width) in enumerate(zip(parts, widths, strict=True))
        ]
        for parts in zip_longest(*wrapped, fillvalue="")
    ]
