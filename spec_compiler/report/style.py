"""How text may look: colour, width and alphabet, decided once from what the caller knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

NARROWEST = 40
_SEQUENCES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;32",
    "help": "1;36",
    "gutter": "1;34",
    "bold": "1",
    "heat1": "38;5;16;48;5;230",
    "heat2": "38;5;16;48;5;222",
    "heat3": "38;5;16;48;5;215",
    "heat4": "38;5;16;48;5;209",
}


class Style(NamedTuple):
    """The looks of a report.

    Attributes:
        color: Whether to paint with ANSI sequences.
        width: Columns of the terminal; quoted lines are cut to it.
        unicode: Whether the output can hold more than ASCII.
        wraps: Whether tables are wrapped to the width, as on a terminal; elsewhere no name is
            broken.
    """

    color: bool = False
    width: int = 100
    unicode: bool = True
    wraps: bool = False

    def paint(self, role: str, text: str) -> str:
        """Text in the colour of its role: a severity, `help`, `gutter`, `bold`, `heat1` to 4."""
        return f"\x1b[{_SEQUENCES[role]}m{text}\x1b[0m" if self.color and text else text


def wants_color(choice: str, environment: Mapping[str, str], is_terminal: bool) -> bool:
    """Decide on colour. A flag beats the environment, and refusing beats forcing.

    Args:
        choice: `always`, `never` or `auto`, as in `--color`.
        environment: Where NO_COLOR, FORCE_COLOR and TERM are looked up; empty counts as unset.
        is_terminal: Whether the output goes to a person.
    """
    if choice in ("always", "never"):
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR")
    if forced:
        return forced != "0"
    return is_terminal and environment.get("TERM") != "dumb"


def takes_unicode(encoding: str | None) -> bool:
    """Whether an output of this encoding can hold every character."""
    return (encoding or "ascii").lower().replace("-", "").replace("_", "").startswith("utf")
