"""How much a text may ask for. Each limit is checked before anything of that size is built."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """The largest text that is read.

    Attributes:
        bytes: Size of the file.
        depth: Mappings and lists inside each other, counted through aliases.
        nodes: Values, mappings and lists; an alias counts as much as what it stands for.
        scalar: Characters of one value.
        key: Characters of one key.
    """

    bytes: int = 32 * 1024 * 1024
    depth: int = 64
    nodes: int = 3_000_000
    scalar: int = 1_000_000
    key: int = 1000
