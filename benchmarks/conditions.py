"""Where and with what a run was made."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGES = ("numpy", "onnxruntime", "onnx", "torch", "jax", "jaxlib", "keras", "pydantic", "pyyaml")


def conditions(checkout: Path) -> dict[str, Any]:
    """Versions, the processor, and the commit that is measured."""
    versions: dict[str, str] = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "when": time.strftime("%Y-%m-%d"),
        "specc": commit(checkout),
        "versions": versions,
        "processor": processor(),
        "cores": os.cpu_count(),
    }


@dataclass(frozen=True)
class Moment:
    """Seconds of wall, of all processors, and of what this run started and waited for."""

    wall: float
    busy: float
    own: float

    @classmethod
    def now(cls) -> Moment:
        """This moment; where the system does not tell, nobody else is busy."""
        own = sum(os.times()[:4])
        file = Path("/proc/stat")
        if not file.exists():
            return cls(time.perf_counter(), own, own)
        ticks = [int(number) for number in file.read_text().splitlines()[0].split()[1:9]]
        busy = sum(ticks) - ticks[3] - ticks[4]  # idle, and waiting for a disk
        return cls(time.perf_counter(), busy / os.sysconf("SC_CLK_TCK"), own)

    def others_until(self, end: Moment) -> float:
        """How many cores others kept busy: what they disturbed, a page must say."""
        others = (end.busy - self.busy) - (end.own - self.own)
        return max(0.0, others / (end.wall - self.wall))


def commit(checkout: Path) -> str:
    """The commit, and whether files differ from it."""
    command = ["git", "describe", "--always", "--dirty"]
    made = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    return made.stdout.strip() or "no git"


def processor() -> str:
    """Its name, and the widest vectors that it computes with, where the system says so."""
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return platform.processor() or platform.machine()
    lines = [line.partition(":")[::2] for line in file.read_text().splitlines()]
    known = {name.strip(): value.strip() for name, value in reversed(lines)}
    vectors = ("avx512f", "avx2", "avx")
    widest = next((word for word in vectors if word in known.get("flags", "").split()), "")
    return f"{known.get('model name', platform.machine())} {widest}".strip()
