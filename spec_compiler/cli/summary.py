"""`specc summary`: a row a layer, and what the model costs."""

from __future__ import annotations

from typing import Annotated

import click
import typer

from spec_compiler.cli.options import ColorOption, SetOption, SpecArgument, one_of, pairs
from spec_compiler.cli.reading import compile_spec, refuse, show, style
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.summary import summary_json, summary_text


def command(
    spec: SpecArgument,
    params: SetOption = None,
    form: Annotated[
        str, typer.Option("--format", help="text or json.", callback=one_of("text", "json"))
    ] = "text",
    color: ColorOption = "auto",
) -> None:
    """Show each layer's output, mask, parameters and FLOPs, and the totals as formulas."""
    diagnostics = Diagnostics()
    try:
        program = compile_spec(spec, pairs("--set", params), diagnostics)
    except SpecError as error:
        raise refuse(error, color) from None
    show(program.diagnostics, color)
    out = summary_json(program) if form == "json" else summary_text(program, style(color, 1))
    click.echo(out, nl=False, color=True)
