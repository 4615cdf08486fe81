"""Messages as an editor sends them: what cannot be read is answered, and nobody is disturbed."""

from __future__ import annotations

from typing import Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams, JsonRpcInvalidRequest
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

_LARGEST = 2**31 - 1
"""The largest number of the protocol."""


class _Unread(NamedTuple):
    """A request whose parts are not of the shape that its method asks for."""

    id: int | str | None
    error: JsonRpcException


class EditorProtocol(LanguageServerProtocol):
    """The protocol, but texts are kept by the session: its lines are those of the protocol."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """A message; a place that cannot be is the nearest that can."""
        if data.keys() == {"line", "character"}:
            data = {key: _within(value) for key, value in data.items()}
        if not data.keys() >= {"jsonrpc", "method"}:
            return super().structure_message(data)
        method = data["method"]
        if "id" not in data:
            return self._notification(data, method)
        number = data["id"]
        if not isinstance(number, int | str) or isinstance(number, bool):
            return _Unread(None, JsonRpcInvalidRequest("the id of a request is a number or text"))
        if not isinstance(method, str):
            return _Unread(number, JsonRpcInvalidRequest("the method of a request is a text"))
        try:
            return super().structure_message(data)
        except JsonRpcException:
            message = f"the params are not those of {method}"
            return _Unread(number, JsonRpcInvalidParams(message))

    def _notification(self, data: dict[str, Any], method: object) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException:
            raise JsonRpcInvalidParams(f"the params are not those of {method}") from None

    def handle_message(self, message: Any) -> None:
        """Do what a message asks for, or answer why not."""
        if isinstance(message, _Unread):
            self._refuse(message)
        elif not hasattr(message, "jsonrpc"):
            error = JsonRpcInvalidRequest("this is no message of the protocol")
            self._refuse(_Unread(None, error))
        else:
            super().handle_message(message)

    def _refuse(self, unread: _Unread) -> None:
        # as data: the library leaves out an id that is null, which must be there
        error = {"code": unread.error.code, "message": unread.error.message}
        self._send_data({"jsonrpc": "2.0", "id": unread.id, "error": error})

    def lsp_text_document__did_open(self, params: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Not done here."""

    def lsp_text_document__did_change(self, params: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Not done here."""

    def lsp_text_document__did_close(self, params: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Not done here."""


class EditorServer(LanguageServer):
    """A server that notes what goes wrong where those look who look for it."""

    def report_server_error(self, error: Exception, source: object) -> None:
        """A line of the log: what a message was wrong about is answered where it asked for one."""
        message = f"a message was not understood: {error}"
        self.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))


def _within(value: object) -> object:
    return min(max(value, 0), _LARGEST) if isinstance(value, int) else value
