"""What refusals are relative to: something that is written down, or nothing that can be shown."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from spec_compiler.refusals import ItemPath
from spec_compiler.spans import Label, Span


class Placed(Protocol):
    """Something that is written down, to which refusals can be relative."""

    @property
    def file(self) -> str:
        """What messages name where there is no span."""
        ...

    @property
    def trace(self) -> tuple[Label, ...]:
        """The uses of blocks that it comes from."""
        ...

    def span_of(
        self, path: ItemPath, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> Span | None:
        """Where the value at `path` (or its key) stands, or characters within it."""
        ...

    def advice(self, path: ItemPath) -> str:
        """What may be meant by the text at `path`, where something else is asked for."""
        ...

    def stands_for(self, path: ItemPath) -> str:
        """What the text at `path` stands for, where messages are about something else: a param."""
        ...


class Outside(NamedTuple):
    """What stands in no text that could be shown: a flag, an argument, a file of data."""

    file: str = ""
    trace: tuple[Label, ...] = ()

    def span_of(
        self, path: ItemPath, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> None:
        """Nowhere."""

    def advice(self, path: ItemPath) -> str:
        """None."""
        return ""

    def stands_for(self, path: ItemPath) -> str:
        """Nothing."""
        return ""
