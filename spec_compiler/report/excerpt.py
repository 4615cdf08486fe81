"""A quoted line as it stands on the screen, and the screen column of each of its characters."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from spec_compiler.report.escape import cells

TAB = "    "


class Excerpt(NamedTuple):
    """A line, or the part of it that fits.

    Attributes:
        text: What is printed.
        seen: Indices in the line of what is shown, its end included unless cut off.
        columns: Where each shown character begins on the screen (from 0), and where the last ends.
    """

    text: str
    seen: range
    columns: tuple[int, ...]

    def column(self, index: int) -> int:
        """The screen column of a character of the line; the nearest shown if it was cut off."""
        return self.columns[min(max(index - self.seen.start, 0), len(self.columns) - 1)]


def excerpt(line: str, focus: int, width: int, unicode: bool) -> Excerpt:
    """Quote a line in `width` screen columns, so that the character `focus` (from 0) is seen."""
    if len(line) <= 4 * width:  # a longer one is cut before anything is measured
        shown = _shown(line, unicode)
        if sum(map(_width, shown)) <= width:
            return _placed(shown, 0, "", "")
    ellipsis = "…" if unicode else "..."
    focus = min(focus, len(line))
    low = max(0, focus - width)
    shown = _shown(line[low : focus + width], unicode)
    first, last = _window([_width(cell) for cell in shown], focus - low, width - 2 * len(ellipsis))
    return _placed(
        shown[first:last],
        low + first,
        ellipsis if low + first else "",
        ellipsis if low + last < len(line) else "",
    )


def _window(widths: list[int], focus: int, room: int) -> tuple[int, int]:
    """What fits around `focus`: half for what follows it, then what precedes, then the rest."""
    last = focus + _fitting(widths[focus:], room // 2)
    spare = room - sum(widths[focus:last])
    first = focus - _fitting(reversed(widths[:focus]), spare)
    spare -= sum(widths[first:focus])
    return first, last + _fitting(widths[last:], spare)


def _fitting(widths: Iterable[int], room: int) -> int:
    return bisect_right(list(accumulate(widths)), room)


def _placed(shown: list[str], first: int, before: str, after: str) -> Excerpt:
    columns = accumulate(map(_width, shown), initial=len(before))
    seen = range(first, first + len(shown) + (not after))
    return Excerpt(before + "".join(shown) + after, seen, tuple(columns))


def _shown(line: str, unicode: bool) -> list[str]:
    return [TAB if cell == "\\t" else cell for cell in cells(line, unicode)]


def _width(cell: str) -> int:
    if cell.isascii():
        return len(cell)
    if unicodedata.category(cell) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(cell) in "WF" else 1
