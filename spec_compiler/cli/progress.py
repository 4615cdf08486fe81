"""How far a long run is: a line on a terminal that is written over, and gone at the end."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from threading import Lock
from time import monotonic
from types import TracebackType
from typing import Self

_FIRST, _BETWEEN = 0.5, 0.1
"""Seconds before anything is shown, and until it is shown anew."""
_ERASE = "\r\x1b[K"


class Progress:
    """Rows done, rows a second and the time that is left; nothing where nobody looks.

    Args:
        doing: What is done with the rows, in a word.
        total: How many there are.
    """

    def __init__(self, doing: str, total: int) -> None:
        self._doing = doing
        self._total = total
        self._done = 0
        self._of: dict[str, int] = {}
        self._lock = Lock()  # workers tell of theirs in a thread
        self._begun = monotonic()
        self._next = self._begun + _FIRST
        self._shown = False

    @property
    def looked_at(self) -> bool:
        """Whether anybody sees it."""
        return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

    def add(self, rows: int) -> None:
        """Some more are done."""
        with self._lock:
            self._done += rows
            self._show()

    def reached(self, part: str, rows: int) -> None:
        """So many rows of a part are done: fewer than before, where it is begun anew."""
        before, self._of[part] = self._of.get(part, 0), rows
        self.add(rows - before)

    def _show(self) -> None:
        now = monotonic()
        if self.looked_at and now >= self._next:
            self._next = now + _BETWEEN
            columns = shutil.get_terminal_size().columns - 1  # a wrapped line is not erased
            self._write(_ERASE + self.line(now - self._begun)[:columns])
            self._shown = True

    def line(self, seconds: float) -> str:
        """What there is to say after some seconds."""
        speed = self._done / seconds
        left = _time((self._total - self._done) / speed) if speed else "?"
        return (
            f"{self._doing}: {self._done:,} of {self._total:,} rows, {speed:,.0f} rows/s, "
            f"{left} left"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            self._write(_ERASE)

    def _write(self, text: str) -> None:
        with suppress(OSError):  # no run fails because nobody can be told how far it is
            sys.stderr.write(text)
            sys.stderr.flush()


def _time(seconds: float) -> str:
    """`8 s`, `2:05 min`, `3:20:00 h`."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02}:{rest:02} h"
    return f"{minutes}:{rest:02} min" if minutes else f"{rest} s"
