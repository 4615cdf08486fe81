"""Texts that are changed by what they reach in the program: a fuzzer of its own, atheris.

It is no requirement: `make soak` runs it where it is installed (`pip install atheris`, for Linux).
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import zlib
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

HERE = Path(__file__)
FOUND = HERE.parents[2] / "build" / "soak" / "guided.json"
"""Where a run leaves its kinds of faults: libFuzzer ends the process itself."""
_EXECUTED = re.compile(r"number_of_executed_units: +(\d+)")


def begin(seconds: float, seed: int) -> subprocess.Popen[str] | None:
    """A process that tries for the time that is given; None where there is no atheris."""
    if find_spec("atheris") is None or not seconds:
        return None
    FOUND.parent.mkdir(parents=True, exist_ok=True)
    FOUND.write_text("[]")
    options = [f"-max_total_time={math.ceil(seconds)}", f"-seed={seed % 2**31}", "-max_len=4000"]
    words = [sys.executable, str(HERE), "-print_final_stats=1", "-rss_limit_mb=4000", *options]
    return subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)


def end(process: subprocess.Popen[str]) -> tuple[int, dict[tuple[str, ...], list[Any]]]:
    """How many texts it tried, and its faults by kind: how often, and where one is saved."""
    _, said = process.communicate()
    executed = _EXECUTED.search(said)
    faults = {tuple(kind): fault for kind, fault in json.loads(FOUND.read_text())}
    if process.returncode:  # too slow, too large, or ended by the system: libFuzzer says it
        log = FOUND.with_suffix(".log")
        log.write_text(said)
        faults["guided", "ended", str(process.returncode), ""] = [1, str(log)]
    return int(executed[1]) if executed else 0, faults


def main() -> None:
    """Try texts until libFuzzer ends the process."""
    import atheris  # only this process has it

    with atheris.instrument_imports(include=["spec_compiler"]):
        import fuzzing
        import soak
    faults: dict[tuple[str, ...], list[Any]] = {}

    def attempt(data: bytes) -> None:
        try:
            fuzzing.demand(data)
        except Exception as error:
            fault = soak.Fault("text", repr(data))
            fault.__cause__ = error
            kind = ("guided", *soak.kind_of(fault))
            if kind not in faults:
                faults[kind] = [0, str(soak.save("guided", zlib.crc32(data), fault))]
            faults[kind][0] += 1
            FOUND.write_text(json.dumps(list(faults.items())))

    with TemporaryDirectory() as folder:
        for number, text in enumerate(fuzzing.corpus()):
            Path(folder, str(number)).write_bytes(text.encode(errors="surrogateescape"))
        atheris.Setup([*sys.argv, folder], attempt)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
