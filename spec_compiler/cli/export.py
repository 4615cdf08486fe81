"""`specc export`: the model for Keras, as an archive or as a Python program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.options import (
    ColorOption,
    ForceOption,
    MemoryOption,
    RootOption,
    SetOption,
    SpecArgument,
    WeightsOption,
    completed,
    one_of,
)
from spec_compiler.cli.reading import compile_spec, files_of, reporting
from spec_compiler.cli.typed import UsageError, bytes_of, pairs
from spec_compiler.cli.words import say
from spec_compiler.export.keras.archive import archive, backend, require_keras
from spec_compiler.export.keras.lower import keras_program
from spec_compiler.export.keras.model import KerasProgram
from spec_compiler.export.keras.python import program_text
from spec_compiler.export.keras.sizes import identifier
from spec_compiler.export.keras.verify import Compared, verify
from spec_compiler.files import require_writable, writing
from spec_compiler.program import Program
from spec_compiler.runtime.memory import allowed, require_memory
from spec_compiler.weights.load import load_weights

SUFFIXES: Mapping[str, str] = {"keras": ".keras", "python": ".py"}


def command(
    format: Annotated[  # noqa: A002 - what is typed
        str,
        typer.Argument(
            metavar="FORMAT",
            help="keras: an archive with the weights; python: a program that builds the model.",
            callback=one_of(*SUFFIXES),
            autocompletion=completed("formats"),
        ),
    ],
    spec: SpecArgument,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The .keras or .py file to write.")
    ],
    set_: SetOption = None,
    root: RootOption = None,
    weights: WeightsOption = None,
    force: ForceOption = False,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Write a model for Keras: its layers where they compute the same, small classes for the rest.

    `keras` needs Keras 3 with any backend. The archive is loaded again and run on random data of
    three sizes, and is written where the numbers are those of specc. What Keras has not stands in
    a module beside it, which `keras.saving.load_model` needs to be imported.

    `python` needs nothing: the program has functions and loops where the spec has blocks, and its
    `build_model()` gives a model without numbers; those of the archive are loaded with
    `model.load_weights("model.keras")`.
    """
    if not output.endswith(SUFFIXES[format]):
        raise UsageError(f"--output {output}: `export {format}` writes a {SUFFIXES[format]} file")
    target = Path(output)
    with reporting(color) as found:
        if format == "keras":
            require_keras()
        program = compile_spec(
            spec, params=pairs("--set", set_), diagnostics=found, root=root, weights=weights is None
        )
        if weights is not None:
            program = program.with_weights(weights)
        sources = files_of(program)
        require_writable(target, sources, replace=force)
        model = keras_program(program, found)
        stem = identifier(target.stem)
        if format == "python":
            with writing(target, sources) as file:
                file.write(program_text(model, package=stem, doc=_doc(program)).encode())
            said = ""
        else:
            beside = target.with_name(f"{stem}_layers.py") if model.classes else None
            if beside is not None:
                require_writable(beside, sources, replace=force)
            compared = _archived(program, model, target, beside, bytes_of(max_memory))
            said = (
                f"; {compared.runs} runs on {backend()} differ from specc's by at most "
                f"{compared.error:.2g}"
            )
            if beside is not None:
                said += f"; import {beside.name} before you load it"
    for note in model.notes:
        say(f"note: {note}", err=True)
    own = sum(layer.made.cls in model.classes for layer in model.layers.values())
    say(f"{output}: {len(model.layers)} layers, {own} of them beside Keras's own{said}")
    return 0


def _archived(
    program: Program, model: KerasProgram, target: Path, beside: Path | None, limit: int | None
) -> Compared:
    """Write the archive, and the module beside it, once it computes the same."""
    require_memory(program, None, limit)
    weights = load_weights(program, allowed(limit))
    module = beside.stem if beside is not None else "layers"
    with archive(model, weights, module) as made:
        compared = verify(made.loaded, model, program, weights)
        with writing(target) as file:
            if beside is not None:
                with writing(beside) as other:
                    other.write(made.layers.encode())
            file.write(made.content)
    return compared


def _doc(program: Program) -> str:
    """What the program says of itself."""
    name = program.core.header.name or Path(program.core.file).stem
    text = " ".join(name.split())
    return f"The model {ascii(text)[1:-1]}, for Keras 3; written by specc.".replace('"', "'")
