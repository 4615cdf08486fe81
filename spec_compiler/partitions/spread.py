"""Who runs partitions: this process, or the workers of Dask. The door to Dask's clusters."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any, TypeAlias

from spec_compiler.data.optional import optional
from spec_compiler.partitions.parts import Partition
from spec_compiler.partitions.score import Order, Scored, score
from spec_compiler.refusals import Refusal

Runner: TypeAlias = "Callable[[Order, Sequence[Partition]], Iterator[Scored]]"
"""Runs partitions and gives what came of each, in the order in which they end."""


def here(order: Order, parts: Sequence[Partition]) -> Iterator[Scored]:
    """Run one partition after the other."""
    for part in parts:
        yield score(order, part)


@contextmanager
def workers(count: int | None, scheduler: str | None) -> Generator[Runner]:
    """Workers of Dask: processes of this machine, or those of a scheduler that runs.

    Args:
        count: How many processes.
        scheduler: The address, `tcp://…`, in place of them.

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
    try:
        yield lambda order, parts: _as_they_end(library, client, order, parts)
    finally:
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


def _as_they_end(
    library: Any, client: Any, order: Order, parts: Sequence[Partition]
) -> Iterator[Scored]:
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
