"""Memory at the peak of a call of the MLP on 65,536 rows, beside the sum of its activations."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

WORKLOAD = "mlp_b65536"
ACTIVATIONS = 65_536 * (512 + 512 + 10) * 4  # bytes


def resident(line: str) -> int:
    """Bytes of a line of the process's status, as Linux writes it."""
    for text in Path("/proc/self/status").read_text().splitlines():
        name, _, rest = text.partition(":")
        if name == line:
            return int(rest.split()[0]) * 1024
    raise LookupError(line)


def peak_over(call: Callable[[], Any]) -> int:
    """Bytes that a call takes at its peak, above what was resident before it. Linux only."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak so far is forgotten
    before = resident("VmRSS")
    call()
    return resident("VmHWM") - before


def peaks(engines: Iterable[str], start: Callable[[str], Any]) -> dict[str, int]:
    """Bytes at the peak of the first call, by engine, each in a new worker."""
    found: dict[str, int] = {}
    for engine in engines:
        worker = start(engine)
        worker.ask("build", workload="one_layer")
        worker.ask("peak")  # what is loaded at the first call of all belongs to no row
        worker.ask("build", workload=WORKLOAD)
        answer = worker.ask("peak")
        worker.close()
        if "bytes" in answer:
            found[engine] = answer["bytes"]
    return found
