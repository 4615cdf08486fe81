"""The thread that checks, so that the one that talks to the editor never waits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Worker(threading.Thread):
    """Does one piece of work after the other; what is asked for again meanwhile is done once.

    Args:
        work: What is done for a key.
        failed: Told what went wrong, which is a fault of ours; the work goes on.
    """

    def __init__(self, work: Callable[[str], None], failed: Callable[[BaseException], None]):
        super().__init__(name="specc checks", daemon=True)
        self._work, self._failed = work, failed
        self._due: dict[str, float] = {}
        self._changed = threading.Condition()
        self._stopped = False

    def ask(self, key: str, delay: float = 0) -> None:
        """Do the work for a key so many seconds from now; what was asked for it before is not."""
        with self._changed:
            self._due[key] = time.monotonic() + delay
            self._changed.notify()

    def forget(self, key: str) -> None:
        """Do not do what was asked for a key."""
        with self._changed:
            self._due.pop(key, None)

    def stop(self) -> None:
        """End after the work at hand."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def run(self) -> None:
        """Work until told to stop."""
        while (key := self._next()) is not None:
            try:
                self._work(key)
            except Exception as error:
                self._failed(error)

    def _next(self) -> str | None:
        with self._changed:
            while not self._stopped:
                if not self._due:
                    self._changed.wait()
                    continue
                key = min(self._due, key=self._due.__getitem__)
                left = self._due[key] - time.monotonic()
                if left <= 0:
                    del self._due[key]
                    return key
                self._changed.wait(left)
            return None
