"""What a place says: completion, hints, hovers, signatures, colours, in the protocol's words.

Answers do not wait for a check that takes long: names are then those of the last one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from spec_compiler.authoring.completion import completions
from spec_compiler.authoring.document import Document
from spec_compiler.authoring.formulas import KINDS
from spec_compiler.authoring.hints import hints
from spec_compiler.authoring.hover import hover
from spec_compiler.authoring.offers import Offer, words_of
from spec_compiler.authoring.semantic_tokens import semantic_tokens
from spec_compiler.authoring.signatures import signature
from spec_compiler.authoring.text_change import text_change
from spec_compiler.compile import Analysis
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.server.text import Places, units_before

if TYPE_CHECKING:
    from spec_compiler.server.opened import Opened
    from spec_compiler.server.serving import Server

_AT_MOST = 0.02
"""Seconds that an answer waits for what is being checked."""
_HINTS_AT_MOST = 0.08
"""The same of hints: an editor may draw those of one text only once (Neovim 0.12 does)."""
_KINDS = types.CompletionItemKind
_OF_OFFERS = {
    "key": _KINDS.Property,
    "argument": _KINDS.Property,
    "type": _KINDS.Class,
    "value": _KINDS.Value,
    "param": _KINDS.Constant,
    "dim": _KINDS.Constant,
    "layer": _KINDS.Variable,
    "input": _KINDS.Field,
    "use": _KINDS.Module,
    "block": _KINDS.Module,
    "output": _KINDS.Field,
    "port": _KINDS.Property,
    "mask": _KINDS.Variable,
    "weight": _KINDS.Variable,
    "function": _KINDS.Function,
    "file": _KINDS.File,
    "folder": _KINDS.Folder,
    "code": _KINDS.EnumMember,
}


class Assistance:
    """Answers what editors ask of a place."""

    def __init__(self, server: Server) -> None:
        self._session = server.session
        """The last that was known of a file's layers."""
        self._refresh, self._can_refresh = server.refresh, lambda: server.can_refresh
        self._later: set[str] = set()
        self._tasks: set[asyncio.Future[None]] = set()
        triggers = [*" :{[(,.$\"'/"]
        options = types.CompletionOptions(trigger_characters=triggers, resolve_provider=True)
        server.on(types.TEXT_DOCUMENT_COMPLETION, self._completion, options)
        server.on(types.COMPLETION_ITEM_RESOLVE, self._resolve)
        server.on(types.TEXT_DOCUMENT_INLAY_HINT, self._hints)
        server.on(types.TEXT_DOCUMENT_HOVER, self._hover)
        helped = types.SignatureHelpOptions(trigger_characters=[*"({,:"])
        server.on(types.TEXT_DOCUMENT_SIGNATURE_HELP, self._signature, helped)
        legend = types.SemanticTokensLegend(list(KINDS), [])
        server.on(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, self._semantic_tokens, legend)
        server.on(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, self._semantic_tokens, legend)

    # --- which text ---------------------------------------------------------------------------

    async def _opened(self, uri: str, at_most: float) -> Opened | None:
        """A file, checked as it is now if that takes no longer; None where it is not open."""
        opened = self._session.opened.get(uri)
        if opened is None or opened.is_current:
            return opened
        first = opened.document is None  # nothing is known that could be said at once
        if at_most or first:
            waiting = asyncio.ensure_future(self._session.current(uri))
            await asyncio.wait({waiting}, timeout=None if first else at_most)
        return self._session.opened.get(uri)

    async def _at_once(self, uri: str, at_most: float = _AT_MOST) -> tuple[Document, Places] | None:
        """A file as it is now, with what is known of it as soon as people need it."""
        opened = await self._opened(uri, at_most)
        if opened is None:
            return None
        return self._document(opened), self._session.places(opened)

    def _last_known(self, opened: Opened) -> Document:
        """The text that was checked last, with what was last known of its layers."""
        found = opened.document or Document(opened.path, "", ("",), self._nothing(opened))
        if found.analysis.core is not None:
            opened.last_known = found.analysis
        elif (known := opened.last_known) is not None:
            found = Document(found.path, found.text, found.lines, known, found.recovered)
        return found

    def _document(self, opened: Opened) -> Document:
        """The text as it is now, with what was last known of its layers."""
        found, text = self._last_known(opened), opened.state.text
        if opened.is_current:
            return found
        return Document(opened.path, text.tidy, text.lines, found.analysis, recovered=True)

    def _nothing(self, opened: Opened) -> Analysis:
        return Analysis(opened.path, Diagnostics())

    # --- answers ------------------------------------------------------------------------------

    async def _completion(self, params: types.CompletionParams) -> types.CompletionList | None:
        asked = await self._at_once(params.text_document.uri, at_most=0)
        if asked is None:
            return None
        document, places = asked
        offers = completions(document, places.position(params.position))
        items = [_item(offer, at, places) for at, offer in enumerate(offers)]
        return types.CompletionList(is_incomplete=False, items=items)

    def _resolve(self, item: types.CompletionItem) -> types.CompletionItem:
        about: Any = item.data
        if isinstance(about, str):
            words = words_of(item.label, about)
            item.documentation = types.MarkupContent(types.MarkupKind.Markdown, words)
        return item

    async def _hints(self, params: types.InlayHintParams) -> list[types.InlayHint] | None:
        uri = params.text_document.uri
        if self._can_refresh():
            opened = await self._opened(uri, _HINTS_AT_MOST)
        else:  # an editor that cannot be told to ask again gets the last word at once
            opened = await self._session.current(uri)
        if opened is None or opened.document is None:
            return None
        places = self._session.places(opened)
        first, last = params.range.start.line + 1, params.range.end.line + 1
        # as many lines as have come or gone a hint may stand away from where it was
        off = abs(len(opened.document.lines) - len(opened.state.text.lines))
        found = hints(opened.document, first - off, last + off)
        if not opened.is_current:
            # those of the text before, where they are now; when it is checked they are asked again
            edit = text_change(opened.document.lines, opened.state.text.lines)
            found = [
                hint._replace(at=place)
                for hint in found
                if (place := edit.position(hint.at)) is not None
            ]
            self._ask_again(uri)
        return [
            types.InlayHint(
                position=places.place(*hint.at),
                label=hint.text,
                tooltip=hint.more or None,
                padding_left=True,
            )
            for hint in found
            if first <= hint.at.line <= last
        ]

    def _ask_again(self, uri: str) -> None:
        """Have the editor ask for hints again, once what is typed now is checked."""

        async def wait() -> None:
            await self._session.current(uri)
            self._later.discard(uri)
            self._refresh()

        if uri not in self._later:
            self._later.add(uri)
            self._tasks.add(task := asyncio.ensure_future(wait()))
            task.add_done_callback(self._tasks.discard)

    async def _hover(self, params: types.HoverParams) -> types.Hover | None:
        asked = await self._at_once(params.text_document.uri)
        if asked is None:
            return None
        document, places = asked
        found = hover(document, places.position(params.position))
        if found is None:
            return None
        words = types.MarkupContent(types.MarkupKind.Markdown, found.words)
        return types.Hover(words, places.range(found.span))

    async def _signature(self, params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        asked = await self._at_once(params.text_document.uri, at_most=0)
        if asked is None:
            return None
        document, places = asked
        found = signature(document, places.position(params.position))
        if found is None:
            return None
        units = self._session.units

        def at(characters: int) -> int:
            return units_before(found.label, characters, units)

        parameters = [
            types.ParameterInformation(
                (at(it.start), at(it.end)),
                types.MarkupContent(types.MarkupKind.Markdown, it.words) if it.words else None,
            )
            for it in found.parameters
        ]
        words = types.MarkupContent(types.MarkupKind.Markdown, found.words)
        # an index beyond the parameters means none of them
        active = len(parameters) if found.active is None else found.active
        told = types.SignatureInformation(found.label, words, parameters, active)
        return types.SignatureHelp([told], 0, active)

    async def _semantic_tokens(
        self, params: types.SemanticTokensParams | types.SemanticTokensRangeParams
    ) -> types.SemanticTokens | None:
        seen = await self._session.seen(params.text_document.uri)
        if seen is None:
            return None
        opened, document = seen
        first, last = 1, None
        if isinstance(params, types.SemanticTokensRangeParams):
            first, last = params.range.start.line + 1, params.range.end.line + 1
        places = self._session.places(opened)
        data: list[int] = []
        line = start = 0
        for item in semantic_tokens(document, first, last):
            found = places.range(item.span)
            length = found.end.character - found.start.character
            if found.start.line != line:
                start = 0
            data += [
                found.start.line - line, found.start.character - start, length,
                KINDS.index(item.kind), 0,
            ]  # fmt: skip
            line, start = found.start.line, found.start.character
        return types.SemanticTokens(data)


def _item(offer: Offer, at: int, places: Places) -> types.CompletionItem:
    words = types.MarkupContent(types.MarkupKind.Markdown, offer.words) if offer.words else None
    return types.CompletionItem(
        label=offer.label,
        kind=_OF_OFFERS[offer.kind],
        detail=offer.detail or None,
        documentation=words,
        sort_text=f"{at:05}",
        filter_text=offer.label,
        text_edit=types.TextEdit(places.range(offer.span), places.text(offer.text)),
        data=offer.about or None,
    )
