"""`specc summary`: a row a layer, and what the model costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from spec_compiler.cli.depth import ALL, AUTO, depth_of
from spec_compiler.cli.options import (
    ColorOption,
    DepthOption,
    DimOption,
    NoFoldOption,
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
from spec_compiler.report.style import Style
from spec_compiler.runtime.binding import bind_some

FORMATS = ("text", "json", "markdown")


def command(
    spec: SpecArgument,
    format: Annotated[str, formats(*FORMATS)] = "text",  # noqa: A002 - the option's name
    depth: DepthOption = AUTO,
    no_fold: NoFoldOption = False,
    memory: Annotated[
        bool, typer.Option("--memory", help="Tell what layers give and a run holds, too, in bytes.")
    ] = False,
    dim: DimOption = None,
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Show each layer's output, mask, parameters and FLOPs, and the totals as formulas.

    Neighbours that are alike are one row, as `encoder.*  ×12`, with the costs of all; in a model of
    more than 40 rows blocks that lie deep are one, too. The share is that of all FLOPs: sizes that
    only the data knows are assumed for it. In colour, cells with much of all are painted.

    With --memory, what a run holds at its peak is told by kind; what lies between layers is that of
    a slice of the batch where rows stay apart, and as a formula it is near, with two digits.

    With --dim, formulas have numbers for the sizes that are given: --dim batch=1 --dim seq=128.
    """
    dims, wanted = fixed_sizes(dim), depth_of(depth)
    levels = None if wanted in {AUTO, ALL} else int(wanted)
    with reporting(color) as found:
        program = compile_spec(spec, params=pairs("--set", set_), diagnostics=found, root=root)
        sizes = bind_some(program, dims, found)
        found.stop_on_errors()
        held = _memory(program, sizes) if memory else {}
        fold = not no_fold and wanted != ALL
        summary = Summary(program, sizes, held, depth=levels, fold=fold)
    typer.echo(_printed(summary, format, style(color, 1)), nl=False, color=True)
    return 0


def _printed(summary: Summary, form: str, looks: Style) -> str:
    if form == "json":
        return summary.json()
    return summary.text(looks) if form == "text" else summary.markdown(looks)


def _memory(program: Program, sizes: Mapping[str, int]) -> dict[str, Size]:
    from spec_compiler.runtime.formula import memory  # NumPy is loaded only for this

    return memory(program, sizes)
