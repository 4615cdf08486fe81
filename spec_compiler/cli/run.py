"""`specc run`: data in, results out."""

from __future__ import annotations

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
from spec_compiler.cli.reading import STDIN, files_of, reporting
from spec_compiler.cli.results import write_all
from spec_compiler.cli.running import (
    InitialOption,
    InputOption,
    RandomOption,
    Sources,
    ThreadsOption,
    engine_of,
    program_to_run,
    require_one_source,
    sources_of,
    weights_of,
)
from spec_compiler.cli.sources import files_of_source
from spec_compiler.cli.typed import Looking, Options, Spread, bytes_of, fixed_sizes
from spec_compiler.cli.words import say
from spec_compiler.ir.rows import rows_stay_apart
from spec_compiler.plan.engine import ENGINES
from spec_compiler.runtime.losses import losses as penalties
from spec_compiler.runtime.memory import require_memory, require_room
from spec_compiler.runtime.run import Run

READ = 4 * 2**20
"""The bytes of data and results that are read and written at a time, where nothing is said."""

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
MasksOption = Annotated[
    bool, typer.Option("--masks", help="Write the outputs' masks too, as NAME.mask.")
]
LossesOption = Annotated[
    bool,
    typer.Option(
        "--losses", help="Print the regularisers' penalties; results go to --output only."
    ),
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
        autocompletion=completed("engines"),
    ),
]

ShowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--show",
        metavar="LAYER[,…]",
        help="Print what the results of layers are like: encoder.0.attn, memory.state_h, "
        "embed.mask, 'encoder.*'. The model's own results go to --output only.",
        autocompletion=completed("results"),
    ),
]
SaveAllOption = Annotated[
    str | None,
    typer.Option(
        "--save-all",
        metavar="FOLDER",
        help="Write the inputs and each layer's result, as npy, with an index.json. The model's "
        "own results go to --output only.",
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
    show: ShowOption = None,
    save_all: SaveAllOption = None,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    threads: ThreadsOption = None,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Run a spec on data with NumPy.

    Everything is checked before the first step: names, shapes, dtypes, values. Without weights in
    the spec, they are initialised from its seed.
    """
    sources, limit, dims, wrote = input_ or [], bytes_of(max_memory), fixed_sizes(dim), ""
    looking = Looking(show or [], save_all, rows, limit)
    told = {"--losses": losses, **looking.options}
    spread = Spread.typed(output, workers, scheduler, {"--random": random is not None, **told})
    require_one_source(sources, random, weights, initial)
    with reporting(color) as found:
        program = program_to_run(spec, set_, root, weights, found)
        require_memory(program, None, limit)
        arrays = weights_of(program, found, limit, initial=initial)
        if losses and random is None and not sources and program.graph.inputs:
            found.stop_on_errors()
            return _print_losses(penalties(program, arrays, None))
        apart = not losses and rows_stay_apart(program.graph)
        data = sources_of(program, arrays, sources, random, dims, limit, streamed=apart)
        run = data.run(program, arrays, found)
        run.engine = engine_of(engine, threads)
        run.prepare()
        found.stop_on_errors()
        at_once = rows or max(READ // max(run.row, 1), 1)
        kept = {file for item in sources for file in files_of_source(item)} | files_of(program)
        if spread is not None:
            options = Options(rows, masks, engine, initial, limit)
            wrote = _in_parts(run, data, spread, options, at_once, kept)
        else:
            batch = require_room(run, limit, at_once if apart else None)
            if losses:
                _print_losses(penalties(program, arrays, run))
            _look(run, data, looking, kept)
            if output != STDIN or not any(told.values()):
                wrote = write_all(run, output, batch, masks, kept)
    if wrote:
        say(wrote, err=True)
    return 1 if found.errors else 0


def _in_parts(
    run: Run, data: Sources, spread: Spread, options: Options, rows: int, inputs: set[Path]
) -> str:
    # what divides a run is loaded only where one is divided
    from spec_compiler.cli.parts import run_parts

    return run_parts(run, data.handles, spread, options, rows, inputs)


def _look(run: Run, data: Sources, looking: Looking, inputs: set[Path]) -> None:
    if any(looking.options.values()):
        # only who looks inside needs it
        from spec_compiler.cli.inside import look

        look(run, data, looking, inputs)


def _print_losses(found: dict[str, float]) -> int:
    width = max((len(name) for name in found), default=5)
    for name, value in found.items():
        say(f"{name:<{width}}  {value:.8g}")
    say(f"{'total':<{width}}  {sum(found.values()):.8g}")
    return 0
