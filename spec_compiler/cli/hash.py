"""`specc hash`: the identity of a model."""

from __future__ import annotations

import typer

from spec_compiler.cli.options import ColorOption, RootOption, SetOption, SpecArgument
from spec_compiler.cli.reading import compile_spec, reporting
from spec_compiler.cli.typed import pairs
from spec_compiler.compare import identity


def command(
    spec: SpecArgument,
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Print the SHA-256 of what a spec means: the same however the same model is written.

    Names, arguments, edges, what may be fed, dtypes and the seed are in it. Comments, order, docs,
    the model's name, metadata, proved claims and the weights file are not.
    """
    with reporting(color) as found:
        program = compile_spec(
            spec, params=pairs("--set", set_), diagnostics=found, root=root, weights=False
        )
    typer.echo(identity(program))
    return 0
