"""`specc run`: data in, results out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.options import (
    ColorOption,
    DimOption,
    MemoryOption,
    RootOption,
    SetOption,
    SpecArgument,
    WeightsOption,
    completed,
    one_of,
)
from spec_compiler.cli.progress import Progress
from spec_compiler.cli.reading import STDIN, compile_spec, files_of, reporting
from spec_compiler.cli.sources import at_random, files_of_source, from_files
from spec_compiler.cli.typed import (
    Options,
    Spread,
    bytes_of,
    exclude_each_other,
    fixed_sizes,
    pairs,
)
from spec_compiler.cli.words import say
from spec_compiler.data import Handle, Streamed, write, writer
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.plan.engine import ENGINES
from spec_compiler.program import Program
from spec_compiler.runtime.binding import Fixed
from spec_compiler.runtime.losses import losses as penalties
from spec_compiler.runtime.memory import allowed, left_for_data, require_memory
from spec_compiler.runtime.rows import rows_stay_apart
from spec_compiler.runtime.run import Run
from spec_compiler.weights.checkpoint import weights_place
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.load import load_weights

READ = 4 * 2**20
"""The bytes of data and results that are read and written at a time, where nothing is said."""
"""Rows of the batch that run at a time, unless the user says otherwise."""
_NAMED = 8
"""How many results are named when they have been written."""

InputOption = Annotated[
    list[str] | None,
    typer.Option(
        "--input",
        "-i",
        metavar="NAME=FILE",
        help="Data for an input: npy, npz (FILE:KEY), csv, json, parquet or arrow (FILE:COLUMNS), "
        "zarr, a folder or 'a pattern' of files, - for standard input. FILE alone feeds the only "
        "input, or every input from a file of several by name.",
        autocompletion=completed("data"),
    ),
]
OutputOption = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="npz, npy, csv, json, parquet, arrow, zarr, or - for JSON on standard output; "
        "FOLDER/ or 'FOLDER/*.npy' has a file for each of the data, and goes on where it ended.",
    ),
]
RandomOption = Annotated[
    str | None,
    typer.Option(
        metavar="SIZES",
        help="Random data instead of files: batch=8,seq=20.",
        autocompletion=completed("random"),
    ),
]
MasksOption = Annotated[
    bool, typer.Option("--masks", help="Write the outputs' masks too, as NAME.mask.")
]
LossesOption = Annotated[
    bool,
    typer.Option(
        "--losses", help="Print the regularisers' penalties; results go to --output only."
    ),
]
InitialOption = Annotated[
    bool, typer.Option("--initial", help="Initial weights, although the spec names a file.")
]
RowsOption = Annotated[
    int | None,
    typer.Option(
        "--rows", min=1, help="Rows of the batch that are read at a time; by default some MiB."
    ),
]

EngineOption = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="What computes: plan, made for the sizes of the data, or evaluator, a node after the "
        "other as it is meant.",
        callback=one_of(*ENGINES),
    ),
]


WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        help="Processes of this machine that run parts of the data; --output is a folder.",
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Dask's scheduler, tcp://HOST:PORT, whose workers run parts of the data.",
    ),
]


def command(
    spec: SpecArgument,
    input_: InputOption = None,
    output: OutputOption = "-",
    random: RandomOption = None,
    set_: SetOption = None,
    root: RootOption = None,
    dim: DimOption = None,
    masks: MasksOption = False,
    losses: LossesOption = False,
    weights: WeightsOption = None,
    initial: InitialOption = False,
    rows: RowsOption = None,
    engine: EngineOption = "plan",
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Run a spec on data with NumPy.

    Everything is checked before the first step: names, shapes, dtypes, values. Without weights in
    the spec, they are initialised from its seed.
    """
    sources, limit, dims = input_ or [], bytes_of(max_memory), fixed_sizes(dim)
    spread = Spread.typed(output, workers, scheduler)
    exclude_each_other({"--random": random is not None, "--input": bool(sources)})
    exclude_each_other({"--weights": weights is not None, "--initial": initial})
    exclude_each_other({"--random": random is not None, "a folder of results": spread is not None})
    exclude_each_other({"--losses": losses, "a folder of results": spread is not None})
    with reporting(color) as found:
        # loading checks the weights file, as an error; it is not warned of, too
        program = compile_spec(
            spec, params=pairs("--set", set_), diagnostics=found, root=root, weights=False
        )
        if weights is not None:
            program = program.with_weights(weights)
        require_memory(program, None, limit)
        arrays = _weights(program, found, limit, initial=initial)
        if losses and random is None and not sources and program.graph.inputs:
            found.stop_on_errors()
            _print_losses(penalties(program, arrays, None))
            return 0
        if random is not None:
            handles, dims = at_random(program, random, dims, limit)
        else:
            apart = not losses and rows_stay_apart(program)
            handles = from_files(program, sources, left_for_data(limit, arrays), streamed=apart)
        run = _run(program, arrays, handles, dims, found, engine)
        found.stop_on_errors()
        options = Options(rows, masks, engine, initial, limit)
        if spread is not None:
            # what divides a run is loaded only where one is divided
            from spec_compiler.cli.parts import run_parts

            run_parts(run, handles, spread, options, _at_once(run, rows))
        else:
            fed = {file for item in sources for file in files_of_source(item)}
            _give(run, output, options, fed | files_of(program), losses=losses)
    return 0


def _at_once(run: Run, rows: int | None) -> int:
    """The rows that run together where rows stay apart."""
    return rows or max(READ // max(run.row, 1), 1)


def _give(run: Run, output: str, options: Options, read: set[Path], *, losses: bool) -> None:
    """Compute, and print or write what is asked for."""
    batch = run.sizes.get(BATCH_NAME, 1)
    if run.rows is not None and not losses:
        batch = min(batch, _at_once(run, options.rows))
    sizes = {**run.sizes, BATCH_NAME: batch}
    require_memory(run.program, sizes, options.limit, run.bound.offered)
    if losses:
        _print_losses(penalties(run.program, run.weights, run))
    if not losses or output != STDIN:
        _write(run, output, batch, options.masks, read)


def _run(
    program: Program,
    weights: dict[str, Array],
    data: Mapping[str, Handle],
    dims: Mapping[str, Fixed],
    found: Diagnostics,
    engine: str,
) -> Run:
    arrays = {name: handle.load() for name, handle in data.items()}
    origins = {name: handle.origin for name, handle in data.items()}
    run = Run(program, weights, arrays, origins, dims, found, ENGINES[engine]())
    run.prepare()
    return run


def _weights(
    program: Program, found: Diagnostics, limit: int | None, *, initial: bool
) -> dict[str, Array]:
    """The weights; none where they are refused: what is wrong with the data is said with that."""
    declared, seed = program.core.header.weights, program.core.header.seed
    try:
        if initial:
            weights = initialise(program.weights, seed)
        else:
            weights = load_weights(program, allowed(limit))
    except SpecError as error:
        found.extend(error.diagnostics)
        return {}
    if weights_place(program.core) is None and weights:
        message = f"note: the spec names no weights; they are initialised from seed {seed}"
        say(message, err=True)
    elif declared is not None and initial:
        message = f"note: initial weights, from seed {seed}, in place of {declared.file}"
        say(message, err=True)
    return weights


def _write(run: Run, output: str, rows: int, masks: bool, inputs: set[Path]) -> None:
    shapes = {name: of for name, of in run.shapes().items() if masks or name in run.program.outputs}
    batch = run.rows
    streamed = any(isinstance(data, Streamed) for data in run.inputs.values())
    if batch is None or (batch <= rows and not streamed):
        results = run.whole()
        write(output, {name: results[name] for name in shapes}, inputs=inputs)
    else:
        with (
            writer(output, shapes, inputs=inputs) as target,
            Progress("running", batch) as progress,
        ):
            for part in run.slices(rows):
                target.append({name: part[name] for name in shapes})
                progress.add(len(part[next(iter(shapes))]))
    if output != STDIN:
        listed = [f"{name} {dtype}{list(shape)}" for name, (dtype, shape) in shapes.items()]
        more = [f"and {len(listed) - _NAMED} more"] if len(listed) > _NAMED else []
        say(f"wrote {output}: {', '.join(listed[:_NAMED] + more)}", err=True)


def _print_losses(found: dict[str, float]) -> None:
    width = max((len(name) for name in found), default=5)
    for name, value in found.items():
        say(f"{name:<{width}}  {value:.8g}")
    say(f"{'total':<{width}}  {sum(found.values()):.8g}")
