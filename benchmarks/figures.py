"""What follows from a run: ratios, spreads, means, and how they are written."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines import COPY, PEERS, PRODUCT, SPECC
from engines.machine import COPIED, FLOPS


@dataclass
class Row:
    """What was found for a workload; seconds of a call by engine, one number a round."""

    workload: str
    group: str
    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    first: dict[str, float] = field(default_factory=dict[str, float])
    errors: dict[str, float] = field(default_factory=dict[str, float])
    left_out: dict[str, str] = field(default_factory=dict[str, str])
    products: int = 0

    def median(self, engine: str) -> float | None:
        """Seconds of a call."""
        return statistics.median(self.seconds[engine]) if self.seconds.get(engine) else None

    def best_peer(self) -> str | None:
        """The fastest of the peers."""
        timed = [name for name in PEERS if self.seconds.get(name)]
        return min(timed, key=lambda name: statistics.median(self.seconds[name]), default=None)

    def ratio(self, to: str | None, engine: str = SPECC) -> float | None:
        """How many times as long an engine takes as another."""
        mine, other = self.median(engine), self.median(to) if to else None
        return mine / other if mine and other else None

    def ratio_text(self, to: str | None) -> str:
        """How specc's time compares, and between which ratios the rounds lie."""
        ratio = self.ratio(to)
        if ratio is None or to is None:
            return "–"
        rounds = [a / b for a, b in zip(self.seconds[SPECC], self.seconds[to], strict=False)]
        return f"{ratio:.2f} ({min(rounds):.2f}–{max(rounds):.2f})"

    def share_of_peak(self) -> float | None:
        """How much of the machine's rate of products specc reaches, both of the same rounds."""
        ratio = self.ratio(PRODUCT)
        return self.products / FLOPS / ratio if ratio else None


@dataclass(frozen=True)
class Run:
    """All that was measured in one run; a part that was not asked for is empty."""

    conditions: dict[str, Any]
    rows: Sequence[Row] = ()
    machine: Row | None = None
    peaks: dict[str, int] = field(default_factory=dict[str, int])
    stream: dict[str, Any] = field(default_factory=dict[str, Any])
    starts: dict[str, dict[str, float]] = field(default_factory=dict[str, dict[str, float]])
    scales: Sequence[dict[str, Any]] = ()

    def group(self, name: str) -> list[Row]:
        """The rows of a group."""
        return [row for row in self.rows if row.group == name]

    def row(self, workload: str) -> Row | None:
        """A row by its name."""
        return next((row for row in self.rows if row.workload == workload), None)


def limits(machine: Row) -> str:
    """What the machine can do, in words."""
    product, copied = machine.median(PRODUCT), machine.median(COPY)
    assert product is not None
    assert copied is not None
    return (
        f"a product of float32 matrices {FLOPS / product / 1e9:.0f} GFLOP/s, "
        f"a copy {COPIED / copied / 1e9:.1f} GB/s read and as much written"
    )


def geometric_mean(ratios: Iterable[float | None]) -> float | None:
    """The mean of what there is."""
    found = [math.log(ratio) for ratio in ratios if ratio]
    return math.exp(sum(found) / len(found)) if found else None


def time_text(seconds: float | None) -> str:
    """A time as one reads it."""
    if seconds is None:
        return "–"
    for limit, factor, form in ((1e-4, 1e6, ".1f"), (1e-3, 1e6, ".0f")):
        if seconds < limit:
            return f"{seconds * factor:{form}} µs"
    if seconds < 1:
        return f"{seconds * 1e3:{'.2f' if seconds < 0.1 else '.0f'}} ms"
    return f"{seconds:.2f} s"


def bytes_text(number: float) -> str:
    """A size of memory."""
    return f"{number / 2**20:.0f} MiB"
