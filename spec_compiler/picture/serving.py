"""The page for a browser of this machine, which is told when it is another one."""

from __future__ import annotations

import re
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

HOST = "127.0.0.1"
_EVENTS = re.compile(r"/events/([0-9]{1,9})")
_SECONDS = 15.0
"""How long nothing is said to a browser that listens; writing tells whether it still does."""


class PageServer(ThreadingHTTPServer):
    """Serves one page and the news of it, to this machine alone.

    A page of strangers that a browser has open can ask any address, and its own name can be made to
    lead here: so an answer is given only to who asks for this address by number or as `localhost`.

    Args:
        port: Where it listens; 0 for any that is free.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.page = b""
        self.version = 0
        self.changed = threading.Condition()
        self.ended = False

    @property
    def address(self) -> str:
        """Where a browser finds the page."""
        return f"http://{HOST}:{self.server_port}/"

    def show(self, page: str) -> None:
        """Another page, in place of the one before."""
        with self.changed:
            self.page = page.encode()
            self.version += 1
            self.changed.notify_all()

    def start(self) -> None:
        """Serve, beside what else is done."""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Serve no longer."""
        with self.changed:
            self.ended = True
            self.changed.notify_all()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "specc"
    sys_version = ""
    timeout = 60

    @property
    def _pages(self) -> PageServer:
        return cast("PageServer", self.server)

    def do_GET(self) -> None:
        """The page, its news, and nothing else."""
        names = {f"{name}:{self._pages.server_port}" for name in (HOST, "localhost")}
        if self.headers.get("Host") not in names:
            self._say(HTTPStatus.MISDIRECTED_REQUEST, b"this is not the address of the page\n")
        elif self.path == "/":
            self._say(HTTPStatus.OK, self._pages.page, "text/html; charset=utf-8")
        elif (seen := _EVENTS.fullmatch(self.path)) is not None:
            self._tell(int(seen[1]))
        else:
            self._say(HTTPStatus.NOT_FOUND, b"there is one page, /\n")

    def _say(
        self, status: HTTPStatus, content: bytes, kind: str = "text/plain; charset=utf-8"
    ) -> None:
        self._begin(status, kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _begin(self, status: HTTPStatus, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")

    def _tell(self, seen: int) -> None:
        """Say when the page is another one than a browser has seen, until it goes."""
        self._begin(HTTPStatus.OK, "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        server = self._pages
        self.wfile.write(b": specc\n\n")
        while not server.ended:
            with server.changed:
                if server.version == seen and not server.ended:
                    server.changed.wait(_SECONDS)
                news = server.version != seen
                seen = server.version
            self.wfile.write(b"event: changed\ndata: \n\n" if news else b":\n\n")
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is called
        """Nothing is logged."""
