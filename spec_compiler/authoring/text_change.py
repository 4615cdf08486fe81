"""Where places of a text are after it was edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spec_compiler.authoring.document import Position


class TextChange(NamedTuple):
    """An edit, as what is the same before it and behind it.

    Attributes:
        above: How many lines are the same above it.
        below: From which line of the old text on they are the same again.
        by: How many lines further down those are.
        line: Where only one line is another one: what it was and what it is.
    """

    above: int
    below: int
    by: int
    line: tuple[str, str] | None

    def position(self, place: Position) -> Position | None:
        """Where a place of the old text is in the new one; None where it was edited away."""
        if place.line <= self.above:
            return place
        if place.line >= self.below:
            return Position(place.line + self.by, place.column)
        if self.line is None:
            return None
        old, new = self.line
        same = _same(old, new)
        if place.column <= same + 1:
            return place
        # what is behind the edit is as far from the end of the line
        behind = min(_same(old[::-1], new[::-1]), len(old) - same, len(new) - same)
        if len(old) - place.column + 1 <= behind:
            return Position(place.line, place.column + len(new) - len(old))
        return None


def text_change(old: Sequence[str], new: Sequence[str]) -> TextChange:
    """What an edit made of a text.

    Args:
        old: The lines before.
        new: The lines after.
    """
    above = _same(old, new)
    most = min(len(old), len(new)) - above
    below = next((at for at in range(most) if old[-1 - at] != new[-1 - at]), most)
    single = len(old) == len(new) and above + below == len(old) - 1
    line = (old[above], new[above]) if single else None
    return TextChange(above, len(old) - below + 1, len(new) - len(old), line)


def _same(old: Sequence[str], new: Sequence[str]) -> int:
    """How many entries are the same from the beginning."""
    shorter = min(len(old), len(new))
    return next((at for at in range(shorter) if old[at] != new[at]), shorter)
