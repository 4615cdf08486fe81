"""What one editor has open: texts as they are now, and what is known of each."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from lsprotocol import types

from spec_compiler.authoring.document import Document
from spec_compiler.authoring.preloading import read_beforehand
from spec_compiler.reading.packaged import place_of
from spec_compiler.server.checking import Checked, checked
from spec_compiler.server.findings import by_file
from spec_compiler.server.opened import Opened, State
from spec_compiler.server.paths import path_of, uri_of
from spec_compiler.server.text import Places, Text, Units
from spec_compiler.server.worker import Worker
from spec_compiler.source.read_again import Read

AFTER_A_KEY = 0.01
"""Seconds after a keystroke in which another one is waited for."""
OF_OTHERS = 0.15
"""Seconds after which the files that import a changed one are checked again."""
_BETWEEN = 0.005
"""Seconds between two steps of what is read before it is asked for."""
_BEFOREHAND = ""
"""What the thread of checks is asked for to do a step of that; no file has this name."""
_TIDYING = " "
"""What it is asked for to look for cycles of objects."""
_QUIET, _MOST_CHECKS = 0.5, 200
"""Seconds after the last check until that is done, and checks after which it is done anyway."""
_PATIENCE = 10.0
"""Seconds that a request waits for a check at most."""

Publish = Callable[[types.PublishDiagnosticsParams], None]
_Said = dict[str, list[types.Diagnostic]]


class _Result(NamedTuple):
    """What a check found, and of which texts."""

    checked: Checked
    version: int
    texts: dict[str, int]
    read: Read | None


class Session:
    """The files of an editor. What the worker is given runs beside the thread that talks to it.

    Args:
        publish: Tells the editor what is found.
        failed: Told of a fault of ours.
        refresh: Asks the editor to ask again for what it shows in the text.
    """

    def __init__(
        self,
        publish: Publish,
        failed: Callable[[BaseException], None],
        refresh: Callable[[], None],
    ) -> None:
        self.units: Units = "utf-16"
        self.opened: dict[str, Opened] = {}
        self.folders: list[str] = []
        self._publish, self._failed, self._refresh = publish, failed, refresh
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker = Worker(self._work, self._fail)
        self._checks = 0
        self._beforehand = read_beforehand(self._types)
        self._said: dict[str, tuple[_Said, dict[str, int]]] = {}
        self._shown: dict[str, list[types.Diagnostic]] = {}

    # --- what the editor says -----------------------------------------------------------------

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to check."""
        self._loop = loop
        gc.disable()  # whoever types would wait for the collector
        self._worker.start()
        self._worker.ask(_BEFOREHAND)

    def stop(self) -> None:
        """Check no more."""
        self._worker.stop()

    def open(self, uri: str, language: str, version: int, text: str) -> None:
        """A file was opened."""
        path = path_of(uri)
        if language in ("json", "jsonc") and not path.endswith(".json"):
            path += ".json"
        self.close(uri)
        self.opened[uri] = opened = Opened(uri, path, State(version, Text.of(text)))
        self._worker.ask(uri)
        self._ask_others(opened.real, but=uri)

    def change(self, uri: str, version: int, changes: list[tuple[types.Range | None, str]]) -> None:
        """A file was edited; changes of what is not open, or in the past, are nothing."""
        opened = self.opened.get(uri)
        if opened is None:
            return
        text = opened.state.text
        for where, new in changes:
            text = text.edited(where, new, self.units)
        opened.state = State(version, text)
        self._worker.ask(uri, AFTER_A_KEY)
        self._ask_others(opened.real, but=uri)

    def close(self, uri: str) -> None:
        """A file was closed: what is on the disk is its text again."""
        opened = self.opened.pop(uri, None)
        if opened is None:
            return
        self._worker.forget(uri)
        gc.unfreeze()  # all that was known of it may go
        self._worker.ask(_TIDYING, _QUIET)
        _wake(opened)
        owned = self._said.pop(uri, None)
        files = owned[0] if owned else ()
        self._show({*map(os.path.realpath, files), opened.real})
        self._ask_others(opened.real, but=uri)

    def check_all(self) -> None:
        """Files changed on the disk, settings among them."""
        for uri in self.opened:
            self._worker.ask(uri, AFTER_A_KEY)

    def _ask_others(self, real: str, but: str) -> None:
        """Check the files again that are made of another one."""
        for uri, other in self.opened.items():
            known = other.checked
            if uri == but or known is None:
                continue
            if real in known.reads or known.waits_for_files:
                self._worker.ask(uri, OF_OTHERS)

    # --- checks -------------------------------------------------------------------------------

    def _work(self, asked: str) -> None:
        """Check a file, in the thread of checks; between checks, read what will be asked for."""
        if asked == _BEFOREHAND:
            if next(self._beforehand, self) is not self:
                self._worker.ask(_BEFOREHAND, _BETWEEN)
        elif asked == _TIDYING:
            self._checks = 0
            gc.collect()
            gc.freeze()  # what stays is not looked through again
        else:
            self._check(asked)
            self._checks += 1
            self._worker.ask(_TIDYING, _QUIET if self._checks < _MOST_CHECKS else 0)

    def _check(self, uri: str) -> None:
        open_now = {other.real: other.state for other in [*self.opened.values()]}
        opened = self.opened.get(uri)
        if opened is None or self._loop is None:
            return
        version, text = opened.state
        others = {real: state.text.raw for real, state in open_now.items() if real != opened.real}
        found = checked(text.raw, opened.path, others, opened.remembered)
        versions = {real: state.version for real, state in open_now.items()}
        versions[opened.real] = version
        result = _Result(found, version, versions, opened.remembered.text.last)
        self._loop.call_soon_threadsafe(self._done, uri, result)

    def _types(self) -> list[str]:
        """The types of the layers in what is open."""
        cores = [it.document.analysis.core for it in [*self.opened.values()] if it.document]
        return [item.kind.__name__ for core in cores if core is not None for item in core.items]

    def _fail(self, error: BaseException) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._failed, error)

    def _done(self, uri: str, result: _Result) -> None:
        """What was found is told, unless the text is another one meanwhile."""
        opened = self.opened.get(uri)
        if opened is None:
            return
        again = opened.checked_version == result.version
        opened.checked, opened.checked_version = result.checked, result.version
        opened.read = result.read
        if not opened.is_current:
            return  # another check is on its way
        _wake(opened)
        before = self._said[uri][0] if uri in self._said else ()
        said: _Said = {opened.path: []}
        if result.checked.is_spec:
            said = self._words_of(opened, result)
        versions = {real: result.texts[real] for real in result.checked.reads & {*result.texts}}
        self._said[uri] = said, versions
        self._show({os.path.realpath(file) for file in (*before, *said)})
        if again:
            self._refresh()

    def _words_of(self, opened: Opened, result: _Result) -> _Said:
        places: dict[str, Places] = {}
        for file in result.checked.found.sources:
            other = self.at(file)
            if other is not None and other.state.version == result.texts.get(other.real):
                places[file] = self.places(other)
        found = result.checked.found
        return by_file(found, opened.path, places, self.units, self.uri_of)

    def _show(self, reals: set[str]) -> None:
        """Tell the editor what is found in some files by all checks, each finding once."""
        for real in reals:
            other = next((item for item in self.opened.values() if item.real == real), None)
            if other is not None and not other.is_current:
                continue  # another check is on its way
            merged: dict[object, types.Diagnostic] = {}
            for said, versions in self._said.values():
                if other is not None and versions.get(real) != other.state.version:
                    continue  # it is about another text
                for file, items in said.items():
                    if os.path.realpath(file) == real:
                        merged |= {(_place(item), item.code, item.message): item for item in items}
            items = [*merged.values()]
            uri = other.uri if other is not None else uri_of(real)
            if other is None and not items and not self._shown.get(uri):
                continue
            self._shown[uri] = items
            version = other.state.version if other is not None else None
            self._publish(types.PublishDiagnosticsParams(uri, items, version))

    # --- what is asked ------------------------------------------------------------------------

    def at(self, file: str) -> Opened | None:
        """The open file at a path, whatever it is called."""
        real = os.path.realpath(file)
        return next((other for other in self.opened.values() if other.real == real), None)

    def places(self, opened: Opened) -> Places:
        """The places of a file's text, as it is now, in the units of the editor."""
        return opened.state.text.places(self.units)

    def uri_of(self, file: str) -> str:
        """What the editor calls a file."""
        opened = self.at(file)
        return opened.uri if opened is not None else uri_of(place_of(file))

    async def current(self, uri: str) -> Opened | None:
        """A file, once it is checked as it is now; None where it is not open.

        Where its text changes faster than it is checked, what is known is about an older one.
        """
        opened = self.opened.get(uri)
        if opened is None or opened.is_current:
            return opened
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        opened.waiting.append(future)
        with suppress(TimeoutError):
            await asyncio.wait_for(future, _PATIENCE)
        return self.opened.get(uri)

    async def seen(self, uri: str) -> tuple[Opened, Document] | None:
        """A file and its text as it is now; None where it is not open, or changes too fast.

        Waits for a check only where the nodes of the text cannot be told at once; without one,
        nothing is known of layers.
        """
        opened = self.opened.get(uri)
        if opened is not None and not opened.is_current:
            document = opened.seen()
            if document is not None:
                return opened, document
            opened = await self.current(uri)
        if opened is None or opened.document is None or not opened.is_current:
            return None
        return opened, opened.document


def _place(item: types.Diagnostic) -> tuple[int, int, int, int]:
    start, end = item.range.start, item.range.end
    return start.line, start.character, end.line, end.character


def _wake(opened: Opened) -> None:
    waiting, opened.waiting = opened.waiting, []
    for future in waiting:
        if not future.done():
            future.set_result(None)
