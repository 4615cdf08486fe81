"""The table: every engine is asked in turn, A B C A B C, so that a slow moment meets all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from engines import COPY, LEFT_OUT, MACHINE, PRODUCT, asked
from figures import Row
from processes import Asked
from workloads import GROUPS

CLOSE = 1e-4  # of the largest number: what is further off is not timed
LONG = 0.5  # seconds: a call that takes longer is asked fewer times
LARGE = 10**9  # floating-point operations from which a row is held to the machine's peak


@dataclass(frozen=True)
class Turns:
    """How long and how often engines are asked, and which workers there are."""

    workers: Mapping[str, Asked]
    folder: Path
    rounds: int = 9
    slice: float = 0.04
    clock: str = "wall"

    def rows(self, only: Iterable[str]) -> Iterable[Row]:
        """A row for each workload whose name begins with one of `only`, or for all."""
        begins = tuple(only) or ("",)
        for group, workloads in GROUPS.items():
            for workload in workloads:
                if workload.startswith(begins):
                    yield self.row(workload, group)

    def row(self, workload: str, group: str) -> Row:
        """Build, compare the numbers, and time those that agree."""
        row = Row(workload, group)
        taking_part = (
            name for name in self.workers if name not in MACHINE and asked(name, workload)
        )
        once = {name: taken for name in taking_part if (taken := self.prepared(name, row))}
        self.compare(row, list(once))
        once = {name: taken for name, taken in once.items() if name not in row.left_out}
        if row.products >= LARGE:
            once[PRODUCT] = self.made(PRODUCT, row)["seconds"]
        self.time(row, once)
        return row

    def prepared(self, name: str, row: Row) -> float | None:
        """Seconds of a call, if the engine can take part."""
        why = LEFT_OUT.get((name, row.workload))
        answer: dict[str, Any] = {"failed": why} if why else self.made(name, row)
        if "failed" in answer:
            row.left_out[name] = answer["failed"]
            return None
        row.first[name] = answer["first"]
        return answer["seconds"]

    def made(self, name: str, row: Row) -> dict[str, Any]:
        """Build a network in a worker and call it; `failed` says why that is not possible."""
        built = self.workers[name].ask("build", workload=row.workload)
        if "failed" in built:
            return built
        row.products = max(row.products, built["products"])
        return self.workers[name].ask("result", file=str(self.folder / f"{name}.npy"))

    def compare(self, row: Row, names: list[str]) -> None:
        """Hold each result to the median of all: one that is wrong does not spoil the others."""
        results = {name: np.load(self.folder / f"{name}.npy") for name in names}
        shapes = [result.shape for result in results.values()]
        for name, result in list(results.items()):
            if shapes.count(result.shape) * 2 < len(shapes):
                row.left_out[name] = f"its result has the shape {result.shape}: not timed"
            elif not np.isfinite(result).all():
                row.left_out[name] = "its result is not finite: not timed"
        agree = {name: result for name, result in results.items() if name not in row.left_out}
        if not agree:
            return
        middle = np.median(list(agree.values()), axis=0)
        largest = float(np.abs(middle).max()) or 1.0
        for name, result in agree.items():
            row.errors[name] = float(np.abs(result - middle).max()) / largest
            if row.errors[name] > CLOSE:
                row.left_out[name] = f"it is off by {row.errors[name]:.1e}: not timed"

    def time(self, row: Row, once: Mapping[str, float]) -> None:
        """Ask in turn. All have as many rounds, so that a round can be compared."""
        rounds = (
            min(self.rounds, 5) if any(taken > LONG for taken in once.values()) else self.rounds
        )
        row.seconds = {name: [] for name in once}
        for _ in range(rounds):
            for name, taken in once.items():
                calls = max(1, int(self.slice / max(taken, 1e-6)))
                answer = self.workers[name].ask("seconds", calls=calls, clock=self.clock)
                row.seconds[name].append(answer["seconds"])

    def machine(self) -> Row:
        """What the machine can do: a product and a copy, in turn."""
        row = Row("one_layer", "machine")  # workers of the machine look at no network
        once = {name: self.made(name, row)["seconds"] for name in (PRODUCT, COPY)}
        self.time(row, once)
        return row
