"""What a text looks like: its data as it was written, with quotes, comments and blank lines.

`SourceNode` says what a text means and where it stands; here is what the meaning leaves out, for
the formatter.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from spec_compiler.source.node import SourceNode


class Text(NamedTuple):
    """A scalar.

    Attributes:
        value: The characters that it means.
        style: `""` for plain text, `"`, `'`, `|`, `>`, or `*` for an alias.
        raw: The characters that stand in the source.
        anchor: `&name`, or empty.
    """

    value: str
    style: str
    raw: str
    anchor: str = ""


class Entry(NamedTuple):
    """An item of a list, whose key is None, or an entry of a mapping.

    Attributes:
        key: Its key.
        value: Its value.
        above: Comments in the lines above it; an empty text is a blank line.
        beside: The comment at the end of its line.
    """

    key: Text | None
    value: Part
    above: tuple[str, ...] = ()
    beside: str = ""


class Group(NamedTuple):
    """A list or a mapping.

    Attributes:
        is_mapping: Which of them it is.
        entries: What is in it.
        anchor: `&name`, or empty.
        last: Comments below the last entry; an empty text is a blank line.
        opens: Whether each entry has a line of its own, however short they are.
    """

    is_mapping: bool
    entries: tuple[Entry, ...]
    anchor: str = ""
    last: tuple[str, ...] = ()
    opens: bool = False


Part: TypeAlias = Text | Group


class Presentation(NamedTuple):
    """A document: what it means, what it looks like, and its comments in their order."""

    data: SourceNode
    root: Part
    comments: list[str]
