"""`specc graph`: the model as a drawing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
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

TEXTS: Mapping[str, Callable[[Picture], str]] = {"mermaid": mermaid, "dot": dot}
FORMATS = (*TEXTS, "svg", "png")
SUFFIXES = {
    ".mmd": "mermaid",
    ".mermaid": "mermaid",
    ".md": "mermaid",
    ".dot": "dot",
    ".gv": "dot",
    ".svg": "svg",
    ".png": "png",
}
PACKAGES = {"quickjs": "quickjs-ng", "resvg_py": "resvg-py"}
"""What libraries of the extra `pictures` are called where they are installed from."""


def command(
    spec: SpecArgument,
    format: Annotated[  # noqa: A002 - the option's name
        str,
        formats("auto", *FORMATS, says="mermaid, dot, svg, png; auto: by the output's suffix."),
    ] = "auto",
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here, not to standard output."),
    ] = None,
    depth: DepthOption = AUTO,
    no_fold: NoFoldOption = False,
    theme: Annotated[
        str,
        formats(
            "auto",
            "light",
            "dark",
            says="Colours of svg and png: light, dark; auto: svg has both, png light.",
        ),
    ] = "auto",
    scale: Annotated[
        float | None,
        typer.Option(
            min=0.1, max=10, help="Pixels of a png for each of the svg; default: 2.", metavar="N"
        ),
    ] = None,
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Draw the layers, with shapes, dtypes and masks on the edges.

    Neighbours that are alike are drawn once, as `encoder.* ×12`: what flows from a copy to the next
    is dashed. Blocks are frames; in a model of more than 40 boxes those that lie deep are closed,
    each a box with its parameters. Uses of the same weights are joined by a dashed line.

    Mermaid and DOT are texts that others draw. SVG and PNG are pictures that look like the page of
    specc view, laid out here, without a browser; they need the extra `pictures`.
    """
    chosen = _format(output) if format == "auto" else format
    if chosen in TEXTS and theme != "auto":
        raise UsageError(f"--theme: {chosen} has no colours of its own; write --format svg or png")
    if chosen != "png" and scale is not None:
        raise UsageError(f"--scale: {chosen} has no pixels; write --format png")
    drawer = _drawer(chosen, output, theme, 2 if scale is None else scale)
    with reporting(color) as found:
        program = compile_spec(spec, params=pairs("--set", set_), diagnostics=found, root=root)
        picture = folded(draw_program(program), parts_shown(program, depth, no_fold=no_fold))
        drawing = drawer(picture)
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
    suffix = Path(output).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"--output {output}: a drawing is a .mmd, .dot, .svg or .png file")
    return SUFFIXES[suffix]


def _drawer(
    chosen: str, output: str | None, theme: str, scale: float
) -> Callable[[Picture], bytes]:
    """What draws, from what was typed.

    Raises:
        UsageError: it needs what is not installed, or a terminal cannot show it.
    """
    if chosen in TEXTS:
        return lambda picture: TEXTS[chosen](picture).encode()
    if chosen == "png" and output is None and sys.stdout.isatty():
        raise UsageError("a terminal shows no png: write -o model.png")
    wanted = ["quickjs"] if chosen == "svg" else ["quickjs", "resvg_py"]
    missing = [PACKAGES[name] for name in wanted if find_spec(name) is None]
    if missing:
        words = f"{chosen} needs {' and '.join(missing)}"
        raise UsageError(f'{words}: pip install "spec-compiler[pictures]"')
    return lambda picture: _still(picture, chosen, theme, scale)


def _still(picture: Picture, chosen: str, theme: str, scale: float) -> bytes:
    # libraries of the extra `pictures`
    from spec_compiler.picture.still.staging import TooMuch
    from spec_compiler.picture.still.style import THEMES
    from spec_compiler.picture.still.svg import svg

    try:
        if chosen == "svg":
            return svg(picture, THEMES[theme]).encode()
        from spec_compiler.picture.still.png import png  # see above

        return png(picture, scale, THEMES[theme])
    except TooMuch as error:
        words = f"{len(picture.boxes):,} boxes and {len(picture.edges):,} edges"
        raise UsageError(f"{words} are too much for a picture: {error}; {error.instead}") from None
