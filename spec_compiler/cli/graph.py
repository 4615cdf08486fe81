"""`specc graph`: the model as a drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.depth import AUTO, parts_shown
from spec_compiler.cli.options import (
    ColorOption,
    DepthOption,
    NoFoldOption,
    RootOption,
    SetOption,
    SpecArgument,
    formats,
)
from spec_compiler.cli.reading import compile_spec, files_of, reporting
from spec_compiler.cli.typed import UsageError, pairs
from spec_compiler.export.dot import dot
from spec_compiler.export.mermaid import mermaid
from spec_compiler.files import writing
from spec_compiler.picture.draw import draw_program
from spec_compiler.picture.folded import folded
from spec_compiler.picture.picture import Picture

FORMATS: Mapping[str, Callable[[Picture], str]] = {"mermaid": mermaid, "dot": dot}


def command(
    spec: SpecArgument,
    format: Annotated[  # noqa: A002 - the option's name
        str, formats("auto", *FORMATS, says="mermaid or dot; auto: as the output's suffix says.")
    ] = "auto",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here, not to standard output."),
    ] = None,
    depth: DepthOption = AUTO,
    no_fold: NoFoldOption = False,
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Draw the layers, with shapes, dtypes and masks on the edges.

    Neighbours that are alike are drawn once, as `encoder.* ×12`: what flows from a copy to the next
    is dashed. Blocks are frames; in a model of more than 40 boxes those that lie deep are closed,
    each a box with its parameters. Uses of the same weights are joined by a dashed line.
    """
    chosen = _format(output) if format == "auto" else format
    with reporting(color) as found:
        program = compile_spec(spec, params=pairs("--set", set_), diagnostics=found, root=root)
        picture = folded(draw_program(program), parts_shown(program, depth, no_fold=no_fold))
        drawing = FORMATS[chosen](picture).encode()
        if output is None:
            typer.echo(drawing, nl=False)  # bytes: drawings are UTF-8, whatever the terminal is
        else:
            with writing(output, inputs=files_of(program)) as file:
                file.write(drawing)
    return 0


def _format(output: str | None) -> str:
    """What the suffix of the output says; Mermaid on standard output."""
    if output is None:
        return "mermaid"
    known = {
        ".mmd": "mermaid",
        ".mermaid": "mermaid",
        ".md": "mermaid",
        ".dot": "dot",
        ".gv": "dot",
    }
    suffix = Path(output).suffix
    if suffix not in known:
        raise UsageError(f"--output {output}: a drawing is a .mmd or a .dot file")
    return known[suffix]
