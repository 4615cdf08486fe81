"""`specc view`: the model as a page for a browser."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.changes import given_at
from spec_compiler.cli.linting import Linting
from spec_compiler.cli.options import (
    ColorOption,
    DimOption,
    RootOption,
    SetOption,
    WatchOption,
    completed,
)
from spec_compiler.cli.reading import STDIN, STDIN_NAME, files_of, reporting
from spec_compiler.cli.revision import PREFIX, Revision
from spec_compiler.cli.typed import UsageError, fixed_sizes, pairs
from spec_compiler.cli.words import say
from spec_compiler.compare import compare
from spec_compiler.compile import Analysis, Options, analyze_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.files import writing
from spec_compiler.runtime.binding import bind_some


def command(
    specs: Annotated[
        list[str],
        typer.Argument(
            metavar="SPEC [NEW]",
            help="A spec, or two to compare: files, git:REV:PATH, or - for standard input.",
            show_default=False,
            autocompletion=completed("specs"),
        ),
    ],
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="The page to write: model.html."),
    ] = None,
    rev: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Compare a file with what it was in a revision of git."),
    ] = None,
    watch: WatchOption = False,
    port: Annotated[
        int | None,
        typer.Option(metavar="PORT", help="Where --watch serves; default: any that is free."),
    ] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    dim: DimOption = None,
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Write a page that shows the graph: shapes and masks on its edges, the spec beside it.

    The page is one file that needs no network. Blocks fold and open, parameters, FLOPs and memory
    are a heat, a click on a layer lights its lines and back, and findings stand in their places. A
    spec that is refused is drawn as far as it is known, and the exit code is 1. Of two specs, the
    page shows what was added, removed and changed.

    With --watch the page is served to this machine alone, at an address that is said, and draws
    itself again when the spec is saved, until Ctrl-C.

    Numbers of FLOPs and bytes are for the sizes of --dim, else for a batch of 1 and sizes of 128.
    """
    dims = fixed_sizes(dim)
    options: Options = {"params": pairs("--set", set_), "root": root, "weights": False}
    sides = _sides(specs, rev)
    if port is not None and not watch:
        raise UsageError("--port is for --watch")
    if watch:
        unfit = {"-o": output is not None, "--rev": rev is not None, "two specs": len(specs) > 1}
        # a server is loaded only for this
        from spec_compiler.cli.viewing import view_and_watch

        sizes = {name: size for name, (size, _) in dims.items()}
        view_and_watch(specs[0], port or 0, sizes, color, options, open_=open_, unfit=unfit)
    if output is None:
        raise UsageError("where does the page go? specc view SPEC -o model.html, or --watch")
    return _written(Path(output), sides, dims, color, options, open_=open_)


def _written(
    output: Path,
    sides: list[str | Revision],
    dims: Mapping[str, tuple[int, str]],
    color: str,
    options: Options,
    *,
    open_: bool,
) -> int:
    """Write the page, say what is wrong with the specs, and give the exit code."""
    with reporting(color) as found:
        known = [_analyzed(side, {**options, "diagnostics": Diagnostics()}) for side in sides]
        if (program := known[-1].program) is not None:
            bind_some(program, dims, found)  # says what cannot be
        _write(output, known, {name: size for name, (size, _) in dims.items()})
        if open_:
            from spec_compiler.cli.viewing import open_browser  # see above

            open_browser(Path(os.path.abspath(output)).as_uri())
        for one in known:
            found.extend(one.found)
        found.stop_on_errors()
    return 0


def _write(output: Path, sides: list[Analysis], sizes: Mapping[str, int]) -> None:
    """Write the page of a spec, beside the one before it."""
    # the picture is made for those who look at one
    from spec_compiler.picture.changes import beside
    from spec_compiler.picture.draw import draw
    from spec_compiler.picture.page import page

    *olds, known = sides
    drawn = draw(known, sizes)
    for old in olds:
        both = None
        if old.model is not None and known.model is not None:
            both = compare(old.model, known.model)
        drawn = beside(draw(old, sizes, alike=False), drawn, both)
    read = {file for one in sides for file in read_by(one)}
    with writing(output, inputs=read) as file:
        file.write(page(drawn).encode())
    words = f"; {drawn.verdict}" if drawn.old else ""
    say(f"{output}: {drawn.counted}{words}")


def _sides(specs: list[str], rev: str | None) -> list[str | Revision]:
    """What is drawn: the last, beside the one before it."""
    if len(specs) > 2 or (rev is not None and len(specs) > 1):
        raise UsageError("write one spec, or OLD and NEW; or one with --rev REV")
    if specs.count(STDIN) > 1:
        raise UsageError("only one of OLD and NEW can be standard input")
    if rev is not None:
        (path,) = specs
        if path == STDIN or path.startswith(PREFIX):
            raise UsageError("--rev compares a file with its past: specc view model.yaml --rev REV")
        return [Revision(rev, path), path]
    return [Revision.parse(one) if one.startswith(PREFIX) else one for one in specs]


def _analyzed(side: str | Revision, options: Options) -> Analysis:
    """All that is known of a spec, lints and what settings say of them among it."""
    if isinstance(side, Revision):
        commit = side.commit()
        text, name = commit.read(side.path)
        return analyze_text(text, name, **given_at(commit, side.path, options))
    linting = Linting(None, None, False, None, False)
    known = linting.analyzed(side, **options)
    linting.finish(known.found)
    return known


def read_by(known: Analysis) -> set[Path]:
    """The files that a spec is made of, as far as they are known."""
    files = {Path(file) for file in (*known.found.sources, known.file) if file != STDIN_NAME}
    return files | (files_of(known.program) if known.program is not None else set())
