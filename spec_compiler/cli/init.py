"""`specc init`: initial weights as a file."""

from __future__ import annotations

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
)
from spec_compiler.cli.reading import compile_spec, files_of, reporting
from spec_compiler.cli.typed import UsageError, bytes_of, pairs
from spec_compiler.cli.words import say
from spec_compiler.files import require_writable
from spec_compiler.runtime.memory import require_memory
from spec_compiler.shortening import counted
from spec_compiler.weights.initialise import initialise
from spec_compiler.weights.inverse import tensors_of
from spec_compiler.weights.tensors import write_tensors


def command(
    spec: SpecArgument,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE", help="The safetensors file to write.")
    ],
    set_: SetOption = None,
    root: RootOption = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the spec's seed.")] = None,
    project: Annotated[
        bool, typer.Option("--project", help="Apply the weights' constraints to the new values.")
    ] = False,
    force: ForceOption = False,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Write a spec's initial weights, drawn from its seed.

    Each weight has its own random stream, keyed by the seed and its name: adding or reordering
    layers leaves the others' values as they were. Where `weights.map` says how a file names and
    lays out its tensors, so does this one.
    """
    if not output.endswith(".safetensors"):
        raise UsageError(f"--output {output}: weights are a .safetensors file")
    limit = bytes_of(max_memory)
    with reporting(color) as found:
        # it makes the very file whose absence would be warned of
        program = compile_spec(
            spec, params=pairs("--set", set_), diagnostics=found, root=root, weights=False
        )
        require_writable(Path(output), files_of(program, weights=False), replace=force)
        chosen = program.core.header.seed if seed is None else seed
        require_memory(program, None, limit)
        arrays = initialise(program.weights, chosen, project=project)
        tensors = tensors_of(program, arrays, found)
        write_tensors(output, tensors, {"specc.seed": str(chosen)})
    count = sum(array.size for array in tensors.values())
    held = counted(len(arrays), "weight")
    if tensors.keys() != arrays.keys():
        held += f" as {counted(len(tensors), 'tensor')} of the map"
    say(f"{output}: {held}, {counted(count, 'number')}, seed {chosen}")
    return 0
