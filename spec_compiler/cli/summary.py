"""`specc summary`: a row a layer, and what the model costs."""

from __future__ import annotations

from typing import Annotated

import typer

from spec_compiler.cli.options import (
    ColorOption,
    RootOption,
    SetOption,
    SpecArgument,
    one_of,
    pairs,
)
from spec_compiler.cli.reading import compile_spec, reporting, style
from spec_compiler.report.model import summary_json, summary_text


def command(
    spec: SpecArgument,
    format: Annotated[  # noqa: A002 - the option's name
        str, typer.Option(help="text or json.", callback=one_of("text", "json"))
    ] = "text",
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Show each layer's output, mask, parameters and FLOPs, and the totals as formulas."""
    with reporting(color) as found:
        program = compile_spec(spec, params=pairs("--set", set_), diagnostics=found, root=root)
    text = summary_json(program) if format == "json" else summary_text(program, style(color, 1))
    typer.echo(text, nl=False, color=True)
    return 0
