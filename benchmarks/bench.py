"""specc beside its peers, in one run: `make bench`, or `python benchmarks/bench.py --help`."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from conditions import Moment, conditions
from engines import MACHINE, PEERS, SPECC
from figures import Row, Run, geometric_mean, limits, time_text
from measures.cold import starts
from measures.memory import peaks
from measures.scale import scales
from measures.stream import ROWS, streams
from page import page
from processes import Asked, finished, last_core
from targets import verdicts
from turns import Turns

BESIDE = "beside"
PARTS = ("table", "memory", "stream", "starts", "scale")
HERE = Path(__file__).parents[1]


def checkout(path: str) -> Path:
    """A folder with specc in it; workers start elsewhere, so it is written out."""
    if not (Path(path) / "spec_compiler").is_dir():
        raise argparse.ArgumentTypeError(f"there is no specc in {path}")
    return Path(path).resolve()


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", help=f"of {','.join(PARTS)}; default: all; with --only: table")
    parser.add_argument("--only", default="", help="rows whose names begin so: mlp,lstm")
    parser.add_argument("--engines", default=",".join(PEERS), help="the peers of the table")
    parser.add_argument("--rounds", type=int, default=9, help="how often each is asked")
    parser.add_argument("--quick", action="store_true", help="three short rounds, small sizes")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall", help="of the table")
    parser.add_argument("--specc-path", type=checkout, default=HERE, help="what is measured")
    parser.add_argument("--beside", type=checkout, help="another checkout, in the same turns")
    parser.add_argument("--core", type=int, default=last_core(), help="all stay on this core")
    parser.add_argument("--page", type=Path, help="write the page of this run")
    parser.add_argument("--results", type=Path, default=HERE / "build/bench/results.json")
    chosen = parser.parse_args()
    named = chosen.parts or ("table" if chosen.only else ",".join(PARTS))
    chosen.parts = named.split(",")
    chosen.rounds = min(chosen.rounds, 3) if chosen.quick else chosen.rounds
    return chosen


@contextmanager
def all_workers(chosen: argparse.Namespace) -> Iterator[dict[str, Asked]]:
    """A process for each engine of the table, until the table is done."""
    engines = [name for name in chosen.engines.split(",") if name]
    workers = {SPECC: Asked(SPECC, chosen.core, chosen.specc_path)}
    if chosen.beside:
        workers[BESIDE] = Asked(SPECC, chosen.core, chosen.beside)
    workers |= {name: Asked(name, chosen.core) for name in (*engines, *MACHINE)}
    try:
        yield workers
    finally:
        for worker in workers.values():
            worker.close()


def table(chosen: argparse.Namespace, folder: Path, run: Run) -> Run:
    """The rows, printed as they are found."""
    rows: list[Row] = []
    with all_workers(chosen) as workers:
        turns = Turns(workers, folder, chosen.rounds, 0.02 if chosen.quick else 0.04, chosen.clock)
        machine = turns.machine()
        print(limits(machine), flush=True)
        for row in turns.rows([name for name in chosen.only.split(",") if name]):
            rows.append(row)
            print(line_of(row), flush=True)
    for group in dict.fromkeys(row.group for row in rows):
        own = [row for row in rows if row.group == group]
        if len(own) > 1:
            print(f"{group}: {means_of(own)}")
    return replace(run, rows=rows, machine=machine)


def line_of(row: Row) -> str:
    """A row for the terminal."""
    times = "  ".join(f"{name} {time_text(row.median(name))}" for name in row.seconds)
    shown = {name: name for name in ("onnxruntime", BESIDE) if name in row.seconds}
    best = row.best_peer()
    if best:
        shown[f"best ({best})"] = best
    ratios = "  ".join(f"/ {name} {row.ratio_text(to)}" for name, to in shown.items())
    missing = [f"\n    without {name}: {why}" for name, why in row.left_out.items()]
    return f"{row.workload:20s} {times}\n    specc {ratios}{''.join(missing)}"


def means_of(rows: list[Row]) -> str:
    """Geometric means for the terminal."""
    means = {
        "onnxruntime": geometric_mean(row.ratio("onnxruntime") for row in rows),
        "the best peer": geometric_mean(row.ratio(row.best_peer()) for row in rows),
        BESIDE: geometric_mean(row.ratio(BESIDE) for row in rows),
    }
    found = ", ".join(f"{mean:.2f} of {name}" for name, mean in means.items() if mean)
    return f"geometric mean of {len(rows)} rows {found or '–'}"


def measured(chosen: argparse.Namespace, folder: Path) -> Run:
    """One part after the other."""
    run, begun = Run(conditions(chosen.specc_path)), Moment.now()
    few = 1 if chosen.quick else min(chosen.rounds, 3)  # of what takes long
    finish = partial(finished, core=chosen.core, specc_path=chosen.specc_path)
    if "table" in chosen.parts:
        run = table(chosen, folder, run)
    if "memory" in chosen.parts:
        start = partial(Asked, core=chosen.core, specc_path=chosen.specc_path)
        run = replace(run, peaks=peaks((SPECC, "onnxruntime", "torch", "jax.jit"), start))
    if "starts" in chosen.parts:
        run = replace(run, starts=starts(folder, chosen.rounds, finish))
    if "scale" in chosen.parts:
        largest = 10_000 if chosen.quick else 100_000
        run = replace(run, scales=scales(few, largest, finish))
    if "stream" in chosen.parts:
        rows = ROWS // 20 if chosen.quick else ROWS
        run = replace(run, stream=streams(folder, rows, few, finish))
    others = begun.others_until(Moment.now())
    return replace(run, conditions={**run.conditions, "others": others})


def main() -> None:
    chosen = options()
    with tempfile.TemporaryDirectory(prefix="specc-bench-") as folder:
        run = measured(chosen, Path(folder))
    print(f"others kept {run.conditions['others']:.2f} cores busy")
    for one in verdicts(run):
        word = "met    " if one.met else "NOT MET"
        print(f"{word}  {one.what}: asked {one.asked}, found {one.found}")
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    chosen.results.write_text(json.dumps(asdict(run), indent=1) + "\n")
    if chosen.page:
        chosen.page.write_text(page(run))


if __name__ == "__main__":
    main()
