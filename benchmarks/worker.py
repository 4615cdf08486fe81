"""One engine in a process of its own: it answers questions, a line of JSON each.

`python -m worker ENGINE`; `turns.py` asks.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from engines import builder
from measures.memory import peak_over
from workloads import WORKLOADS

CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}


class Worker:
    """The questions by name; a call of the network that was built last is kept."""

    def __init__(self, engine: str) -> None:
        self.build_call = builder(engine)
        self.call: Callable[[], Any] = lambda: None

    def build(self, workload: str) -> dict[str, Any]:
        """Make the network ready; what its matrix products cost, where it is little else."""
        self.call = lambda: None
        gc.collect()
        network = WORKLOADS[workload]()
        self.call = self.build_call(network)
        alone = all(layer.type == "Dense" for layer in network.layers)
        return {"products": network.products if alone else 0}

    def result(self, file: str) -> dict[str, Any]:
        """Save the result; what the first call and one after it take."""
        start = time.perf_counter()
        found = self.call()
        first = time.perf_counter() - start
        np.save(file, found)
        self.call()
        return {"first": first, **self.seconds(1, "wall")}

    def seconds(self, calls: int, clock: str) -> dict[str, Any]:
        """Seconds of a call, the mean of some in a row; short ones after one that fills caches."""
        now, call = CLOCKS[clock], self.call
        if calls > 1:
            call()
        start = now()
        for _ in range(calls):
            call()
        return {"seconds": (now() - start) / calls}

    def peak(self) -> dict[str, Any]:
        """How much memory a call takes above what was held before it."""
        gc.collect()
        return {"bytes": peak_over(self.call)}


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what engines print is no answer
    worker = Worker(sys.argv[1])
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = getattr(worker, question.pop("ask"))(**question)
        except Exception as error:  # an engine may fail in any way; the row goes on without it
            answer = {"failed": f"{type(error).__name__}: {error}".splitlines()[0][:200]}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
