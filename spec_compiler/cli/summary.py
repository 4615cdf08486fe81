"""`specc summary`: a row a layer, and what the model costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from spec_compiler.cli.options import (
    ColorOption,
    DimOption,
    RootOption,
    SetOption,
    SpecArgument,
    formats,
)
from spec_compiler.cli.reading import compile_spec, reporting, style
from spec_compiler.cli.typed import fixed_sizes, pairs
from spec_compiler.ir.dims import Size
from spec_compiler.program import Program
from spec_compiler.report.model import Summary
from spec_compiler.runtime.binding import bind_some


def command(
    spec: SpecArgument,
    format: Annotated[str, formats("text", "json")] = "text",  # noqa: A002 - the option's name
    memory: Annotated[
        bool, typer.Option("--memory", help="Tell what a run holds, too, in bytes.")
    ] = False,
    dim: DimOption = None,
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Show each layer's output, mask, parameters and FLOPs, and the totals as formulas.

    With --memory, what a run holds at its peak is told by kind; what lies between layers is that of
    a slice of the batch where rows stay apart, and as a formula it is near, with two digits.

    With --dim, formulas have numbers for the sizes that are given: --dim batch=1 --dim seq=128.
    """
    dims = fixed_sizes(dim)
    with reporting(color) as found:
        program = compile_spec(spec, params=pairs("--set", set_), diagnostics=found, root=root)
        sizes = bind_some(program, dims, found)
        found.stop_on_errors()
        summary = Summary(program, sizes, _memory(program, sizes) if memory else {})
    text = summary.json() if format == "json" else summary.text(style(color, 1))
    typer.echo(text, nl=False, color=True)
    return 0


def _memory(program: Program, sizes: Mapping[str, int]) -> dict[str, Size]:
    from spec_compiler.runtime.formula import memory  # NumPy is loaded only for this

    return memory(program, sizes)
