"""What is asked of specc's speed, and whether a run met it: relations, as times do not travel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engines import SPECC
from figures import Run, bytes_text, geometric_mean, time_text
from measures.cold import LIBRARIES, VALIDATE
from measures.memory import ACTIVATIONS
from workloads.asked import ASKED

ROW, SLOW_ROW = 1.5, 2.5  # of onnxruntime's time
SLOW_ROWS = ("elementwise", "chain1000", "encoder_b1_s16", "encoder6_b1_s16")
MEAN, MEAN_BEST = 0.95, 1.1
CALL = 25e-6  # seconds
SHARE = 0.85  # of the machine's rate of products
MEMORY = 0.1  # of the activations
MINILM = 1.15  # of torch's time
STREAM, STREAM_PEAK = 1.0, 100 << 20  # of onnxruntime's time; bytes
START = 1.4  # of importing the libraries
VALIDATED, READY = 60e-6, 0.2e-3  # seconds a layer
LINEAR = 1.3  # the most that a layer may cost in a larger spec, of what it costs in a smaller one


@dataclass(frozen=True)
class Verdict:
    """A line of what is asked, what was found, and whether that is enough."""

    what: str
    asked: str
    found: str
    met: bool


def verdicts(run: Run) -> Iterator[Verdict]:
    """A verdict for all that the run measured."""
    yield from _rows(run)
    yield from _single_rows(run)
    yield from _memory(run)
    yield from _stream(run)
    yield from _start(run)
    yield from _scale(run, "validate mixed", "validate", VALIDATED, 10_000, 100_000)
    yield from _scale(
        run, "ready specc", "compile, load weights, first call", READY, 1_000, 100_000
    )


def _rows(run: Run) -> Iterator[Verdict]:
    rows = run.group("asked")
    for name, most, mean in (
        ("onnxruntime", MEAN, geometric_mean(row.ratio("onnxruntime") for row in rows)),
        (
            "the best peer of each row",
            MEAN_BEST,
            geometric_mean(row.ratio(row.best_peer()) for row in rows),
        ),
    ):
        if mean and len(rows) == len(ASKED):
            what = f"geometric mean of {len(rows)} rows / {name}"
            yield Verdict(what, f"≤ {most}", f"{mean:.2f}", mean <= most)
    ratios = {row.workload: ratio for row in rows if (ratio := row.ratio("onnxruntime"))}
    if ratios:
        slow = {
            name: ratio
            for name, ratio in ratios.items()
            if ratio > (SLOW_ROW if name in SLOW_ROWS else ROW)
        }
        asked = f"≤ {ROW}; {', '.join(SLOW_ROWS)}: ≤ {SLOW_ROW}"
        worst = sorted(slow, key=lambda name: -slow[name])
        found = ", ".join(f"{name} {slow[name]:.2f}" for name in worst) or "none is slower"
        yield Verdict("each row / onnxruntime", asked, found, not slow)


def _single_rows(run: Run) -> Iterator[Verdict]:
    call = run.row("one_layer")
    if call and (taken := call.median(SPECC)):
        yield Verdict(
            "a call of one small layer", f"≤ {time_text(CALL)}", time_text(taken), taken <= CALL
        )
    for workload in ("mlp_b1024", "mlp_b65536"):
        row = run.row(workload)
        if row and (share := row.share_of_peak()):
            what = f"{workload}, of the machine's rate of products"
            yield Verdict(what, f"≥ {SHARE:.0%}", f"{share:.0%}", share >= SHARE)
    minilm = run.row("minilm_b16_s128")
    if minilm and (ratio := minilm.ratio("torch")):
        what = "MiniLM, 16 × 128 tokens / torch"
        yield Verdict(what, f"≤ {MINILM}", f"{ratio:.2f}", ratio <= MINILM)


def _memory(run: Run) -> Iterator[Verdict]:
    if SPECC in run.peaks:
        ratio = run.peaks[SPECC] / ACTIVATIONS
        what = "MLP on 65,536 rows: peak of memory / sum of activations"
        yield Verdict(what, f"≤ {MEMORY}", f"{ratio:.2f}", ratio <= MEMORY)


def _stream(run: Run) -> Iterator[Verdict]:
    found = {(one["engine"], one["rows"]): one for one in run.stream.get("runs", ())}
    for (engine, rows), one in found.items():
        if engine == SPECC:
            ratio = one["wall"] / found["onnxruntime", rows]["wall"]
            what = f"`specc run` on a large file, {rows} rows at a time / onnxruntime"
            asked = f"≤ {STREAM}, within {bytes_text(STREAM_PEAK)}"
            met = ratio <= STREAM and one["peak"] <= STREAM_PEAK
            yield Verdict(what, asked, f"{ratio:.2f}, {bytes_text(one['peak'])}", met)


def _start(run: Run) -> Iterator[Verdict]:
    if run.starts:
        ratio = run.starts[VALIDATE]["cpu"] / run.starts[LIBRARIES]["cpu"]
        what = f"cold `specc validate` of a small spec / `{LIBRARIES}`, processor time"
        yield Verdict(what, f"≤ {START}", f"{ratio:.2f}", ratio <= START)


def _scale(
    run: Run, what: str, words: str, most: float, small: int, large: int
) -> Iterator[Verdict]:
    each = {
        one["layers"]: one["seconds"] / one["layers"] for one in run.scales if one["what"] == what
    }
    if small in each:
        layers = f"{words}, a layer of {small:,}"
        found = time_text(each[small])
        yield Verdict(layers, f"≤ {time_text(most)}", found, each[small] <= most)
    if small in each and large in each:
        ratio = each[large] / each[small]
        layers = f"{words}, a layer of {large:,} / of {small:,}"
        yield Verdict(layers, f"≤ {LINEAR}", f"{ratio:.2f}", ratio <= LINEAR)
