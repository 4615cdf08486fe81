"""Ways through specs: definitions, references, new names, outlines and folds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from spec_compiler.authoring.document import Document, Position
from spec_compiler.authoring.document_symbols import Shown, Symbol, document_symbols, folds
from spec_compiler.authoring.navigation import definition, references
from spec_compiler.authoring.renaming import CannotRenameError, in_vain, renameable, renamed
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.report import escape
from spec_compiler.server.paths import path_of
from spec_compiler.server.text import Places
from spec_compiler.source import SourceNode, load, read
from spec_compiler.source.recognized import SUFFIXES, is_spec
from spec_compiler.spans import Span

if TYPE_CHECKING:
    from spec_compiler.server.code_actions import CodeActions
    from spec_compiler.server.serving import Server


class _Asked(Protocol):
    """What asks about a place."""

    text_document: types.TextDocumentIdentifier
    position: types.Position


_OF_WEIGHTS = "weights"
"""What a note is called that stands at edits."""
_MOST_FILES = 2_000
"""Specs of a workspace that are looked at for a name."""
_KINDS: dict[Shown, types.SymbolKind] = {
    "section": types.SymbolKind.Namespace,
    "input": types.SymbolKind.Interface,
    "param": types.SymbolKind.Constant,
    "dim": types.SymbolKind.TypeParameter,
    "layer": types.SymbolKind.Object,
    "block": types.SymbolKind.Class,
    "file": types.SymbolKind.Module,
    "test": types.SymbolKind.Event,
}


class Navigation:
    """Answers where names lead."""

    def __init__(self, server: Server, mends: CodeActions) -> None:
        self._server, self._session, self._mends = server, server.session, mends
        self._made = dict[str, _Symbols]()
        """What was told of each file the last time."""
        server.on(types.TEXT_DOCUMENT_DEFINITION, self._definition)
        server.on(types.TEXT_DOCUMENT_REFERENCES, self._references)
        server.on(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, self._highlights)
        server.on(types.TEXT_DOCUMENT_PREPARE_RENAME, self._prepare)
        server.on(types.TEXT_DOCUMENT_RENAME, self._rename, types.RenameOptions(True))
        server.on(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, self._symbols)
        server.on(types.TEXT_DOCUMENT_FOLDING_RANGE, self._folds)

    # --- where ----------------------------------------------------------------------------------

    async def _definition(self, params: types.DefinitionParams) -> list[types.Location] | None:
        asked = await self._at(params)
        if asked is None:
            return None
        document, _, position = asked
        found = definition(document, position, self._tree)
        if not found:  # it may be a layer without a name, which a check knows
            asked = await self._checked_at(params)
            if asked is None:
                return None
            document, _, position = asked
            found = definition(document, position, self._tree)
        return [*map(self._location, found)]

    async def _references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        asked = await self._at(params)
        if asked is None:
            return None
        document, _, position = asked
        others, declared = [*self._others(document)], params.context.include_declaration
        found = references(document, position, others, declared=declared)
        return [*map(self._location, found)]

    async def _highlights(
        self, params: types.DocumentHighlightParams
    ) -> list[types.DocumentHighlight] | None:
        asked = await self._at(params)
        if asked is None:
            return None
        document, places, position = asked
        found = references(document, position, ())
        return [types.DocumentHighlight(places.range(span)) for span in found]

    async def _prepare(
        self, params: types.PrepareRenameParams
    ) -> types.PrepareRenamePlaceholder | None:
        asked = await self._at(params)
        if asked is None:
            return None
        document, places, position = asked
        try:
            span, name = renameable(document, position)
        except CannotRenameError:
            return None
        return types.PrepareRenamePlaceholder(places.range(span), name)

    async def _rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        asked = await self._checked_at(params)
        if asked is None:
            return None
        document, _, position = asked
        found = Diagnostics(sources={document.path: document.text})
        others = [*self._others(document, found)]
        try:
            edits = renamed(document, position, params.new_name.strip(), others, found.sources)
        except CannotRenameError as error:
            raise JsonRpcInvalidParams(str(error)) from None
        made = self._mends.workspace_edit(edits, found)
        said = in_vain(document, edits, others, found.sources) if made is not None else []
        return made if made is None or not said else self._told(made, said)

    def _told(self, made: types.WorkspaceEdit, said: list[str]) -> types.WorkspaceEdit:
        """Edits that somebody has to agree to, or hears of, where an editor cannot ask."""
        words = "\n".join(map(escape.line, said))
        workspace = self._server.client.workspace
        support = workspace.workspace_edit if workspace else None
        changes = made.document_changes
        if changes is None or support is None or support.change_annotation_support is None:
            message = types.ShowMessageParams(types.MessageType.Warning, words)
            self._server.protocol.window_show_message(message)
            return made
        asked = types.ChangeAnnotation("The weights file still has the old name", True, words)
        for change in changes:
            if isinstance(change, types.TextDocumentEdit):
                change.edits = [
                    types.AnnotatedTextEdit(_OF_WEIGHTS, edit.range, edit.new_text)
                    for edit in change.edits
                    if isinstance(edit, types.TextEdit)
                ]
        return types.WorkspaceEdit(
            document_changes=changes, change_annotations={_OF_WEIGHTS: asked}
        )

    async def _at(self, params: _Asked) -> tuple[Document, Places, Position] | None:
        """What the text is now, as soon as its nodes can be told."""
        seen = await self._session.seen(params.text_document.uri)
        if seen is None:
            return None
        opened, document = seen
        places = self._session.places(opened)
        return document, places, places.position(params.position)

    async def _checked_at(self, params: _Asked) -> tuple[Document, Places, Position] | None:
        """The same once it is checked."""
        await self._session.current(params.text_document.uri)
        return await self._at(params)

    def _location(self, span: Span) -> types.Location:
        opened = self._session.at(span.file)
        if opened is not None:
            places = self._session.places(opened)
        else:
            found = Diagnostics()
            self._read(span.file, found)
            places = Places(found.sources.get(span.file, "").split("\n"), self._session.units)
        return types.Location(self._session.uri_of(span.file), places.range(span))

    # --- which files ----------------------------------------------------------------------------

    def _tree(self, file: str) -> SourceNode | None:
        opened = self._session.at(file)
        if opened is not None and opened.document is not None:
            return opened.document.analysis.node
        return self._read(file, Diagnostics())

    def _read(self, file: str, found: Diagnostics) -> SourceNode | None:
        opened = self._session.at(file)
        try:
            if opened is not None:
                return read(opened.state.text.raw, opened.path, found)
            return load(file, found)
        except OSError:
            return None

    def _others(self, document: Document, found: Diagnostics | None = None) -> Iterator[SourceNode]:
        """The other specs that may say a name of this one: open, imported, or in its folders."""
        found = Diagnostics() if found is None else found
        seen = {os.path.realpath(document.path)}
        for path in self._paths(document):
            real = os.path.realpath(path)
            if real not in seen:
                seen.add(real)
                root = self._read(path, found)
                if root is not None:
                    yield root

    def _paths(self, document: Document) -> Iterator[str]:
        yield from [opened.path for opened in self._session.opened.values()]
        yield from [file for file in document.analysis.found.sources if file.endswith(SUFFIXES)]
        folders = [path_of(uri) for uri in self._session.folders]
        left = _MOST_FILES
        for folder in folders or [os.path.dirname(document.path)]:
            for path in _specs_in(folder):
                left -= 1
                if left < 0:
                    return
                yield path

    # --- the whole ------------------------------------------------------------------------------

    async def _symbols(
        self, params: types.DocumentSymbolParams
    ) -> list[types.DocumentSymbol] | None:
        seen = await self._session.seen(params.text_document.uri)
        if seen is None:
            return None
        opened, document = seen
        places = self._session.places(opened)
        before = self._made.get(opened.uri)
        made = _Symbols(places, {} if before is None else before.of_parts)
        self._made = {uri: it for uri, it in self._made.items() if uri in self._session.opened}
        self._made[opened.uri] = made
        return [made.of(part) for part in document_symbols(document)]

    async def _folds(self, params: types.FoldingRangeParams) -> list[types.FoldingRange] | None:
        seen = await self._session.seen(params.text_document.uri)
        if seen is None:
            return None
        _, document = seen
        comment = types.FoldingRangeKind.Comment
        return [
            types.FoldingRange(
                fold.first - 1, fold.last - 1, kind=comment if fold.is_comment else None
            )
            for fold in folds(document)
        ]


def _specs_in(folder: str) -> Iterator[str]:
    """The specs below a folder; nothing hidden is looked at, and no link followed."""
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(top, name)
            try:
                if name.endswith(SUFFIXES) and not name.startswith(".") and is_spec(path):
                    yield str(path)
            except OSError:
                continue


class _Symbols:
    """The symbols of a text: those of parts that stand as they stood before are the same.

    Args:
        places: Of the text.
        before: Symbols of the text before, by all that they depend on.
    """

    def __init__(self, places: Places, before: Mapping[object, types.DocumentSymbol]) -> None:
        self.places, self.before = places, before
        self.of_parts: dict[object, types.DocumentSymbol] = {}

    def of(self, part: Symbol) -> types.DocumentSymbol:
        """What an editor is told of a part."""
        if part.parts:
            return self._anew(part)
        lines = self.places.lines[part.span.line - 1 : part.span.end_line]
        key = part, tuple(lines), self.places.marked
        self.of_parts[key] = made = self.before.get(key) or self._anew(part)
        return made

    def _anew(self, part: Symbol) -> types.DocumentSymbol:
        return types.DocumentSymbol(
            name=escape.line(part.name).strip() or "?",
            kind=_KINDS[part.kind],
            range=self.places.range(part.span),
            selection_range=self.places.range(part.named),
            detail=escape.line(part.detail) or None,
            children=[self.of(inner) for inner in part.parts],
        )
