"""The server: messages of the protocol to a session and back."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO, cast

from lsprotocol import types

from spec_compiler import __version__
from spec_compiler.server.assistance import Assistance
from spec_compiler.server.code_actions import CodeActions
from spec_compiler.server.navigation import Navigation
from spec_compiler.server.protocol import EditorProtocol, EditorServer
from spec_compiler.server.session import Session
from spec_compiler.server.text import Units

_SWITCH = 0.001
"""Seconds after which the thread that checks lets the one go on that talks to the editor."""
_WATCHED = ("**/*.{yaml,yml,json}", "**/specc.toml", "**/pyproject.toml")


class Server:
    """A language server of one editor."""

    def __init__(self) -> None:
        self.protocol = EditorServer(
            "specc",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            protocol_cls=EditorProtocol,
        )
        self.session = Session(
            self.protocol.text_document_publish_diagnostics, self._failed, self.refresh
        )
        self.on(types.INITIALIZE, self._initialize)
        self.on(types.INITIALIZED, self._initialized)
        self.on(types.EXIT, self._exit)
        self.on(types.TEXT_DOCUMENT_DID_OPEN, self._open)
        self.on(types.TEXT_DOCUMENT_DID_CHANGE, self._change)
        self.on(types.TEXT_DOCUMENT_DID_CLOSE, self._close)
        self.on(types.TEXT_DOCUMENT_DID_SAVE, self._changed_on_disk)
        self.on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._changed_on_disk)
        Navigation(self, CodeActions(self))
        Assistance(self)

    def on(self, method: str, handler: Callable[[Any], Any], options: object = None) -> None:
        """Answer messages of a method."""
        self.protocol.feature(method, options)(partial(handler))  # it notes things on it

    def serve(self, stdin: BinaryIO, stdout: BinaryIO) -> None:
        """Talk until the editor ends the session, or goes away."""
        try:
            self.protocol.start_io(stdin, stdout)
        finally:
            self.session.stop()

    @property
    def client(self) -> types.ClientCapabilities:
        """What the editor can do."""
        return self.protocol.client_capabilities

    # --- the session --------------------------------------------------------------------------

    def _initialize(self, params: types.InitializeParams) -> None:
        chosen = self.protocol.protocol.workspace.position_encoding
        self.session.units = cast("Units", str(getattr(chosen, "value", chosen)))
        self.session.folders = [folder.uri for folder in params.workspace_folders or ()]
        if not self.session.folders and params.root_uri:
            self.session.folders = [params.root_uri]
        self.session.start(asyncio.get_running_loop())

    def _initialized(self, params: object) -> None:
        """Ask to be told of files that change on the disk."""
        workspace = self.client.workspace
        watched = workspace.did_change_watched_files if workspace else None
        if watched is None or not watched.dynamic_registration:
            return
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration("specc-files", method, options)
        self.protocol.client_register_capability(types.RegistrationParams([registration]))

    def _exit(self, params: object) -> None:
        """End at once: the thread that reads would wait for the editor to close the pipe."""
        sys.stderr.flush()
        os._exit(0 if self.protocol.protocol._shutdown else 1)  # pyright: ignore[reportPrivateUsage]

    def _open(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        self.session.open(item.uri, item.language_id, item.version, item.text)

    def _change(self, params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        changes = [
            (getattr(change, "range", None), change.text) for change in params.content_changes
        ]
        self.session.change(document.uri, document.version, changes)

    def _close(self, params: types.DidCloseTextDocumentParams) -> None:
        self.session.close(params.text_document.uri)

    def _changed_on_disk(self, params: object) -> None:
        self.session.check_all()

    # --- what a session says --------------------------------------------------------------------

    def _failed(self, error: BaseException) -> None:
        """A fault of ours is told, and the session goes on."""
        message = f"specc has a bug: {type(error).__name__}: {error}"
        self.protocol.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    @property
    def can_refresh(self) -> bool:
        """Whether the editor can be told to ask for hints again."""
        workspace = self.client.workspace
        hints = workspace.inlay_hint if workspace else None
        return bool(hints and hints.refresh_support)

    def refresh(self) -> None:
        """Have the editor ask again for what it shows in the text."""
        if self.can_refresh:
            self.protocol.workspace_inlay_hint_refresh(None)


def serve() -> None:
    """Talk to an editor over standard input and output.

    What else is printed goes to standard error, as the output is the editor's.
    """
    sys.setswitchinterval(_SWITCH)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    with os.fdopen(os.dup(1), "wb") as stdout:
        os.dup2(2, 1)
        Server().serve(sys.stdin.buffer, stdout)
