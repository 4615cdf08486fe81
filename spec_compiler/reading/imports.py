"""The files that a spec imports: each is read once, under the root, and none imports itself.

A name with `specc:` is a library of the package, which is read from there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from spec_compiler.diagnostics import Diagnostics
from spec_compiler.files import Origin
from spec_compiler.language.names import check_name
from spec_compiler.reading.authored import section
from spec_compiler.reading.defaults import read_defaults
from spec_compiler.reading.header import Headed, read_header
from spec_compiler.reading.library import Library
from spec_compiler.reading.packaged import is_packaged, meant, read_packaged
from spec_compiler.refusals import Refusal
from spec_compiler.source.node import SourceNode
from spec_compiler.spans import Label
from spec_compiler.spelling import suggestion

Load = Callable[[str, Diagnostics], SourceNode | None]
"""Reads a document by its name; raises an OSError when it cannot be read."""
MOST_FILES = 256
"""Files that a spec imports at most, directly and through others."""
DEEPEST = 32
"""Files that import each other in a row at most."""


class _Step(NamedTuple):
    """A file that is being read: where it is, what it is called, and the import that led to it."""

    path: Path
    name: str
    label: Label | None


class Imports:
    """Reads the blocks of a file and, before them, those of the files that it imports."""

    def __init__(self, load: Load, diagnostics: Diagnostics) -> None:
        self.load = load
        self.diagnostics = diagnostics
        self.known: dict[Path | str, Library | None] = {}
        self.open: list[_Step] = []

    def library(self, stated: Headed, origin: Origin) -> Library:
        """What `use` can name in the file that is compiled."""
        self.open = [_Step(Path(origin.path).resolve(), origin.file, None)]
        return self._library(stated, origin)

    def _library(self, stated: Headed, origin: Origin) -> Library:
        defaults = read_defaults(stated.node, stated.scope, self.diagnostics)
        library = Library(origin, stated.node, stated.scope, defaults)
        blocks = dict(section(stated.node, "blocks"))
        for alias, written in stated.header.imports.items():
            if alias.startswith("x-"):
                continue
            library.imports[alias] = None
            with self.diagnostics.at(stated.node, ("imports", alias)):
                check_name(alias, "an import", (), key=True)
                if alias in blocks:
                    raise Refusal(
                        "SPC0201",
                        f"`{alias}` is both an import and a block",
                        labels=(Label(blocks[alias].key_span, "the block"),),
                        blame_key=True,
                    )
                library.imports[alias] = self._import(alias, written, stated.node, origin)
        if stated.node.get("blocks") is not None:
            # loaded only where a file has blocks
            from spec_compiler.reading.blocks import read_blocks

            library.blocks.update(read_blocks(library, self.diagnostics))
        return library

    def _import(self, alias: str, written: str, node: SourceNode, origin: Origin) -> Library | None:
        """An imported file; None when it was refused as a whole.

        Raises:
            Refusal: it cannot be read, or it leads back to a file that is being read.
        """
        if is_packaged(written):
            if written not in self.known:
                read = read_packaged(written, self.diagnostics)
                self.known[written] = self._of(read, Origin(written))
            return self.known[written]
        try:
            path = origin.locate(written)
            if path not in self.known:
                target = origin.beside(written)
                span = node.nearest(("imports", alias)).span
                step = _Step(path, target.file, Label(span, "imported here"))
                self._refuse_circle(step)
                self.open.append(step)
                try:
                    read = self.load(target.file, self.diagnostics)
                    self.known[path] = self._of(read, target)
                finally:
                    self.open.pop()
            return self.known[path]
        except OSError as error:
            raise Refusal(
                "SPC0217",
                f"the import `{alias}` is a URL"
                if "://" in written
                else f"the import `{alias}` cannot be read: {error.strerror or error}",
                **suggestion(
                    meant(written) or origin.meant(written),
                    "nothing is fetched: keep the file beside the spec, and write its path"
                    if "://" in written
                    else "a path is relative to the file that it stands in",
                ),
            ) from None

    def _refuse_circle(self, step: _Step) -> None:
        """Refuse a file that is being read already, and more files than anyone writes."""
        paths = [known.path for known in self.open]
        if step.path in paths:
            circle = self.open[paths.index(step.path) :]
            names = " -> ".join([*(known.name for known in circle), circle[0].name])
            labels = tuple(known.label for known in circle[1:] if known.label is not None)
            raise Refusal(
                "SPC0216",
                f"the files import each other in a cycle: {names}",
                labels=labels,
                help="move what both need to a file that imports neither",
            )
        if len(self.known) + len(self.open) > MOST_FILES or len(self.open) > DEEPEST:
            limit = f"{MOST_FILES} files are imported, or {DEEPEST} in a row"
            raise Refusal("SPC0113", f"more than {limit}")

    def _of(self, node: SourceNode | None, origin: Origin) -> Library | None:
        if node is None:
            return None
        stated = read_header(node, {}, self.diagnostics, imported=True)
        if stated is None:
            return None
        library = self._library(stated, origin)
        if stated.is_model:
            # loaded only where a model is imported
            from spec_compiler.reading.whole_file import whole_file

            library.model = whole_file(library, stated.header, self.diagnostics)
        return library
