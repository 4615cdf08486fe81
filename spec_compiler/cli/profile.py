"""`specc profile`: where the time of a run goes."""

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
    formats,
)
from spec_compiler.cli.reading import files_of, reporting, style
from spec_compiler.cli.running import (
    InitialOption,
    InputOption,
    RandomOption,
    ThreadsOption,
    engine_of,
    program_to_run,
    require_one_source,
    sources_of,
    weights_of,
)
from spec_compiler.cli.typed import bytes_of, fixed_sizes
from spec_compiler.cli.words import say
from spec_compiler.data import split_key
from spec_compiler.files import require_writable, writing
from spec_compiler.ir.arrays import is_sparse
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.runtime.memory import require_memory, require_room
from spec_compiler.runtime.profile import profile
from spec_compiler.runtime.run import Run

RepeatOption = Annotated[
    int | None,
    typer.Option(
        "--repeat",
        min=1,
        help="Runs over all of the data, of which the median is told; by default at most 10 in two "
        "seconds, over as many rows as show it.",
    ),
]
_ROWS = 2**13
"""Rows that show what a run of more takes, where they stay apart."""
StepsOption = Annotated[
    bool, typer.Option("--steps", help="A row for each operation, not for each layer.")
]
TraceOption = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Write the calls of a run as events for chrome://tracing or Perfetto.",
    ),
]


def command(
    spec: SpecArgument,
    input_: InputOption = None,
    random: RandomOption = None,
    set_: SetOption = None,
    root: RootOption = None,
    dim: DimOption = None,
    weights: WeightsOption = None,
    initial: InitialOption = False,
    repeat: RepeatOption = None,
    steps: StepsOption = False,
    format: Annotated[str, formats("text", "json")] = "text",  # noqa: A002 - the option's name
    trace: TraceOption = None,
    threads: ThreadsOption = None,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Tell where the time of a run goes: time, GFLOP/s and GB/s of each layer.

    Beside them stands what the machine does in a large product and in a large copy, measured after
    the runs. What a cache holds can be read faster than a copy. Of several threads, times are those
    of one on average, and rates are those of all.
    """
    sources = input_ or []
    require_one_source(sources, random, weights, initial)
    limit = bytes_of(max_memory)
    dims = fixed_sizes(dim)
    with reporting(color) as found:
        program = program_to_run(spec, set_, root, weights, found)
        read = {Path(split_key(item.partition("=")[2] or item)[0]) for item in sources}
        read |= files_of(program)
        if trace is not None:
            require_writable(Path(trace), read)
        require_memory(program, None, limit)
        arrays = weights_of(program, found, limit, initial=initial)
        run = sources_of(program, arrays, sources, random, dims, limit).run(program, arrays, found)
        run.engine = engine_of("plan", threads)
        run.prepare()
        found.stop_on_errors()
        if repeat is None:
            _shorten(run)
        require_room(run, limit)
        result = profile(run, repeat)
        if trace is not None:
            with writing(trace, read) as file:
                file.write(result.trace().encode())
    text = result.json() if format == "json" else result.text(style(color, 1), steps=steps)
    typer.echo(text, nl=False, color=True)
    return 0


def _shorten(run: Run) -> None:
    """Leave out rows behind the first slices, where they stay apart and nobody fixed how many."""
    rows, sparse = run.rows or 0, any(map(is_sparse, run.inputs.values()))
    if rows <= _ROWS or sparse or BATCH_NAME in run.dims:
        return
    run.inputs = {name: data[:_ROWS] for name, data in run.inputs.items()}
    run.prepare()
    say(f"note: the first {_ROWS:,} of {rows:,} rows; `--repeat 1` runs all", err=True)
