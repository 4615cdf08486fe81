"""Who runs partitions: this process, or the workers of Dask. The door to Dask's clusters."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import current_thread, main_thread
from time import monotonic
from typing import Any, Final, TypeAlias
from uuid import uuid4

from spec_compiler.data.optional import optional
from spec_compiler.partitions.parts import Partition
from spec_compiler.partitions.score import Order, Scored, nobody, score
from spec_compiler.refusals import Refusal

_BETWEEN: Final = 0.2
"""Seconds after which a worker says anew how far it is."""

Runner: TypeAlias = "Callable[[Order, Sequence[Partition]], Iterator[Scored]]"
"""Runs partitions and gives what came of each, in the order in which they end."""


def here(order: Order, parts: Sequence[Partition]) -> Iterator[Scored]:
    """Run one partition after the other."""
    for part in parts:
        yield score(order, part)


@contextmanager
def workers(
    count: int | None, scheduler: str | None, ended: Callable[[], None]
) -> Generator[Runner]:
    """Workers of Dask: processes of this machine, or those of a scheduler that runs.

    Args:
        count: How many processes.
        scheduler: The address, `tcp://…`, in place of them.
        ended: Called when a worker ended while it ran partitions, which others run then.

    Raises:
        Refusal: Dask is not installed, or there is no scheduler.
    """
    library = optional("partitions run on Dask", "dask", "distributed")
    cluster: Any = scheduler
    if scheduler is None:
        with _left_to_us(signal.SIGINT):
            cluster = library.LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                processes=True,
                memory_limit=None,
                dashboard_address=None,
                silence_logs="CRITICAL",
            )
    try:
        client = library.Client(cluster, timeout="20s")
    except (OSError, ValueError) as error:
        raise Refusal(
            "SPC0526",
            f"no scheduler of Dask answers at {scheduler}",
            help="start one with `dask scheduler`, and its workers with `dask worker`",
        ) from error

    def notice(event: Any) -> None:
        said = dict(event[1])  # behind the time
        if said.get("action") == "remove-worker" and said.get("processing-tasks"):
            ended()

    client.subscribe_topic("all", notice)
    try:
        yield lambda order, parts: _as_they_end(library, client, order, parts)
    finally:
        client.unsubscribe_topic("all")  # else the scheduler tells a client that has left of it
        client.close()
        if scheduler is None:
            cluster.close()


@contextmanager
def _left_to_us(number: signal.Signals) -> Generator[None]:
    """Processes that start in here leave a signal to this one: Ctrl-C reaches all of a terminal."""
    if current_thread() is not main_thread():  # which alone may say so
        yield
        return
    before = signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(number, before)


@dataclass(slots=True)
class _Telling:
    """Says on a worker how far it is, to those who listen to a topic; not too often."""

    topic: str
    before: float = 0.0

    def __call__(self, part: str, rows: int) -> None:
        now = monotonic()
        if now - self.before >= _BETWEEN:
            self.before = now
            library = optional("workers are Dask's", "dask", "distributed")
            library.get_worker().log_event(self.topic, (part, rows))


def _as_they_end(
    library: Any, client: Any, order: Order, parts: Sequence[Partition]
) -> Iterator[Scored]:
    told = order.told
    if told is not nobody:
        topic = f"specc-{uuid4().hex}"

        def reached(event: Any) -> None:
            told(*event[1])

        client.subscribe_topic(topic, reached)
        order = replace(order, told=_Telling(topic))
    # a worker that ends gives its partitions to others; pure ones would be kept from the last run
    futures = {client.submit(score, order, part, pure=False): part for part in parts}
    ended: Iterable[Any] = library.as_completed(list(futures))
    for future in ended:
        try:
            yield future.result()
        except library.scheduler.KilledWorker as error:
            raise Refusal(
                "SPC0526",
                f"several workers ended while they ran `{futures[future].name}`",
                help="let them have more memory, or run fewer rows at a time with `--rows`",
            ) from error
        future.release()
