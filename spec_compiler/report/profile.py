"""Where the time of a run goes, beside what the machine can do: for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from spec_compiler.report import escape, notebook
from spec_compiler.report.escape import terminal
from spec_compiler.report.style import Style
from spec_compiler.report.table import table
from spec_compiler.shortening import counted

FORMAT_VERSION = 1
_COSTS = ("calls", "ms", "share", "GFLOP/s", "of most", "GB/s", "of copying")


class Step(NamedTuple):
    """An operation of a run, or what several come to.

    Attributes:
        layer: The layer that it comes from; empty for what is around the layers.
        operation: Its name; empty for several.
        calls: How many calls of NumPy it is; a loop is one.
        seconds: What they took, of several threads on average.
        flops: Floating-point operations, as `summary` counts them.
        bytes: What they read and wrote, weights among it.
    """

    layer: str
    operation: str
    calls: int
    seconds: float
    flops: int
    bytes: int


class Limits(NamedTuple):
    """What the machine could do while the run was measured.

    Attributes:
        flops: A second, in a large product of float32.
        bytes: A second, read and written, in a copy that no cache holds.
    """

    flops: float
    bytes: float


class Span(NamedTuple):
    """A call of a run.

    Attributes:
        step: Which of the steps it belongs to.
        thread: Which of the threads made it, counted from 0.
        start: In seconds from the start of the run.
        seconds: What it took.
    """

    step: int
    thread: int
    start: float
    seconds: float


@dataclass(frozen=True, repr=False)
class Profile:
    """A run of median length among several, step by step. It prints as a table of layers.

    Attributes:
        name: Of the model, or its file.
        sizes: The number that each named size was.
        rows: How many rows of the batch ran at once; None: it was not divided.
        threads: How many such parts of it did.
        runs: How many runs there were.
        seconds: What the run took, with what is around its calls.
        steps: Its operations, in order.
        limits: What the machine could do.
        spans: Its calls, in the order in which they ended.
    """

    name: str
    sizes: Mapping[str, int]
    rows: int | None
    threads: int
    runs: int
    seconds: float
    steps: tuple[Step, ...]
    limits: Limits
    spans: tuple[Span, ...]

    @property
    def layers(self) -> tuple[Step, ...]:
        """What the steps of each layer come to, in the order of their first ones."""
        found: dict[str, Step] = {}
        for step in self.steps:
            before = found.get(step.layer, Step(step.layer, "", 0, 0.0, 0, 0))
            found[step.layer] = _sum(step.layer, (before, step))
        return tuple(found.values())

    @property
    def around(self) -> float:
        """The seconds between calls: checks, slices, memory for the outputs, the clock."""
        return self.seconds - sum(step.seconds for step in self.steps)

    def text(self, style: Style, *, steps: bool = False) -> str:
        """The profile for people, ending with a newline.

        Args:
            style: How it looks.
            steps: Whether each step has a row, not each layer.
        """
        head = ("layer", "operation") if steps else ("layer",)
        shown = self.steps if steps else self.layers
        rows = [self._row(step, steps) for step in (*shown, *self._ends())]
        right = range(len(head), len(head) + len(_COSTS))
        lines = [terminal(line, style.unicode) for line in self._said()]
        return "\n\n".join([table((*head, *_COSTS), rows, style, right), "\n".join(lines)]) + "\n"

    def json(self) -> str:
        """The profile for programs, as one JSON document in ASCII, ending with a newline.

        A version only gains fields.

        - `format_version`: 1
        - `name`, `sizes`, `rows_at_once` (null: the batch was not divided), `threads`, `runs`
        - `seconds`: of the run of median length; `around`: of that, what is between calls
        - `limits`: `flops_per_second` of a large product, `bytes_per_second` of a large copy
        - `layers` and `steps`, each with `layer`, `operation`, `calls`, `seconds`, `flops`, `bytes`
        """
        document = {
            "format_version": FORMAT_VERSION,
            "name": self.name,
            "sizes": dict(self.sizes),
            "rows_at_once": self.rows,
            "threads": self.threads,
            "runs": self.runs,
            "seconds": self.seconds,
            "around": self.around,
            "limits": {
                "flops_per_second": self.limits.flops,
                "bytes_per_second": self.limits.bytes,
            },
            "layers": [step._asdict() for step in self.layers],
            "steps": [step._asdict() for step in self.steps],
        }
        return escape.json(json.dumps(document, indent=2)) + "\n"

    def trace(self) -> str:
        """The calls of the run as events, which chrome://tracing and Perfetto draw."""
        whole = {"name": self.name, "ph": "X", "ts": 0.0, "dur": self.seconds * 1e6}
        events: list[dict[str, object]] = [{**whole, "pid": 1, "tid": 1}]
        for span in self.spans:
            step = self.steps[span.step]
            events.append(
                {
                    "name": step.operation,
                    "cat": step.layer,
                    "ph": "X",
                    "ts": span.start * 1e6,
                    "dur": span.seconds * 1e6,
                    "pid": 1,
                    "tid": 1 + span.thread,
                    "args": {"layer": step.layer, "step": span.step},
                }
            )
        return escape.json(json.dumps({"traceEvents": events, "displayTimeUnit": "ns"})) + "\n"

    def __str__(self) -> str:
        return self.text(Style()).removesuffix("\n")

    __repr__ = __str__  # what a prompt shows

    def _repr_html_(self) -> str:
        rows = [self._row(step, False) for step in (*self.layers, *self._ends())]
        body = notebook.table(("layer", *_COSTS), rows, right=range(1, 1 + len(_COSTS)))
        return "\n".join([body, *map(notebook.paragraph, self._said())])

    def _ends(self) -> tuple[Step, Step]:
        total = _sum("(all)", self.steps)._replace(seconds=self.seconds)
        return Step("(between calls)", "", 0, self.around, 0, 0), total

    def _row(self, step: Step, named: bool) -> tuple[str, ...]:
        name = (step.layer, step.operation) if named else (step.layer,)
        seconds = step.seconds or 1e-9  # a clock may stand still
        flops, moved = step.flops / seconds, step.bytes / seconds
        rates = [
            *((f"{flops / 1e9:.2f}", f"{flops / self.limits.flops:.0%}") if flops else ("", "")),
            *((f"{moved / 1e9:.2f}", f"{moved / self.limits.bytes:.0%}") if moved else ("", "")),
        ]
        share = step.seconds / (self.seconds or 1e-9)
        calls = f"{step.calls:,}" if step.calls else ""
        return (*name, calls, f"{step.seconds * 1e3:.3f}", f"{share:.1%}", *rates)

    def _said(self) -> list[str]:
        sizes = ", ".join(f"{name}={size}" for name, size in self.sizes.items())
        at_once = "" if self.rows is None else f", {self.rows:,} rows at once"
        at_once += "" if self.threads == 1 else f" in each of {self.threads} threads"
        return [
            f"the median of {counted(self.runs, 'run')}; {sizes}{at_once}",
            f"this machine, now: {self.limits.flops / 1e9:.1f} GFLOP/s in a large product of "
            f"float32, {self.limits.bytes / 1e9:.1f} GB/s in a large copy",
        ]


def _sum(layer: str, steps: Iterable[Step]) -> Step:
    calls, seconds, flops, moved = 0, 0.0, 0, 0
    for step in steps:
        calls, seconds = calls + step.calls, seconds + step.seconds
        flops, moved = flops + step.flops, moved + step.bytes
    return Step(layer, "", calls, seconds, flops, moved)
