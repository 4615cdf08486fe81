"""Processes of one thread on one core: workers that are asked, and commands that end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def environment(specc_path: Path | None = None) -> dict[str, str]:
    """One thread for every engine; the checkout at `specc_path` goes before what is installed."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    xla = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    jax = {"JAX_PLATFORMS": "cpu", "KERAS_BACKEND": "jax", "XLA_FLAGS": xla}
    path = os.pathsep.join(str(each) for each in (specc_path, HERE) if each is not None)
    # without byte code all of specc would be compiled at each start, and nothing that is installed
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | dict.fromkeys(ONE_THREAD, "1") | quiet | jax | {"PYTHONPATH": path}


def pinned(core: int | None) -> Callable[[], None] | None:
    """What a new process does first: stay on a core, where the system has such a thing."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        return None
    return lambda: os.sched_setaffinity(0, {core})


def last_core() -> int | None:
    """The core for all that is measured; the first ones serve the system."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


class Asked:
    """A worker process, from the side that asks."""

    def __init__(self, engine: str, core: int | None, specc_path: Path | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "worker", engine],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=tempfile.gettempdir(),
            env=environment(specc_path),
            preexec_fn=pinned(core),
        )

    def ask(self, question: str, **settings: Any) -> dict[str, Any]:
        """The answer; `failed` says why there is none."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            print(json.dumps({"ask": question, **settings}), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        return json.loads(line) if line else {"failed": "the process has ended"}

    def close(self) -> None:
        """End it, and wait for its end."""
        self.process.kill()
        self.process.communicate()


@dataclass(frozen=True)
class Finished:
    """A command that came to its end: seconds of wall and processor, bytes at the peak."""

    wall: float
    cpu: float
    peak: int
    output: str


def finished(
    command: Sequence[str],
    core: int | None,
    specc_path: Path | None = None,
    folder: Path | None = None,
) -> Finished:
    """Run a command from start to end; one that fails ends all."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=errors,
            cwd=folder or tempfile.gettempdir(),
            env=environment(specc_path),
            preexec_fn=pinned(core),
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{errors.read()}")
        return Finished(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, output.read())
