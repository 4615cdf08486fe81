"""A file that is open in an editor: its text as it is now, and what is known of it."""

from __future__ import annotations

import asyncio
import os
from typing import NamedTuple

from spec_compiler.authoring.document import Document
from spec_compiler.compile import Analysis
from spec_compiler.elaborate.remembered import Remembered
from spec_compiler.server.checking import Checked
from spec_compiler.server.text import Text
from spec_compiler.source.read_again import Read


class State(NamedTuple):
    """A text and which one it is; both change at once."""

    version: int
    text: Text


class Opened:
    """A file that is open in the editor."""

    def __init__(self, uri: str, path: str, state: State) -> None:
        self.uri, self.path, self.real = uri, path, os.path.realpath(path)
        self.state = state
        self.checked: Checked | None = None
        self.checked_version: int | None = None
        self.read: Read | None = None
        """The text that was checked, where it could be read."""
        self._seen: tuple[int, Document] | None = None
        self.waiting: list[asyncio.Future[None]] = []
        self.remembered = Remembered()
        self.last_known: Analysis | None = None
        """What was last known of its layers."""

    @property
    def is_current(self) -> bool:
        """Whether what is known is about the text as it is now."""
        return self.checked is not None and self.checked_version == self.state.version

    @property
    def document(self) -> Document | None:
        """What is known of the text that was checked last."""
        return self.checked.document if self.checked else None

    def seen(self) -> Document | None:
        """The text as it is now, its nodes and what is said once; None where a check has to tell.

        Of its layers nothing is known.
        """
        (version, text), read = self.state, self.read
        if self._seen is None or self._seen[0] != version:
            root = None if read is None else read.again(text.lines)
            if root is None or self.document is None:
                return None
            known = self.document.analysis._replace(node=root, elaborated=None)
            self._seen = version, Document(self.path, text.tidy, text.lines, known)
        return self._seen[1]
