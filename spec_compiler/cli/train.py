"""`specc train`: a model that learns from data, by Keras."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from spec_compiler.cli.options import (
    ColorOption,
    DimOption,
    ForceOption,
    MemoryOption,
    RootOption,
    SetOption,
    SpecArgument,
    completed,
)
from spec_compiler.cli.progress import Progress
from spec_compiler.cli.reading import compile_spec, files_of, reporting
from spec_compiler.cli.sources import files_of_source, from_files
from spec_compiler.cli.typed import UsageError, bytes_of, fixed_sizes, pairs
from spec_compiler.cli.words import say
from spec_compiler.data import Handle, read
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.training import Training, check_training
from spec_compiler.export.keras.archive import backend, built, numbers, require_keras
from spec_compiler.export.keras.lower import keras_program
from spec_compiler.export.keras.model import KerasProgram
from spec_compiler.export.keras.verify import compared
from spec_compiler.files import require_writable, sha256, writing
from spec_compiler.fitting.acting import check_acting
from spec_compiler.fitting.beginning import first_weights
from spec_compiler.fitting.fit import Watch, fit
from spec_compiler.fitting.progress import Checkpoint, read_checkpoint, signature
from spec_compiler.fitting.rows import Data, checked, split
from spec_compiler.ir.arrays import Array
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.refusals import Refusal
from spec_compiler.report.curves import curves
from spec_compiler.runtime.binding import Fixed
from spec_compiler.runtime.memory import allowed, left_for_data, require_memory
from spec_compiler.runtime.model import Model
from spec_compiler.runtime.run import Run
from spec_compiler.shortening import counted, shown_some
from spec_compiler.weights.inverse import tensors_of
from spec_compiler.weights.tensors import write_tensors

DataOption = Annotated[
    list[str],
    typer.Option(
        "--data",
        "-d",
        metavar="[NAME=]FILE",
        help="The rows to train on: npy, npz (FILE:KEY), csv or json, for an input or a label; "
        "FILE alone holds all of them by name.",
        autocompletion=completed("data"),
    ),
]

OutputOption = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="The safetensors file to write; default: the one that the spec names.",
    ),
]
PlotOption = Annotated[
    str | None,
    typer.Option("--plot", metavar="FILE", help="Draw losses and metrics: an .svg file."),
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on where a training was interrupted.")
]
CheckOption = Annotated[
    bool, typer.Option("--check", help="Check the spec and the data, and train nothing.")
]


class Targets(NamedTuple):
    """What is written.

    Attributes:
        weights: The trained weights.
        history: What was measured, as JSON.
        checkpoint: The state after the last epoch.
        plot: The curves; None for none.
    """

    weights: Path
    history: Path
    checkpoint: Path
    plot: Path | None


def command(
    spec: SpecArgument,
    data: DataOption,
    output: OutputOption = None,
    plot: PlotOption = None,
    resume: ResumeOption = False,
    check: CheckOption = False,
    set_: SetOption = None,
    root: RootOption = None,
    dim: DimOption = None,
    force: ForceOption = False,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Train a model as its section `train` says, by Keras 3 with any backend.

    The data is checked as that of a run before anything begins, labels too. After each epoch a
    checkpoint is written beside the weights, from which `--resume` goes on to the same result as
    without a break. The weights are written once specc's own run gives the same as Keras with them;
    with them a JSON of what was measured.
    """
    limit, dims = bytes_of(max_memory), fixed_sizes(dim)
    if plot is not None and not plot.endswith(".svg"):
        raise UsageError(f"--plot {plot}: curves are an .svg file")
    with reporting(color) as found:
        program = compile_spec(
            spec, params=pairs("--set", set_), diagnostics=found, root=root, weights=False
        )
        training = _training(program, found)
        targets = _targets(program, output, plot)
        _require_writable(targets, program, data, replace_=check or force or resume)
        calls = keras_program(program, found)
        check_acting(program, found)
        found.stop_on_errors()
        require_memory(program, None, limit)
        begin = first_weights(program, training, allowed(limit), found)
        parts = _parts(program, training, data, dims, limit, begin.weights, found)
        if check:
            say(f"{spec}: {_rows(parts)}; nothing else was done")
            return 0
        same = signature(program, training, parts[0].total)
        begun = read_checkpoint(targets.checkpoint, same) if resume else Checkpoint(signature=same)
        require_keras("a model is trained")
        if begin.drawn:
            say(f"note: drawn from the seed: {', '.join(begin.drawn)}", err=True)
        if begin.unused:
            file, beside = training.train.initial_weights, shown_some(begin.unused)
            say(f"note: `{file}` also has {beside}, which the model does not use", err=True)
        _train(program, training, calls, begin.weights, parts, begun, targets, found)
    return 0


def _training(program: Program, found: Diagnostics) -> Training:
    """What the section `train` says.

    Raises:
        SpecError: there is none.
    """
    training = check_training(program, found)
    if training is None:
        with found.at(Outside(program.core.file)):
            raise Refusal(
                "SPC0910",
                "the spec does not say how it is trained",
                help="add `train: {loss: …}`; docs/train.md has examples",
            )
        found.stop()
    return training


def _targets(program: Program, output: str | None, plot: str | None) -> Targets:
    declared = program.core.header.weights
    if output is None and declared is None:
        raise UsageError("--output FILE is needed: the spec names no weights file")
    beside = "" if declared is None else str(Path(program.core.file).parent / declared.file)
    named = beside if output is None else output
    if not named.endswith(".safetensors"):
        raise UsageError(f"--output {named}: weights are a .safetensors file")
    stem = named.removesuffix(".safetensors")
    history, checkpoint = Path(f"{stem}.history.json"), Path(f"{stem}.checkpoint.safetensors")
    return Targets(Path(named), history, checkpoint, None if plot is None else Path(plot))


def _require_writable(
    targets: Targets, program: Program, data: list[str], *, replace_: bool
) -> None:
    """Ask before the work whether all files may be made."""
    sources = files_of(program, weights=False)
    sources |= {file for item in data for file in files_of_source(item)}
    for target in (targets.weights, targets.history, targets.checkpoint, targets.plot):
        if target is not None:
            require_writable(target, sources, replace=replace_)


def _parts(
    program: Program,
    training: Training,
    data: list[str],
    dims: Mapping[str, Fixed],
    limit: int | None,
    weights: Mapping[str, Array],
    found: Diagnostics,
) -> tuple[Data, Data | None]:
    """The rows to train on, and those to validate with, both checked."""
    wanted = training.with_labels(program)
    allowance = left_for_data(limit, weights)
    handles = _wanted(wanted, from_files(wanted, data, allowance, "--data"))
    rows = checked(_run(wanted, handles, dims, found), training)
    file = training.train.validation_data
    if file is None:
        return split(rows, training.train.validation_split, program)
    path = str(program.core.origin.locate(file))
    handles = _wanted(wanted, read(path, allowance=allowance))
    return rows, checked(_run(wanted, handles, dims, found), training)


def _wanted(program: Program, handles: dict[str, Handle]) -> dict[str, Handle]:
    """The arrays that training reads; a file may hold others beside them."""
    inputs = program.graph.inputs
    lacking, others = inputs.keys() - handles.keys(), handles.keys() - inputs.keys()
    if len(lacking) == len(others) == 1:  # one may stand for the other
        return handles
    return {name: handle for name, handle in handles.items() if name in inputs}


def _run(
    program: Program, handles: dict[str, Handle], dims: Mapping[str, Fixed], found: Diagnostics
) -> Run:
    arrays = {name: handle.load() for name, handle in handles.items()}
    origins = {name: handle.origin for name, handle in handles.items()}
    return Run(program, {}, arrays, origins, dims, found)


def _train(
    program: Program,
    training: Training,
    calls: KerasProgram,
    weights: dict[str, Array],
    parts: tuple[Data, Data | None],
    begun: Checkpoint,
    targets: Targets,
    found: Diagnostics,
) -> None:
    """Train, compare, and write."""
    keras = require_keras()
    train, count = training.train, parts[0].total
    seed = program.core.header.seed if train.seed is None else train.seed
    keras.utils.set_random_seed(seed % 2**32)
    calls = replace(calls, by_name=True)
    left = (train.epochs - begun.epoch) * count

    written = [begun.epoch]

    def after(done: Checkpoint) -> None:
        done.write(targets.checkpoint)
        written.append(done.epoch)
        say(_line(done, train.epochs), err=True)

    with built(calls, weights) as model:
        try:
            with Progress("training", max(left, 1)) as progress:
                watch = Watch(progress.add, after)
                done = fit(model, calls, training, parts, seed, begun, watch)
        except KeyboardInterrupt:
            if written[-1]:
                say(f"stopped after epoch {written[-1]}; `--resume` goes on", err=True)
            raise
        trained = {**weights, **numbers(model, calls)}
        error = _compared(program, training, calls, model, trained, parts[0])
    tensors = tensors_of(program, trained, found)
    write_tensors(targets.weights, tensors, {"specc.epochs": str(done.epoch)})
    with writing(targets.history) as file:
        file.write((json.dumps({"epochs": done.epoch, **done.history}, indent=1) + "\n").encode())
    if targets.plot is not None:
        with writing(targets.plot) as file:
            file.write(curves(done.history, program.core.header.name or "training").encode())
    _say_end(done, targets, error, program)


def _compared(
    program: Program,
    training: Training,
    calls: KerasProgram,
    model: object,
    weights: dict[str, Array],
    rows: Data,
) -> float:
    """The largest difference between Keras and specc on a batch of the data."""
    some = rows.rows(0, min(rows.total, training.train.batch_size))
    inputs = {name: some.arrays[name] for name in program.graph.inputs}
    own = Model(program, Diagnostics(sources=program.sources), weights)
    sizes = {name: some.sizes[name] for name in program.open_sizes}
    return max(compared(own, model, calls, inputs, sizes).values(), default=0.0)


def _say_end(done: Checkpoint, targets: Targets, error: float, program: Program) -> None:
    why = ", stopped early" if done.stopped else ""
    say(f"{counted(done.epoch, 'epoch')}{why}: {done.measured(done.epoch)}")
    if done.best:
        best = int(done.stopping.get("best_epoch") or 0) + 1
        say(f"written is the best, epoch {best}: {done.measured(best)}")
    say(f"on a batch of the data, specc's run differs from Keras on {backend()} by {error:.2g}")
    plot = "" if targets.plot is None else f", {targets.plot}"
    say(f"wrote {targets.weights}, {targets.history.name}, {targets.checkpoint.name}{plot}")
    declared = program.core.header.weights
    if declared is not None and declared.sha256 is not None:
        say(f"sha256 {sha256(targets.weights)}")


def _line(done: Checkpoint, epochs: int) -> str:
    return f"epoch {done.epoch}/{epochs}  {done.measured(done.epoch)}"


def _rows(parts: tuple[Data, Data | None]) -> str:
    train, validation = parts
    more = "" if validation is None else f", {validation.total:,} to validate with"
    return f"{counted(train.total, 'row')} to train on{more}"
