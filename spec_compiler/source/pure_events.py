"""PyYAML's own event parser, where libyaml is missing, made to agree with libyaml."""

# PyYAML's scanner has no annotations.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re

from yaml.events import Event, ScalarEvent
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError

_SURROGATE = re.compile("[\ud800-\udfff]")


class PureEvents(Reader, Scanner, Parser):
    """An event stream with libyaml's rules for tabs and for escapes that are not characters."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def get_event(self) -> Event | None:
        """The next event, None after the last."""
        try:
            event = super().get_event()
        except (ValueError, OverflowError):  # `chr` of an escape beyond Unicode
            raise self._bad_escape() from None
        if isinstance(event, ScalarEvent) and event.style and _SURROGATE.search(event.value):
            raise self._bad_escape()
        return event

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line ends; tabs too where they cannot indent."""
        while True:
            while self.peek() == " " or (
                self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)
            ):
                self.forward()
            if self.peek() == "#":
                while self.peek() not in "\0\n":
                    self.forward()
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def _bad_escape(self) -> ScannerError:
        mark = self.get_mark()
        problem = "found invalid Unicode character escape code"
        return ScannerError("while parsing a quoted scalar", mark, problem, mark)
