"""`specc run`: data in, results out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from spec_compiler.cli.options import (
    ColorOption,
    RootOption,
    SetOption,
    SpecArgument,
    UsageError,
    pairs,
)
from spec_compiler.cli.reading import STDIN, compile_spec, files_of, reporting
from spec_compiler.data import Handle, read, read_one, split_key, write, writer
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.arrays import Array
from spec_compiler.ir.dims import BATCH_NAME
from spec_compiler.program import Program
from spec_compiler.runtime.binding import Fixed
from spec_compiler.runtime.losses import losses as penalties
from spec_compiler.runtime.memory import require_memory
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes
from spec_compiler.runtime.run import Run
from spec_compiler.weights.load import load_weights

ROWS = 256
"""Rows of the batch that run at a time, unless the user says otherwise."""
_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def command(
    spec: SpecArgument,
    input_: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            "-i",
            metavar="NAME=FILE",
            help="Data for an input: npy, npz (FILE:KEY), csv or json, - for standard input. "
            "FILE alone feeds the only input, or every input from an npz or json by name.",
        ),
    ] = None,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="npz, npy, csv, json, or - for JSON on standard output.",
        ),
    ] = "-",
    random: Annotated[
        str | None,
        typer.Option(metavar="SIZES", help="Random data instead of files: batch=8,seq=20."),
    ] = None,
    set_: SetOption = None,
    root: RootOption = None,
    dim: Annotated[
        list[str] | None, typer.Option(metavar="NAME=SIZE", help="Fix a named size.")
    ] = None,
    masks: Annotated[
        bool, typer.Option("--masks", help="Write the outputs' masks too, as NAME.mask.")
    ] = False,
    losses: Annotated[
        bool,
        typer.Option(
            "--losses", help="Print the regularisers' penalties; results go to --output only."
        ),
    ] = False,
    rows: Annotated[
        int, typer.Option("--rows", min=1, help="Rows of the batch that run at a time.")
    ] = ROWS,
    max_memory: Annotated[
        str | None,
        typer.Option(
            metavar="SIZE",
            help="The most memory to use, as 500M or 4G; by default 80 % of what is free, "
            "at most 8G.",
        ),
    ] = None,
    color: ColorOption = "auto",
) -> int:
    """Run a spec on data with NumPy.

    Everything is checked before the first step: names, shapes, dtypes, values. Without weights in
    the spec, they are initialised from its seed.
    """
    sources = input_ or []
    if random is not None and sources:
        raise UsageError("--random and --input exclude each other")
    limit = None if max_memory is None else _bytes(max_memory)
    dims = {name: (size, f"--dim {name}={size}") for name, size in _sizes("--dim", dim).items()}
    with reporting(color) as found:
        # loading checks the weights file, as an error; it is not warned of, too
        program = compile_spec(
            spec, params=pairs("--set", set_), diagnostics=found, root=root, weights=False
        )
        require_memory(program, None, limit)
        try:
            weights = _weights(program)
        except SpecError as error:  # what is wrong with the data is said with it
            found.extend(error.diagnostics)
            weights = {}
        if losses and random is None and not sources and program.graph.inputs:
            found.stop_on_errors()
            _print_losses(penalties(program, weights, None))
            return 0
        if random is not None:
            handles, dims = _random(program, random, dims, limit)
        else:
            handles = _handles(program, sources)
        run = Run(
            program,
            weights,
            {name: handle.load() for name, handle in handles.items()},
            {name: handle.origin for name, handle in handles.items()},
            dims,
            found,
        )
        run.prepare()
        found.stop_on_errors()
        if run.rows is None or losses:
            rows = run.sizes.get(BATCH_NAME, rows)
        batch = min(rows, run.sizes.get(BATCH_NAME, 1))
        require_memory(program, {**run.sizes, BATCH_NAME: batch}, limit)
        if losses:
            _print_losses(penalties(program, weights, run))
        if not losses or output != "-":
            fed = {Path(split_key(item.partition("=")[2] or item)[0]) for item in sources}
            _write(run, output, rows, masks, fed | files_of(program))
    return 0


def _weights(program: Program) -> dict[str, Array]:
    weights = load_weights(program)
    if program.core.header.weights is None and weights:
        seed = program.core.header.seed
        message = f"note: the spec names no weights; they are initialised from seed {seed}"
        typer.echo(message, err=True)
    return weights


def _handles(program: Program, items: list[str]) -> dict[str, Handle]:
    """The data by input name."""
    found: dict[str, Handle] = {}
    stdin = 0
    for item in items:
        name, sign, source = item.partition("=")
        if not sign:
            name, source = "", item
        stdin += source == STDIN
        if stdin > 1:
            raise UsageError("standard input can feed one --input only")
        if name:
            if name in found:
                raise UsageError(f"--input {name}: given twice")
            found[name] = _as_declared(program, name, read_one(source, name=name))
        else:
            found |= _unnamed(program, source)
    return found


def _as_declared(program: Program, name: str, handle: Handle) -> Handle:
    """A CSV file has rows and columns; one column feeds an input of one number a row."""
    declared = program.graph.inputs.get(name)
    column = len(handle.shape) == 2 and handle.shape[1] == 1 and handle.origin.endswith(".csv")
    if not column or declared is None or len(declared.shape) != 1:
        return handle
    return replace(handle, shape=handle.shape[:1], load=lambda: handle.load()[:, 0])


def _unnamed(program: Program, source: str) -> dict[str, Handle]:
    """A source without a name: the only input's data, or arrays by the inputs' names."""
    wanted = list(program.graph.inputs)
    if len(wanted) == 1:
        handles = read(source, name=wanted[0])
        if len(handles) == 1:
            (handle,) = handles.values()
            return {wanted[0]: _as_declared(program, wanted[0], handle)}
        return {name: handle for name, handle in handles.items() if name in wanted} or handles
    handles = read(source, name=split_key(source)[0])
    if len(handles) == 1 and not set(handles) & set(wanted):
        named = " or ".join(f"`--input {name}={source}`" for name in wanted[:3])
        raise UsageError(f"--input {source}: the model has {len(wanted)} inputs; write {named}")
    return handles


def _random(
    program: Program, text: str, dims: Mapping[str, Fixed], limit: int | None
) -> tuple[dict[str, Handle], dict[str, Fixed]]:
    given = _sizes("--random", [item for item in text.split(",") if item])
    sizes = random_sizes(program, {**{name: size for name, (size, _) in dims.items()}, **given})
    require_memory(program, sizes, limit)
    shown = ", ".join(f"{name.removeprefix('?')}={size}" for name, size in sizes.items())
    typer.echo(f"note: random data for {shown}", err=True)
    arrays = random_inputs(program, sizes)
    handles = {name: Handle.of(array, name, f"random {name}") for name, array in arrays.items()}
    return handles, {name: (size, f"--random {text}") for name, size in sizes.items()}


def _sizes(option: str, items: list[str] | None) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, value in pairs(option, items).items():
        if not (value.isascii() and value.isdigit()):
            raise UsageError(f"{option} {name}={value}: a size is a whole number")
        if len(value) > 18:
            raise UsageError(f"{option} {name}={value}: a size is below 10^18")
        found[name] = int(value)
    return found


def _bytes(text: str) -> int:
    """`500M`, `4G` or a number of bytes."""
    number, unit = text[:-1], text[-1:].upper()
    if text.isascii() and text.isdigit():
        return int(text)
    if unit not in _UNITS or not (number.isascii() and number.isdigit()):
        raise UsageError(f"--max-memory {text}: write 500M or 4G")
    return int(number) * _UNITS[unit]


def _write(run: Run, output: str, rows: int, masks: bool, inputs: set[Path]) -> None:
    names = [name for name in run.shapes() if masks or name in run.program.outputs]
    batch = run.rows
    if batch is None or batch <= rows:
        results = run.whole()
        write(output, {name: results[name] for name in names}, inputs=inputs)
        return
    run.check_values(rows)
    shapes = {name: run.shapes()[name] for name in names}
    bar: Any = typer.progressbar(
        length=batch, label="rows", file=sys.stderr, hidden=not sys.stderr.isatty()
    )
    with writer(output, shapes, inputs=inputs) as target, bar:
        for part in run.slices(rows):
            target.append({name: part[name] for name in names})
            bar.update(len(part[names[0]]))


def _print_losses(found: dict[str, float]) -> None:
    width = max((len(name) for name in found), default=5)
    for name, value in found.items():
        typer.echo(f"{name:<{width}}  {value:.8g}")
    typer.echo(f"{'total':<{width}}  {sum(found.values()):.8g}")
