"""`specc export`: the model for Keras, as an archive or as a Python program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

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
from spec_compiler.export.keras.verify import verify
from spec_compiler.files import require_writable, writing
from spec_compiler.keras.containers.carried import carrying
from spec_compiler.language.inputs import TensorFile
from spec_compiler.program import Program
from spec_compiler.runtime.memory import allowed, require_memory
from spec_compiler.shortening import counted
from spec_compiler.weights.load import load_weights
from spec_compiler.writing.core_form import core_document

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

    Layers keep their names, in which a dot becomes `_`. An archive carries the spec: `specc import`
    gives it back, until Keras saves the model anew.
    """
    if not output.endswith(SUFFIXES[format]):
        raise UsageError(f"--output {output}: `export {format}` writes a {SUFFIXES[format]} file")
    with reporting(color) as found:
        if format == "keras":
            otherwise = ", or write a program: `specc export python`"
            require_keras("an archive is written", otherwise)
        program = compile_spec(
            spec, params=pairs("--set", set_), diagnostics=found, root=root, weights=weights is None
        )
        if weights is not None:
            program = program.with_weights(weights)
        require_writable(Path(output), files_of(program), replace=force)
        model = keras_program(program, found)
        if format == "python":
            said = _program(program, model, Path(output))
        else:
            said = _archive(program, model, Path(output), bytes_of(max_memory), force=force)
    for note in model.notes:
        say(f"note: {note}", err=True)
    own = sum(layer.made.cls in model.classes for layer in model.layers.values())
    say(f"{output}: {counted(len(model.layers), 'layer')}, {own} of them beside Keras's own{said}")
    return 0


def _program(program: Program, model: KerasProgram, target: Path) -> str:
    """Write the program; gives what is to be said of it."""
    name = " ".join((program.core.header.name or Path(program.core.file).stem).split())
    doc = f"The model {ascii(name)[1:-1]}, for Keras 3; written by specc.".replace('"', "'")
    text = program_text(model, package=identifier(target.stem), doc=doc)
    with writing(target, files_of(program)) as file:
        file.write(text.encode())
    return ""


def _carried(program: Program) -> dict[str, Any] | None:
    """The spec as an archive carries it; None where it needs other files."""
    inputs = program.core.inputs.values()
    if any(isinstance(item.tensor, TensorFile) for item in inputs if item is not None):
        return None
    document = core_document(program)
    if program.core.train is not None and program.core.train.validation_data is not None:
        del document["train"]
    return {key: value for key, value in document.items() if key not in {"weights", "tests"}}


def _archive(
    program: Program, model: KerasProgram, target: Path, limit: int | None, *, force: bool
) -> str:
    """Write the archive, and the module beside it, once it computes the same."""
    module, sources = f"{identifier(target.stem)}_layers", files_of(program)
    beside = target.with_name(f"{module}.py")
    if model.classes:
        require_writable(beside, sources, replace=force)
    require_memory(program, None, limit)
    weights = load_weights(program, allowed(limit))
    with archive(model, weights, module) as made:
        compared = verify(made.loaded, model, program, weights)
        with writing(target, sources) as file:
            if model.classes:
                with writing(beside, sources) as other:
                    other.write(made.layers.encode())
            spec = _carried(program)
            file.write(carrying(made.content, spec, weights) if spec else made.content)
    said = f"; {compared.runs} runs on {backend()} differ from specc's by at most "
    said += f"{compared.error:.2g}"
    return f"{said}; import {beside.name} before you load it" if model.classes else said
