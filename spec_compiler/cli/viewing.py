"""`specc view --watch`: the page is served, and is another one when the spec is saved."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Mapping
from typing import NoReturn

from spec_compiler.cli.linting import Linting
from spec_compiler.cli.reading import show
from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.watch.loop import Looked, Round, State, state_of
from spec_compiler.cli.watch.proofs import Texts, note_data, watched
from spec_compiler.cli.words import say
from spec_compiler.compile import Analysis, Options
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.picture.draw import draw
from spec_compiler.picture.page import page
from spec_compiler.picture.serving import HOST, PageServer


class Viewing:
    """A spec is drawn, and what a browser shows of it is told to draw itself again.

    Args:
        spec: The file.
        server: Where the page is served.
        sizes: Numbers for named sizes.
        color: As of `--color`.
        options: See `Options`.
        open_: Whether a browser is to be opened at first.
    """

    def __init__(
        self,
        spec: str,
        server: PageServer,
        sizes: Mapping[str, int],
        color: str,
        options: Options,
        *,
        open_: bool,
    ) -> None:
        self.spec, self.server, self.sizes = spec, server, sizes
        self.color, self.options, self.to_open = color, options, open_
        self.linting = Linting(None, None, False, None, False)
        self.texts = Texts()

    def find(self, changed: Collection[str]) -> tuple[list[str], Collection[str]]:
        """See `Job`."""
        if changed:
            self.linting = self.linting.anew()
        self.linting.rules(self.spec)
        return [self.spec], {*map(str, self.linting.files.looked_for)}

    def look(self, spec: str) -> Looked[Analysis]:
        """See `Job`."""
        files: dict[str, State] = {}
        options: Options = {**self.options, "diagnostics": Diagnostics()}
        options |= self.texts.again(spec, files)
        try:
            known = self.linting.analyzed(spec, **options)
        except OSError as error:
            return Looked(error, files | {spec: state_of(spec)}, True)
        self.linting.finish(known.found)
        note_data(known.core, files)
        return Looked(known, files, bool(known.found.errors))

    def tell(self, results: Mapping[str, Analysis | OSError], told: Round) -> None:
        """See `Job`."""
        for known in results.values():
            if isinstance(known, OSError):
                say(f"error: {self.spec}: {known.strerror or known}", err=True)
                continue
            show(known.found, self.color)
            drawn = draw(known, self.sizes)
            version = self.server.version + 1
            self.server.show(page(drawn, live=version))
            say(f"{time.strftime('%H:%M:%S')}  {self.server.address}  {drawn.counted}")
            sys.stdout.flush()
        if self.to_open and self.server.version:
            self.to_open = False
            open_browser(self.server.address)


def view_and_watch(
    spec: str,
    port: int,
    sizes: Mapping[str, int],
    color: str,
    options: Options,
    *,
    open_: bool,
    unfit: Mapping[str, bool],
) -> NoReturn:
    """Serve the page until Ctrl-C, and end with 130.

    Raises:
        UsageError: it cannot be watched, or the port cannot be had.
    """
    try:
        server = PageServer(port)
    except (OSError, OverflowError) as error:
        words = getattr(error, "strerror", None) or f"{error}"
        raise UsageError(f"--port {port}: {HOST}:{port} cannot be had: {words}") from None
    server.start()
    try:
        watched(Viewing(spec, server, sizes, color, options, open_=open_), [spec], unfit)
    finally:
        server.stop()


def open_browser(address: str) -> None:
    """Show an address in the browser of the desktop, if there is one."""
    import webbrowser  # only where it is asked for

    if not webbrowser.open(address):
        say(f"no browser could be opened; open {address}", err=True)
