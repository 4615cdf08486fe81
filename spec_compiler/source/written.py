"""How a scalar of several lines, or with escapes, stands in the source: asked only for a caret."""

from __future__ import annotations

import re
from typing import NamedTuple

_BLANK = " \t\n\r\x85\xa0\u2028\u2029"
# compiled when they are needed: most runs show no caret
_ESCAPE = (
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}"
    r"|U[0-9a-fA-F]{8}|.)"
)
_PASSED_BLOCK = r"[ \t\n]*"
_PASSED_QUOTED = (
    r"(?:[ \t\n]|\\[ntr N_LP\t\n]|\\x(?:09|0[aAdD]|20|85|[aA]0)"
    r"|\\(?:u|U0000)(?:00(?:09|0[aAdD]|20|85|[aA]0)|202[89]))*"
)
"""What stands between two characters of a value that are not blank."""


class Written(NamedTuple):
    """The text of a source, and where in it a scalar begins and ends, with its quotes or sign."""

    source: str
    begin: int
    end: int

    def places(self, value: str) -> list[int] | None:
        """The offset in the source of each character of the value, and of its end.

        Blanks have the place after what precedes them: how many there are is not told by YAML. None
        where the value cannot be followed through the source.
        """
        source, style = self.source, self.source[self.begin]
        at = self.begin + (style in "\"'")
        if style in "|>":
            at = source.find("\n", at) + 1
        passed = re.compile(_PASSED_QUOTED if style == '"' else _PASSED_BLOCK)
        escaped = re.compile(_ESCAPE)
        found: list[int] = []
        for character in value:
            if character in _BLANK:
                found.append(at)
                at += 1 if at < self.end and source[at] == character else 0
                continue
            gap = passed.match(source, at, self.end)
            at = gap.end() if gap else at
            found.append(at)
            escape = escaped.match(source, at) if style == '"' else None
            if escape is None and source[at : at + 1] != character:
                return None
            doubled = style == "'" == character
            at = escape.end() if escape else at + 1 + doubled
        return [*found, at]

    def within(self, value: str, start: int, end: int) -> tuple[int, int] | None:
        """The offsets of some characters of the value, as far as they stand on one line."""
        places = self.places(value)
        if places is None or start >= len(places):
            return None
        first = places[start]
        last = first + 1
        for index in range(start, min(end, len(value))):
            if value[index] in _BLANK:
                continue
            if "\n" in self.source[first : places[index]]:
                break
            after = places[index + 1]
            last = max(last, after if "\n" not in self.source[first:after] else places[index] + 1)
        return first, last
