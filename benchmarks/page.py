"""The page of a run, `docs/performance.md`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engines import PEERS, PRODUCT, SPECC
from figures import Row, Run, bytes_text, geometric_mean, limits, time_text
from measures.memory import ACTIVATIONS
from targets import verdicts

HEAD = """<!-- made by `make bench`; do not edit -->

# Performance

specc beside what else runs such models on a processor, all in one run on one core with one
thread: each engine is a process of its own, and they are asked in turn, so that a slow moment of
the machine meets all of them. Times are medians of the rounds. A ratio is specc's time by the
other's, 0.5 is half the time; in brackets the smallest and the largest of a round. Before an
engine is timed, its numbers are held to the median of all: what is off by more than 0.0001 of the
largest number is left out and said.

Everything goes from NumPy to NumPy. specc is called as a user calls it, `model(x)`, with its
checks of the data. torch computes in `inference_mode`, `torch.compile` is asked for a few rows,
JAX gets its weights as arguments of a `jax.jit`, Keras computes with JAX in `predict_on_batch`.
What a row computes stands in `benchmarks/workloads`.

```sh
make bench                  # all of this, on your machine
make bench ONLY=mlp,lstm    # some rows, to the terminal
make bench QUICK=1          # a first look, to the terminal
```

Times do not travel between machines; ratios do, a little."""

GROUPS = {
    "asked": "The rows that are asked about",
    "others": "Others",
    "call": "A call",
    "published": "A published model",
}


def page(run: Run) -> str:
    """The whole page."""
    parts = [HEAD, *_where(run), *_asked(run)]
    for group, title in GROUPS.items():
        if rows := run.group(group):
            parts += [f"## {title}", _rows(rows), *_left_out(rows)]
    parts += [*_memory(run), *_stream(run), *_starts(run), *_scales(run)]
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is words and whose others are numbers."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _where(run: Run) -> Iterator[str]:
    found = run.conditions
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    yield "## Where"
    yield (
        f"{found['when']}, specc at `{found['specc']}`, {found['processor']}, {found['cores']} "
        f"cores, of which others kept {found['others']:.2f} busy during the run. {versions}."
    )
    if run.machine:
        yield f"The machine in the same run: {limits(run.machine)}."


def _asked(run: Run) -> Iterator[str]:
    found = [
        (one.what, one.asked, one.found, "met" if one.met else "**not met**")
        for one in verdicts(run)
    ]
    if found:
        yield "## What is asked"
        yield table(("", "asked", "found", ""), found)


def _rows(rows: Sequence[Row]) -> str:
    engines = [name for name in PEERS if any(name in row.seconds for row in rows)]
    head = ("", SPECC, *engines, "/ onnxruntime", "/ best peer")
    lines: list[Sequence[str]] = [
        (
            row.workload,
            time_text(row.median(SPECC)),
            *(time_text(row.median(engine)) for engine in engines),
            row.ratio_text("onnxruntime"),
            f"{row.ratio_text(row.best_peer())} {row.best_peer() or ''}",
        )
        for row in rows
    ]
    if len(rows) > 1:
        means = (
            geometric_mean(row.ratio("onnxruntime") for row in rows),
            geometric_mean(row.ratio(row.best_peer()) for row in rows),
        )
        shown = [f"**{mean:.2f}**" if mean else "–" for mean in means]
        lines.append(("**geometric mean**", *[""] * (len(engines) + 1), *shown))
    return table(head, lines)


def _left_out(rows: Sequence[Row]) -> Iterator[str]:
    shares = [f"{row.workload} {share:.0%}" for row in rows if (share := row.share_of_peak())]
    if shares:
        yield f"Of the machine's rate of products ({PRODUCT}) specc reaches: {', '.join(shares)}."
    lines = [
        f"- {row.workload} without {name}: {why}"
        for row in rows
        for name, why in row.left_out.items()
    ]
    if lines:
        yield "\n".join(lines)


def _memory(run: Run) -> Iterator[str]:
    if run.peaks:
        yield "## Memory"
        yield (
            "What the first call of the MLP on 65,536 rows takes at its peak, above what was held "
            "before; its activations "
            f"are {bytes_text(ACTIVATIONS)}, its result included."
        )
        yield table(
            ("", "peak", "/ activations"),
            [
                (name, bytes_text(peak), f"{peak / ACTIVATIONS:.2f}")
                for name, peak in run.peaks.items()
            ],
        )


def _stream(run: Run) -> Iterator[str]:
    if run.stream:
        rows = run.stream["rows"]
        yield "## A file larger than one wants in memory"
        yield (
            f"{rows:,} rows of 64 float32 ({rows * 256 / 1e9:.2f} GB of npy) through a small "
            "residual network to an npy: `specc run`, and a loop of onnxruntime over the same "
            "slices of a memory map. Whole processes, start included; "
            f"the results differ by {run.stream['difference']:.0e} at most."
        )
        yield table(
            ("", "rows at a time", "wall", "processor", "peak of memory"),
            [
                (
                    one["engine"],
                    str(one["rows"]),
                    time_text(one["wall"]),
                    time_text(one["cpu"]),
                    bytes_text(one["peak"]),
                )
                for one in run.stream["runs"]
            ],
        )


def _starts(run: Run) -> Iterator[str]:
    if run.starts:
        yield "## Cold starts"
        yield "Whole processes of Python, from start to exit."
        lines = [
            (f"`{name}`", time_text(one["cpu"]), time_text(one["wall"]))
            for name, one in run.starts.items()
        ]
        yield table(("", "processor", "wall"), lines)


def _scales(run: Run) -> Iterator[str]:
    if run.scales:
        yield "## Large specs"
        yield (
            "`mixed` is masked sequences through eight kinds of layers, `chain` layers that do "
            "nothing; `ready` is Dense layers of width 8 with weights: compile, load the weights, "
            "first call, beside onnxruntime's session and first call."
        )
        lines = [
            (
                one["what"],
                f"{one['layers']:,}",
                time_text(one["seconds"]),
                time_text(one["seconds"] / one["layers"]),
            )
            for one in run.scales
        ]
        yield table(("", "layers", "all", "a layer"), lines)
