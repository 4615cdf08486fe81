"""From arguments to specs, and from findings to the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack

import typer

from spec_compiler.compile import (
    Analysis,
    Options,
    analyze_file,
    analyze_text,
    program_of_file,
    program_of_text,
)
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.expanding.core import Core
from spec_compiler.files import standard_input
from spec_compiler.language.inputs import TensorFile
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.report import Style, render, takes_unicode, wants_color
from spec_compiler.source import Limits

STDIN = "-"
STDIN_NAME = "<stdin>"


def compile_spec(path: str, **options: Unpack[Options]) -> Program:
    """Compile a file, or standard input for `-`.

    Raises:
        OSError: it cannot be read.
        SpecError: it is refused.
    """
    if path == STDIN:
        return program_of_text(typed_in(), STDIN_NAME, **options)
    return program_of_file(path, **options)


def analyze_spec(path: str, **options: Unpack[Options]) -> Analysis:
    """All that can be known of a file, or of standard input for `-`.

    Raises:
        OSError: it cannot be read.
    """
    if path == STDIN:
        return analyze_text(typed_in(), STDIN_NAME, **options)
    return analyze_file(path, **options)


def typed_in() -> bytes:
    """The spec on standard input; of one that is too large, enough to be refused for it."""
    return bytes(standard_input(Limits().bytes + 1))


def files_of(program: Program, *, weights: bool = True) -> set[Path]:
    """The files that a spec is made of, which no result may replace.

    Args:
        program: The spec.
        weights: Whether its weights are among them; `init` is there to make them.
    """
    core = program.core
    texts = {*program.sources, core.file} - {STDIN_NAME}
    return {*map(Path, texts), *data_of(core, weights=weights)}


def data_of(core: Core, *, weights: bool = True) -> set[Path]:
    """The files of data that a spec names, as far as it could be read."""
    folder = Path(core.file).parent
    declared = core.header.weights
    named = [declared.file] if weights and declared is not None else []
    data = [item.tensor for item in core.inputs.values() if item is not None]
    for _, test in core.tests:
        data += (test.inputs or {}).values()
        data += test.same_as.inputs.values() if test.same_as is not None else ()
    if core.train is not None:
        files = (core.train.initial_weights, core.train.validation_data)
        named += [file for file in files if file is not None]
    given = core.given_weights
    named += [item.file for item in data if isinstance(item, TensorFile)]
    on_command_line = [Path(given)] if given else []
    return {*(folder / name for name in named), *on_command_line}


def style(color: str, stream: int = 2) -> Style:
    """How to print on stdout (1) or stderr (2)."""
    out = sys.stdout if stream == 1 else sys.stderr
    terminal = out.isatty()
    width = shutil.get_terminal_size((100, 24)).columns if terminal else 100
    return Style(
        color=wants_color(color, os.environ, terminal),
        width=width,
        unicode=takes_unicode(out.encoding),
        wraps=terminal,
    )


def show(diagnostics: Diagnostics, color: str) -> None:
    """Print findings for people on stderr."""
    text = render(diagnostics, "text", style(color))
    if text:
        typer.echo(text, err=True, nl=not text.endswith("\n"), color=True)


@contextmanager
def reporting(color: str) -> Generator[Diagnostics]:
    """Findings of a command: shown at its end, or with the reason why it ends now.

    Raises:
        typer.Exit: with code 1, when something was refused.
    """
    found, failed = Diagnostics(), False
    try:
        with found.at(Outside()) as attempt:
            yield found
        failed = attempt.refused is not None
    except SpecError as error:
        found, failed = error.diagnostics, True
    show(found, color)
    if failed:
        raise typer.Exit(1)
