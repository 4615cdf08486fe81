"""Threads that a user asked for: slices of a batch on several, and BLAS on one meanwhile.

How many threads BLAS has is a setting of the whole process. It is touched while a run that was
asked to have threads goes on, and is what it was after the last of such runs.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import chain
from threading import Lock, Thread
from typing import Any, TypeVar

from spec_compiler.ir.arrays import np
from spec_compiler.refusals import Refusal

_Own = TypeVar("_Own")


@dataclass(slots=True)
class _Blas:
    """The threads of BLAS, for runs that may overlap: the first sets them, the last gives back."""

    controller: Any = None
    limiter: Any = None
    runs: int = 0
    lock: Lock = field(default_factory=Lock)

    def enter(self, threads: int) -> None:
        with self.lock:
            if self.controller is None:
                self.controller = _controller()
            if not self.runs:
                self.limiter = self.controller.limit(limits=threads, user_api="blas")
            self.runs += 1

    def leave(self) -> None:
        with self.lock:
            self.runs -= 1
            if not self.runs:
                self.limiter.restore_original_limits()
                self.limiter = None


_BLAS = _Blas()


def usable() -> int | None:
    """How many threads may run at once here; None where BLAS cannot be kept to one meanwhile."""
    if find_spec("threadpoolctl") is None:
        return None
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


@contextmanager
def blas_on(threads: int) -> Generator[None]:
    """BLAS with so many threads.

    Raises:
        Refusal: nothing is installed that can set it.
    """
    _BLAS.enter(threads)
    try:
        yield
    finally:
        _BLAS.leave()


def _controller() -> Any:
    try:
        # an optional library, and this is its door
        from threadpoolctl import ThreadpoolController
    except ImportError:
        raise Refusal(
            "SPC0563",
            "threads were asked for, and threadpoolctl, which keeps BLAS to one, is not installed",
            help='install it with `pip install "spec-compiler[threads]"`',
        ) from None
    return ThreadpoolController()


def shared(
    parts: Sequence[slice], own: Sequence[_Own], work: Callable[[Iterable[slice], _Own], None]
) -> None:
    """Let threads work on parts, each on the next one that is left.

    Args:
        parts: Rows; the last ones may be some of those before them, and are done after these.
        own: What each thread has to itself; the first is this thread's.
        work: Does parts; it is asked once for each of `own`, which is others' when it returns.

    Raises:
        Exception: what the first part raises that fails.
    """
    if len(own) == 1:
        work(parts, own[0])
        return
    overlaps = parts[-1].start < parts[-2].stop
    left = deque(parts[:-1] if overlaps else parts)
    failed: list[tuple[int, Exception]] = []

    def run(mine: _Own, last: Iterable[slice] = ()) -> None:
        at = _Taken(left)
        try:
            with np.errstate(all="ignore"):
                work(chain(at, last), mine)
        except Exception as error:  # it is raised where the run was asked for
            failed.append((at.start, error))
            left.clear()

    def after_all() -> Iterator[slice]:
        for thread in threads:
            thread.join()
        if overlaps and not failed:
            yield parts[-1]

    threads = [Thread(target=run, args=(mine,)) for mine in own[1:]]
    for thread in threads:
        thread.start()
    try:
        run(own[0], after_all())
    finally:  # this thread may have been interrupted
        left.clear()
        for thread in threads:
            thread.join()
    if failed:
        raise min(failed, key=lambda item: item[0])[1]


@dataclass(slots=True)
class _Taken(Iterator[slice]):
    """The parts that one thread takes.

    Attributes:
        left: Those that no thread has taken.
        start: Where the last one began.
    """

    left: deque[slice]
    start: int = 0

    def __next__(self) -> slice:
        try:
            part = self.left.popleft()
        except IndexError:
            raise StopIteration from None
        self.start = part.start
        return part
