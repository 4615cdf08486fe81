"""`specc run` into a folder: a file of results for each of the data."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from pathlib import Path, PurePath

from spec_compiler.cli.progress import Progress
from spec_compiler.cli.typed import Options, Spread
from spec_compiler.cli.words import say
from spec_compiler.data import Handle, files_of
from spec_compiler.files import RUN_FORMATS, unknown_format
from spec_compiler.partitions.parts import divided, streamed
from spec_compiler.partitions.recipe import Recipe
from spec_compiler.partitions.record import Record
from spec_compiler.partitions.score import Order
from spec_compiler.partitions.spread import here, workers
from spec_compiler.refusals import Refusal
from spec_compiler.runtime.run import Run
from spec_compiler.shortening import counted


def run_parts(
    run: Run,
    data: Mapping[str, Handle],
    spread: Spread,
    options: Options,
    rows: int,
    inputs: Collection[Path],
) -> None:
    """Run the partitions that are not there yet, and say what was refused in each.

    Args:
        run: The whole, of which nothing has been read; it collects what is wrong.
        data: Where its inputs are.
        spread: What was typed of the output and the workers.
        options: How it is done.
        rows: How many run at a time.
        inputs: Files that must not be replaced.

    Raises:
        Refusal: The run cannot be divided, or the folder is another run's.
    """
    if run.rows is None:
        raise Refusal(
            "SPC0525",
            "rows of this model depend on each other, and a partition has only some of them",
            help="write one file as the output, and all rows run together",
        )
    parts = divided({of: streamed(handle, run.inputs[of]) for of, handle in data.items()})
    order = _order(run, data, spread, options, rows)
    record = Record.begun(order, parts, inputs)
    left = [part for part in parts if not record.kept(part)]
    with (
        workers(spread.workers, spread.scheduler) if spread.on_dask else nullcontext(here) as runs,
        Progress("running", sum(part.count for part in left)) as progress,
    ):
        for scored in runs(order, left):
            run.diagnostics.sources.update(scored.sources)
            for finding in scored.findings:
                run.diagnostics.add(finding)
            if scored.sha256 is not None:
                record.add(scored)
            progress.add(scored.part.count)
    run.diagnostics.stop_on_errors()
    record.clear_up()
    kept = len(parts) - len(left)
    before = f", {kept} of them before" if kept else ""
    say(f"wrote {spread.output}: {counted(len(parts), 'partition')}{before}", err=True)


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
