"""Files as they are to be, while they are mended: in memory, and read again from there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.edits.applied import applied
from spec_compiler.records import entity
from spec_compiler.rewriting import ChangedError
from spec_compiler.source import SourceNode, load, read
from spec_compiler.source.characters import tidy
from spec_compiler.spans import Edit


@entity
class Drafts:
    """Files as they are to be: edits are made here, and read again from here.

    Attributes:
        editable: The files that may be edited, links followed.
        before: The bytes of each file that was edited, or is not on the disk, as they were read.
        now: Its bytes as they are to be.
    """

    editable: frozenset[str]
    before: dict[str, bytes]
    now: dict[str, bytes]

    @classmethod
    def of(cls, files: Iterable[str], texts: Mapping[str, bytes] | None = None) -> Drafts:
        """Drafts of some files: of the same file, by whatever name, there is one.

        Args:
            files: Those that may be edited.
            texts: What stands in those that are not on the disk.
        """
        held = {os.path.realpath(file): text for file, text in (texts or {}).items()}
        return cls(frozenset(map(os.path.realpath, files)), dict(held), dict(held))

    def load(self, file: str, diagnostics: Diagnostics) -> SourceNode | None:
        """Read a document as it is to be; see `source.load`."""
        draft = self.now.get(os.path.realpath(file))
        return load(file, diagnostics) if draft is None else read(draft, file, diagnostics)

    def edit(self, fixes: Iterable[Diagnostic], sources: Mapping[str, str]) -> None:
        """Do what the edits of some findings say, none of which touches another.

        Raises:
            ChangedError: a file is not what was read of it.
        """
        edits: dict[str, list[Edit]] = {}
        read: dict[str, str] = {}
        for edit in (edit for finding in fixes for edit in finding.edits):
            path = os.path.realpath(edit.span.file)
            edits.setdefault(path, []).append(edit)
            read[path] = edit.span.file
        for path, own in edits.items():
            if path not in self.now:
                with open(path, "rb") as stream:
                    self.before[path] = self.now[path] = stream.read()
            text = self.now[path].decode("utf-8", "replace")
            if tidy(text) != sources[read[path]]:
                raise ChangedError(read[path])
            self.now[path] = applied(text, own).encode("utf-8")

    @property
    def changed(self) -> dict[str, tuple[bytes, bytes]]:
        """What was and what is to be, of each file that differs."""
        pairs = {path: (self.before[path], draft) for path, draft in self.now.items()}
        return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}
