"""What refusals are relative to: something that is written down, or nothing that can be shown."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from spec_compiler.fixes import Fix, put
from spec_compiler.refusals import ItemPath
from spec_compiler.spans import Label, Span


class Target(NamedTuple):
    """Something that is written, as far as one must know who edits it.

    Attributes:
        span: Of the value, with its quotes or brackets.
        key: Of its key, where it has one.
        size: How many entries or items are in it; None for a scalar.
        parent: The mapping or list that it stands in.
    """

    span: Span
    key: Span | None = None
    size: int | None = None
    parent: Target | None = None


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

    def target(self, path: ItemPath) -> Target | None:
        """What is written at `path` itself; None where nothing is, or nobody may edit it."""
        ...

    def advice(self, path: ItemPath) -> Fix | None:
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

    def target(self, path: ItemPath) -> None:
        """Nothing."""

    def advice(self, path: ItemPath) -> None:
        """None."""

    def stands_for(self, path: ItemPath) -> str:
        """Nothing."""
        return ""


def on_input(key: str, text: str, words: str) -> Fix:
    """An entry of the input that the first origin of a refusal is; the driver knows where it is."""
    return put(key, text, words=words)._replace(at=Outside())


class Stretch(NamedTuple):
    """Text that is no part of a document: a comment, a line of settings."""

    span: Span
    trace: tuple[Label, ...] = ()

    @property
    def file(self) -> str:
        """The name of the file."""
        return self.span.file

    def span_of(
        self, path: ItemPath, within: tuple[int, int] | None = None, *, key: bool = False
    ) -> Span:
        """All of it."""
        return self.span

    def target(self, path: ItemPath) -> None:
        """Nothing: an edit of it is its own."""

    def advice(self, path: ItemPath) -> None:
        """None."""

    def stands_for(self, path: ItemPath) -> str:
        """Nothing."""
        return ""
