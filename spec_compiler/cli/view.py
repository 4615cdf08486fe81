"""`specc view`: the model as a page for a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.linting import Linting
from spec_compiler.cli.options import (
    ColorOption,
    DimOption,
    RootOption,
    SetOption,
    SpecArgument,
)
from spec_compiler.cli.reading import STDIN, STDIN_NAME, files_of, reporting, typed_in
from spec_compiler.cli.typed import UsageError, fixed_sizes, pairs
from spec_compiler.cli.words import say
from spec_compiler.compile import Analysis, Options, analyze_file, analyze_text
from spec_compiler.files import writing
from spec_compiler.linting import lint
from spec_compiler.runtime.binding import bind_some


def command(
    spec: SpecArgument,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="The page to write: model.html."),
    ] = None,
    dim: DimOption = None,
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Write a page that shows the graph: shapes and masks on its edges, the spec beside it.

    The page is one file that needs no network. Blocks fold and open, parameters, FLOPs and memory
    are a heat, a click on a layer lights its lines and back, and findings stand in their places. A
    spec that is refused is drawn as far as it is known, and the exit code is 1.

    Numbers of FLOPs and bytes are for the sizes of --dim, else for a batch of 1 and sizes of 128.
    """
    if output is None:
        raise UsageError("where does the page go? specc view SPEC -o model.html")
    dims = fixed_sizes(dim)
    options: Options = {"params": pairs("--set", set_), "root": root, "weights": False}
    with reporting(color) as found:
        known = _analyzed(spec, {**options, "diagnostics": found})
        # the picture is made for those who look at one
        from spec_compiler.picture.draw import draw
        from spec_compiler.picture.page import page

        sizes = {name: size for name, (size, _) in dims.items()}
        if known.program is not None:
            bind_some(known.program, dims, found)  # says what cannot be
        with writing(output, inputs=read_by(known)) as file:
            file.write(page(drawn := draw(known, sizes)).encode())
        say(f"{output}: {drawn.counted}")
        found.stop_on_errors()
    return 0


def _analyzed(spec: str, options: Options) -> Analysis:
    """All that is known of a spec, lints and what settings say of them among it."""
    if spec == STDIN:
        known = analyze_text(typed_in(), STDIN_NAME, **options)
    else:
        known = analyze_file(spec, **options)
    linting = Linting(None, None, False, None, False)
    lint(known, linting.rules(spec))
    linting.finish(known.found)
    return known


def read_by(known: Analysis) -> set[Path]:
    """The files that a spec is made of, as far as they are known."""
    files = {Path(file) for file in (*known.found.sources, known.file) if file != STDIN_NAME}
    return files | (files_of(known.program) if known.program is not None else set())
