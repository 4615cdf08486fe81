"""What running a spec needs, and where the command line says that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from spec_compiler.cli.options import completed
from spec_compiler.cli.reading import compile_spec
from spec_compiler.cli.sources import at_random, from_files
from spec_compiler.cli.typed import UsageError, exclude_each_other, pairs
from spec_compiler.cli.words import say
from spec_compiler.data import Handle
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.ir.arrays import Array
from spec_compiler.plan.engine import ENGINES, Engine, Planning
from spec_compiler.plan.threads import usable
from spec_compiler.program import Program
from spec_compiler.runtime.binding import Fixed
from spec_compiler.runtime.memory import allowed, left_for_data
from spec_compiler.runtime.run import Run
from spec_compiler.weights.checkpoint import weights_place
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.load import load_weights

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
RandomOption = Annotated[
    str | None,
    typer.Option(
        metavar="SIZES",
        help="Random data instead of files: batch=8,seq=20.",
        autocompletion=completed("random"),
    ),
]
InitialOption = Annotated[
    bool, typer.Option("--initial", help="Initial weights, although the spec names a file.")
]


ThreadsOption = Annotated[
    int | None,
    typer.Option(
        "--threads",
        min=1,
        help="Slices of the batch that run at once, each by a thread; by default as many as there "
        "are cores.",
    ),
]


def program_to_run(
    spec: str,
    params: list[str] | None,
    root: Path | None,
    weights: str | None,
    found: Diagnostics,
) -> Program:
    """A spec as `--set`, `--root` and `--weights` have it.

    Raises:
        OSError: it cannot be read.
        SpecError: it is refused.
    """
    # loading checks the weights file, as an error; it is not warned of, too
    named = pairs("--set", params)
    program = compile_spec(spec, params=named, diagnostics=found, root=root, weights=False)
    return program if weights is None else program.with_weights(weights)


def engine_of(name: str, threads: int | None) -> Engine:
    """What computes, with its threads: the process is ours, and so are the threads of BLAS.

    Raises:
        UsageError: it has none.
    """
    engine = ENGINES[name]()
    if isinstance(engine, Planning):
        engine.threads = usable() if threads is None else threads
    elif threads is not None:
        raise UsageError("--threads is for plans, and --engine names another")
    return engine


def require_one_source(
    sources: list[str], random: str | None, weights: str | None, initial: bool
) -> None:
    """Refuse options that say two things of the data, or of the weights."""
    exclude_each_other({"--random": random is not None, "--input": bool(sources)})
    exclude_each_other({"--weights": weights is not None, "--initial": initial})


class Sources(NamedTuple):
    """Where the data of a run is.

    Attributes:
        handles: By input.
        dims: Named sizes that are fixed beforehand, and by what.
    """

    handles: Mapping[str, Handle]
    dims: Mapping[str, Fixed]

    def run(self, program: Program, weights: dict[str, Array], found: Diagnostics) -> Run:
        """A run of it."""
        arrays = {name: handle.load() for name, handle in self.handles.items()}
        origins = {name: handle.origin for name, handle in self.handles.items()}
        return Run(program, weights, arrays, origins, self.dims, found)


def sources_of(
    program: Program,
    weights: dict[str, Array],
    sources: list[str],
    random: str | None,
    dims: Mapping[str, Fixed],
    limit: int | None,
    *,
    streamed: bool = False,
) -> Sources:
    """What `--input` names, or random data of the sizes that `--random` gives."""
    if random is not None:
        return Sources(*at_random(program, random, dims, limit))
    allowance = left_for_data(limit, weights)
    return Sources(from_files(program, sources, allowance, streamed=streamed), dims)


def weights_of(
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
