"""What changed is looked at again: which files decide what, and when they are whole."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Collection, Mapping
from itertools import count
from typing import Generic, NamedTuple, NoReturn, Protocol, TypeVar

Result = TypeVar("Result")
_Kept = TypeVar("_Kept")

_BETWEEN = ((600.0, 0.05), (60.0, 0.025), (0.0, 0.01))
"""Seconds without changes, and from then on those between two looks at the files."""
_ABSENT = 8
"""Each so many looks it is looked for files that are not there, such as settings, too."""
_SHARE = 50
"""Looking at the files takes at most one in so many seconds."""
_WRITTEN, _SETTLED, _BACK = 0.004, 0.03, 0.25
"""Seconds after a change: before a file is read, before something is said to be wrong with it, and
before it is said to be gone or empty. Editors empty files, or move them away, before they write."""
_LONGEST = 2.0
"""Seconds after which something is said, however often files change."""

State = tuple[int, int, int] | None
"""What tells one content of a file from another; None where there is none."""


class Looked(NamedTuple, Generic[Result]):
    """What came of looking at a spec.

    Attributes:
        result: What was found, or why it could not be read.
        files: What it was made of, as it was when it was read.
        wrong: Whether something is wrong that a file caught half-written would explain.
    """

    result: Result | OSError
    files: Mapping[str, State]
    wrong: bool


class Round(NamedTuple):
    """What is told beside results.

    Attributes:
        specs: Which were looked at, in order.
        seconds: How long that took, from when a change was noticed.
        files: How many files are watched.
    """

    specs: list[str]
    seconds: float
    files: int


class Job(Protocol[_Kept]):
    """What is done with specs that change."""

    def find(self, changed: Collection[str]) -> tuple[list[str], Collection[str]]:
        """The specs, and what else decides which they are; asked again when that changes."""
        ...

    def look(self, spec: str) -> Looked[_Kept]:
        """Look at a spec."""
        ...

    def tell(self, results: Mapping[str, _Kept | OSError], told: Round) -> None:
        """Say what there is to say of all specs."""
        ...


def state_of(path: str) -> State:
    """What tells the content of a file from another."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def watch(job: Job[Result]) -> NoReturn:
    """Do it now, and each time that a file changes, until Ctrl-C.

    Raises:
        KeyboardInterrupt: that was pressed.
        UsageError: there is nothing to do at the first time.
    """
    Watch(job).run()


class Watch(Generic[Result]):
    """What is known of specs, and of the files that decide it.

    Args:
        job: What is done with them.
    """

    def __init__(self, job: Job[Result]) -> None:
        self.job = job
        self.known: dict[str, Looked[Result]] = {}
        self.around: dict[str, State] = {}
        self.specs: list[str] = []
        self._states: dict[str, set[State]] = {}
        self._were_there: set[str] = set()

    def run(self) -> NoReturn:
        """See `watch`."""
        noticed = time.monotonic()
        stale = self._find(())
        kept = False
        while True:
            self._look(stale)
            stale = self._settled(stale, noticed)
            seconds = time.monotonic() - noticed
            results = {spec: self.known[spec].result for spec in self.specs}
            self.job.tell(results, Round(stale, seconds, len(self._states)))
            gc.collect()  # nobody waits now; a command looks for no cycles otherwise
            if not kept:  # most of what is known by now stays: it is not looked through again
                gc.freeze()
                kept = True
            changed = self._wait()
            noticed = time.monotonic()
            time.sleep(_WRITTEN)
            stale = self._stale(changed | self._changed())

    def _settled(self, stale: list[str], began: float) -> list[str]:
        """Look until what is wrong is no longer that a file was half-written; what was looked at.

        Args:
            stale: What was looked at last.
            began: When a change was noticed.
        """
        looked, last = dict.fromkeys(stale), began
        while (now := time.monotonic()) < began + _LONGEST:
            wrong = [spec for spec in stale if spec in self.known and self.known[spec].wrong]
            if not wrong:
                break
            changed = self._changed()
            if changed:
                last = now
                stale = self._stale(changed, wrong)
                self._look(stale)
                looked |= dict.fromkeys(stale)
            elif now < last + (_BACK if any(map(self._is_gone, wrong)) else _SETTLED):
                time.sleep(_WRITTEN)
            else:
                break
        return [spec for spec in looked if spec in self.known]

    def _is_gone(self, spec: str) -> bool:
        """Whether a file that decides a spec is not there, and was, or is empty."""
        return any(
            (state is None and path in self._were_there) or (state is not None and state[1] == 0)
            for path, state in self.known[spec].files.items()
        )

    def _find(self, changed: Collection[str]) -> list[str]:
        """Ask which specs there are; those that are new."""
        self.specs, around = self.job.find(changed)
        self.around = {path: state_of(path) for path in around}
        self.known = {spec: known for spec, known in self.known.items() if spec in self.specs}
        return [spec for spec in self.specs if spec not in self.known]

    def _look(self, specs: Collection[str]) -> None:
        for spec in specs:
            self.known[spec] = self.job.look(spec)
        self._states = {}
        for files in (self.around, *(known.files for known in self.known.values())):
            for path, state in files.items():
                self._states.setdefault(path, set()).add(state)
                if state is not None:
                    self._were_there.add(path)

    def _changed(self, *, absent: bool = True) -> set[str]:
        """The files that are no longer what they were; those that were absent, too, or not."""
        return {
            path
            for path, states in self._states.items()
            if (absent or None not in states) and states != {state_of(path)}
        }

    def _stale(self, changed: Collection[str], more: Collection[str] = ()) -> list[str]:
        """The specs that files decide, and new ones."""
        new = self._find(changed) if any(path in self.around for path in changed) else []
        touched = {
            spec
            for spec, known in self.known.items()
            if any(path in known.files for path in changed)
        }
        return [spec for spec in self.specs if spec in touched or spec in new or spec in more]

    def _wait(self) -> set[str]:
        """Sleep until a file changes; which."""
        since = time.monotonic()
        for look in count():
            began = time.monotonic()
            changed = self._changed(absent=look % _ABSENT == 0)
            if changed:
                return changed
            took = time.monotonic() - began
            pause = next(pause for quiet, pause in _BETWEEN if began >= since + quiet)
            time.sleep(max(pause, took * _SHARE))
        raise AssertionError  # it counts on
