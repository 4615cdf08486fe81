"""Edits that an editor offers: what mends a finding, all that is safe at once, and the style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol import types

from spec_compiler.authoring.minimal_edits import edits_between
from spec_compiler.diagnostics import Diagnostic, Diagnostics
from spec_compiler.mending import MOST_TRIED, TEXTS
from spec_compiler.report import escape
from spec_compiler.server.mends import Once, safe_edits, tried_in_vain
from spec_compiler.server.text import Places
from spec_compiler.shortening import shortened
from spec_compiler.spans import Edit

if TYPE_CHECKING:
    from spec_compiler.server.opened import Opened
    from spec_compiler.server.serving import Server

_LONGEST = 400
"""Of a text of so many lines at most it is tried what edits do before they are offered."""
FIX_ALL = "source.fixAll.specc"
"""The kind of the action that mends all that is safe; editors run it when a file is saved."""


class CodeActions:
    """Answers what an editor asks about edits."""

    def __init__(self, server: Server) -> None:
        self._server, self._session = server, server.session
        self._all = Once(server.session, safe_edits)
        self._vain = Once(server.session, tried_in_vain)
        kinds = [types.CodeActionKind.QuickFix, FIX_ALL]
        options = types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)
        server.on(types.TEXT_DOCUMENT_CODE_ACTION, self._actions, options)
        server.on(types.CODE_ACTION_RESOLVE, self._resolve)
        server.on(types.TEXT_DOCUMENT_FORMATTING, self._format)

    async def _actions(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        opened = await self._session.current(params.text_document.uri)
        if opened is None or opened.checked is None or not opened.is_current:
            return None
        if not opened.checked.is_spec:
            return []
        only = params.context.only
        found: list[types.CodeAction] = []
        if _wanted(types.CodeActionKind.QuickFix, only):
            found += await self._fixes(opened, params)
        if _wanted(FIX_ALL, only) and any(it.edits for it in opened.checked.found.items):
            every = types.CodeAction("Apply all safe fixes", FIX_ALL, data=opened.uri)
            later = self._is_patient and only is None
            every = every if later else await self._resolve(every)
            if later or every.edit is not None:
                found.append(every)
        return found

    @property
    def _is_patient(self) -> bool:
        """Whether the editor asks for the edits of an action when it is chosen."""
        document = self._server.client.text_document
        support = document and document.code_action and document.code_action.resolve_support
        return support is not None and "edit" in support.properties

    async def _fixes(
        self, opened: Opened, params: types.CodeActionParams
    ) -> list[types.CodeAction]:
        """What mends the findings at a place; what was tried and is sure is preferred."""
        found = opened.checked.found if opened.checked is not None else Diagnostics()
        places = self._session.places(opened)
        touched = [
            item
            for item in found.sorted()
            if item.edits and any(_meet(where, params.range) for where in _ranges(item, places))
        ]
        is_short = len(opened.state.text.lines) <= _LONGEST and _may_be_tried(found)
        vain = await self._vain.of(opened) if touched and is_short else None
        if not opened.is_current:
            return []
        made: list[types.CodeAction] = []
        for item in touched:
            edit = self.workspace_edit(item.edits, found)
            if edit is None or (vain is not None and vain.has(item, found)):
                continue
            where, code = places.range(item.span), item.code
            told = [
                known
                for known in params.context.diagnostics
                if known.code == code and known.range == where
            ]
            action = types.CodeAction(
                title=_title(item),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=told or None,
                is_preferred=item.safe and (vain is not None or not item.code.startswith(TEXTS)),
                edit=edit,
            )
            made.append(action)
        return made

    async def _resolve(self, action: types.CodeAction) -> types.CodeAction:
        """Mend all that is safe, when it is asked for; nothing of a text that changes meanwhile."""
        opened = self._session.opened.get(str(action.data))
        if action.kind != FIX_ALL or opened is None:
            return action
        edits = await self._all.of(opened)
        if edits is not None:
            action.edit = self.workspace_edit(edits, Diagnostics())
        return action

    def workspace_edit(
        self, edits: Iterable[Edit], found: Diagnostics
    ) -> types.WorkspaceEdit | None:
        """Edits of files; None where one of them is another text in the editor by now.

        Args:
            edits: Edits of texts as they were checked.
            found: The findings that they are of, which have the texts of files that are not open.
        """
        by_file: dict[str, list[Edit]] = {}
        for edit in edits:
            by_file.setdefault(edit.span.file, []).append(edit)
        changes: list[types.TextDocumentEdit] = []
        for file, own in by_file.items():
            opened = self._session.at(file)
            read = found.sources.get(file)
            if opened is not None:
                if read is not None and read != opened.state.text.tidy:
                    return None
                places, version = self._session.places(opened), opened.state.version
            else:
                places = Places((read or "").split("\n"), self._session.units)
                version = None
            document = types.OptionalVersionedTextDocumentIdentifier(
                self._session.uri_of(file), version
            )
            replaced = [places.edit(edit) for edit in own]
            changes.append(types.TextDocumentEdit(document, replaced))
        return self._in_words(changes)

    def _in_words(self, changes: list[types.TextDocumentEdit]) -> types.WorkspaceEdit:
        workspace = self._server.client.workspace
        knows = workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes
        if knows:
            return types.WorkspaceEdit(document_changes=[*changes])
        plain = {
            change.text_document.uri: [
                edit for edit in change.edits if isinstance(edit, types.TextEdit)
            ]
            for change in changes
        }
        return types.WorkspaceEdit(changes=plain)

    def _format(self, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        """The one style; nothing where the text cannot be read yet, or is no spec."""
        # only where somebody formats
        from spec_compiler.writing.formatted import formatted

        opened = self._session.opened.get(params.text_document.uri)
        if opened is None:
            return None
        text = opened.state.text
        made = formatted(text.tidy, opened.path, Diagnostics())
        if made is None:
            return None
        places = text.places(self._session.units)
        edits = edits_between(text.tidy, made, opened.path)
        return [places.edit(edit) for edit in edits]


def _may_be_tried(found: Diagnostics) -> bool:
    return sum(bool(item.edits) for item in found.errors) <= MOST_TRIED


def _wanted(kind: str, only: Iterable[str] | None) -> bool:
    """Whether a kind of action is asked for; one names those below it, too."""
    if only is None:
        return True
    asked = [str(getattr(item, "value", item)) for item in only]
    name = str(getattr(kind, "value", kind))
    return any(name == item or name.startswith(f"{item}.") or not item for item in asked)


def _ranges(item: Diagnostic, places: Places) -> Iterator[types.Range]:
    """Where a finding is, and where it would be mended."""
    yield places.range(item.span)
    for edit in item.edits:
        if item.span is None or edit.span.file == item.span.file:
            yield places.range(edit.span)


def _meet(one: types.Range, two: types.Range) -> bool:
    return _pair(one.start) <= _pair(two.end) and _pair(two.start) <= _pair(one.end)


def _pair(place: types.Position) -> tuple[int, int]:
    return place.line, place.character


def _title(item: Diagnostic) -> str:
    """What an action is called: what to do, and of a guess that it is one."""
    words = item.help or item.annotation or item.message
    words = escape.line(" ".join(shortened(words).split())).removesuffix("?")
    words = words.removeprefix("did you mean ") if words.startswith("did you mean") else words
    words = f"Write {words}" if words.startswith("`") else words[:1].upper() + words[1:]
    return words if item.safe else f"{words} (a guess)"
