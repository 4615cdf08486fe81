"""`specc run` into a folder: a file of results for each of the data."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Final

from spec_compiler.cli.progress import Progress
from spec_compiler.cli.typed import Interrupted, Options, Spread
from spec_compiler.data import Handle, files_of
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.formats import RUN_FORMATS, unknown_format
from spec_compiler.partitions.parts import Partition, divided, streamed
from spec_compiler.partitions.recipe import Recipe
from spec_compiler.partitions.record import Record
from spec_compiler.partitions.score import Order
from spec_compiler.partitions.spread import here, workers
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.run import Run
from spec_compiler.shortening import counted

_NAMED: Final = 5
"""How many results are named that were taken away."""


def run_parts(
    run: Run,
    data: Mapping[str, Handle],
    spread: Spread,
    options: Options,
    rows: int,
    inputs: Collection[Path],
) -> str:
    """Run the partitions that are not there yet; what is refused in each is collected.

    Args:
        run: The whole, of which nothing has been read; it collects what is wrong.
        data: Where its inputs are.
        spread: What was typed of the output and the workers.
        options: How it is done.
        rows: How many run at a time.
        inputs: Files that must not be replaced.

    Returns:
        What is there in the end, in a sentence.

    Raises:
        Refusal: The run cannot be divided, or the folder is another run's.
        Interrupted: By Ctrl-C; it says what is written.
    """
    if run.rows is None:
        raise Refusal(
            "SPC0525",
            "rows of this model depend on each other, and a partition has only some of them",
            help="write one file as the output, and all rows run together",
        )
    parts = divided({of: streamed(handle, run.inputs[of]) for of, handle in data.items()})
    order = _order(run, data, spread, options, rows)
    return _run_left(Record.begun(order, parts, inputs), parts, spread, run.diagnostics)


def _run_left(record: Record, parts: list[Partition], spread: Spread, found: Diagnostics) -> str:
    """Run what is not there yet."""
    kept = [part for part in parts if record.kept(part)]
    state = _State(spread.output, len(parts), len(kept))
    left = [part for part in parts if part not in kept]
    progress = Progress("running", sum(part.count for part in left))
    if progress.looked_at:
        record.order = replace(record.order, told=progress.reached)
    try:
        with (
            workers(spread.workers, spread.scheduler, state.worker_ended)
            if spread.on_dask
            else nullcontext(here) as runs,
            progress,
        ):
            state.gone = {part.name for part in record.take_away(left)}
            for scored in runs(record.order, left):
                found.sources.update(scored.sources)
                for finding in scored.findings:  # workers have files by their whole paths
                    message = finding.message.replace(os.path.join(os.getcwd(), ""), "")
                    found.add(replace(finding, message=message))
                if scored.sha256 is not None:
                    record.add(scored)
                    state.gone.discard(scored.part.name)
                    state.written += 1
                progress.reached(scored.part.name, scored.part.count)
    except KeyboardInterrupt:
        raise Interrupted(state.text) from None
    record.clear_up()
    return state.text


@dataclass(slots=True)
class _State:
    """What is in a folder of results.

    Attributes:
        output: The folder, as it was typed.
        parts: How many results there are to be.
        kept: How many an earlier run wrote.
        written: How many this run wrote.
        gone: The parts whose results were taken away, as they were made of other data.
        ended: How many workers ended while they ran some.
    """

    output: str
    parts: int
    kept: int
    written: int = 0
    gone: set[str] = field(default_factory=set[str])
    ended: int = 0

    def worker_ended(self) -> None:
        """One more."""
        self.ended += 1

    @property
    def text(self) -> str:
        """In a sentence."""
        there = self.kept + self.written
        count = f"{there:,} of " if there < self.parts else ""
        said = [f"wrote {self.output}: {count}{counted(self.parts, 'partition')}"]
        if self.kept:
            said.append(f", {self.kept:,} of them before")
        if self.ended:
            said.append(f"; {counted(self.ended, 'worker')} ended, and others ran what they had")
        if self.gone:
            named = ", ".join(sorted(self.gone)[:_NAMED]) + ", …" * (len(self.gone) > _NAMED)
            said.append(f"; what an earlier run made of other data is taken away: {named}")
        if count:
            said.append("; the same command runs the rest")
        return "".join(said)


def _order(
    run: Run, data: Mapping[str, Handle], spread: Spread, options: Options, rows: int
) -> Order:
    """What is done with every partition; by default results have the format of the data."""
    path = Path(spread.output)
    folder, suffix = (path.parent, path.suffix) if spread.names_format else (path, "")
    if not suffix:
        first = files_of(next(iter(data.values())).origin)[0]
        several = len(run.program.outputs) > 1 or options.masks
        suffix = PurePath(first).suffix.lower()
        suffix = ".npz" if suffix == ".npy" and several else suffix
    recipe = Recipe.of(run.program, run.weights, initial=options.initial, engine=options.engine)
    fields = {
        name: of
        for name, of in run.shapes().items()
        if options.masks or name in run.program.outputs
    }
    if suffix not in RUN_FORMATS:
        raise unknown_format(spread.output, RUN_FORMATS)
    return Order(recipe, os.path.abspath(folder), suffix, fields, rows, run.dims, options.limit)
