"""Trials for a given time: random specs and expressions, and texts that are changed at random.

    python tests/properties/soak.py --seconds 600

Prints what was tried and every kind of fault, saves a reproduction of each kind under
`build/soak`, and exits with 1 where there are faults. `--seed` begins elsewhere; a fault names the
seed that shows it again: `--only specs --seed 1234 --seconds 0`. Where atheris is installed, it
takes the place of one of the processes, and changes texts by what they reach; see `guided.py`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent), str(ROOT / "tests" / "plan")]

import fuzzing  # noqa: E402 - the path comes first
import guided  # noqa: E402
import numpy as np  # noqa: E402
import random_expressions  # noqa: E402
import random_specs  # noqa: E402
from choices import Diced  # noqa: E402
from holding import PROMISES, RARE, Held  # noqa: E402
from test_expressions import compiled, run  # noqa: E402

from spec_compiler.runtime import memory  # noqa: E402

FAULTS = ROOT / "build" / "soak"
PROCESSES = 2
KINDS = random_specs.DRAWN
SHARES = {"specs": 20, "expressions": 2, "tokens": 1, "bytes": 1}
"""How often each is tried."""


class Fault(Exception):
    """What was found, with what was tried and the promise that it breaks."""

    def __init__(self, promise: str, tried: str) -> None:
        super().__init__(promise)
        self.promise, self.tried = promise, tried


def try_spec(seed: int) -> None:
    """A small spec mostly, sometimes a larger one; every promise, the dear ones now and then."""
    promise, tried = "grown", ""
    try:
        spec = random_specs.grown(Diced(seed), 8 if seed % 16 == 0 else 2, KINDS)
        promise, tried = "compiled", json.dumps(spec.document)
        held = Held.of(spec, seed)
        for promise, demand in PROMISES.items():
            if seed // 2 % RARE.get(promise, 1) == 0:
                demand(held)
    except Exception as error:
        raise Fault(promise, tried) from error


def try_expression(seed: int) -> None:
    """Its numbers are NumPy's."""
    drawn = random_expressions.grown(Diced(seed))
    try:
        if not np.isfinite(drawn.term.array).all():
            return
        found = run(compiled(drawn), drawn)["f"]
        assert found.dtype == drawn.term.array.dtype
        np.testing.assert_allclose(found, drawn.term.array, rtol=1e-9, atol=1e-9)
    except Exception as error:
        raise Fault("expression", drawn.term.text) from error


def try_text(change: Callable[[int], str | bytes]) -> Callable[[int], None]:
    """A text that is changed by lot is refused, or is a spec."""

    def trial(seed: int) -> None:
        text = change(seed)
        try:
            fuzzing.demand(text)
        except Exception as error:
            raise Fault("text", repr(text)) from error

    return trial


TRIALS: dict[str, Callable[[int], None]] = {
    "specs": try_spec,
    "expressions": try_expression,
    "tokens": try_text(fuzzing.tokens),
    "bytes": try_text(fuzzing.bytes_),
}


def kind_of(fault: Fault) -> tuple[str, str, str]:
    """Faults of one kind break one promise in one place with one message."""
    cause = fault.__cause__ or fault
    frames = traceback.extract_tb(cause.__traceback__)
    ours = [
        frame for frame in frames if str(ROOT) in frame.filename and "/.venv/" not in str(frame)
    ]
    place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    said = (str(cause).strip() or "-").splitlines()[0]
    said = re.sub(r"\b(b?float|int|uint)\d+|\d+|`[^`]*`|\[[^\]]*\]", "#", said)[:100]
    return fault.promise, f"{type(cause).__name__} at {place}", said


def save(name: str, seed: int, fault: Fault) -> Path:
    """What shows the fault again."""
    FAULTS.mkdir(parents=True, exist_ok=True)
    path = FAULTS / f"{name}-{seed}.txt"
    lines = traceback.format_exception(fault.__cause__ or fault)
    again = f"python tests/properties/soak.py --only {name} --seed {seed} --seconds 0"
    again = again if name in TRIALS else "fuzzing.demand(…) of:"
    path.write_text(f"{again}\n\n{fault.tried}\n\n{''.join(lines)}")
    return path


def work(first: int, step: int, until: float, shares: dict[str, int], found: Any) -> None:
    """One process: seeds that no other process has, until the time is over."""
    warnings.simplefilter("error")
    memory.default_limit = lambda: 1 << 30  # asking the system takes longer than most runs
    names = [name for name, share in shares.items() for _ in range(share)]
    counts: Counter[str] = Counter()
    faults: dict[tuple[str, str, str, str], list[Any]] = {}
    for turn, seed in enumerate(range(first, sys.maxsize, step)):
        name = names[turn % len(names)]
        counts[name] += 1
        try:
            TRIALS[name](seed)
        except Fault as fault:
            kind = (name, *kind_of(fault))
            if kind not in faults:
                faults[kind] = [0, str(save(name, seed, fault))]
            faults[kind][0] += 1
        if time.time() >= until:
            break
    found.put((counts, faults))


def main() -> int:
    """Try for the time that is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", choices=list(TRIALS))
    options = parser.parse_args()
    began = time.time()
    seed = int(began) * 1000 if options.seed is None else options.seed
    shares = {options.only: 1} if options.only else SHARES
    found: Any = multiprocessing.Queue()
    fuzzer = None if options.only else guided.begin(options.seconds, seed)
    processes = PROCESSES - (fuzzer is not None) if options.seconds else 1
    arguments = (processes, began + options.seconds, shares, found)
    workers = [
        multiprocessing.Process(target=work, args=(seed + index, *arguments))
        for index in range(processes)
    ]
    for worker in workers:
        worker.start()
    counts: Counter[str] = Counter()
    faults: dict[tuple[str, ...], list[Any]] = {}
    for _ in workers:
        tried, wrong = found.get()
        counts += tried
        for kind, (times, path) in wrong.items():
            faults.setdefault(kind, [0, path])[0] += times
    for worker in workers:
        worker.join()
    if fuzzer is not None:
        counts["guided"], wrong = guided.end(fuzzer)
        faults |= wrong
        processes += 1
    spent = max(time.time() - began, 0.001)
    say = sys.stdout.write
    say(f"seed {seed}, {spent:.0f} s, {processes} processes\n")
    for name, count in counts.items():
        say(f"{name:12} {count:9,} tried, {count / spent:7.1f} a second\n")
    for kind, (times, path) in sorted(faults.items(), key=lambda item: -item[1][0]):
        say(f"{times:6} × {' | '.join(kind)}\n         {path}\n")
    say(f"{len(faults)} kinds of faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
