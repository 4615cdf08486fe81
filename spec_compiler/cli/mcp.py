"""`specc mcp`: the server that programs with language models start."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.typed import UsageError


def command(
    root: Annotated[
        Path,
        typer.Option(
            "--root", metavar="FOLDER", help="What no path may leave; default: this folder."
        ),
    ] = Path(),
) -> int:
    """Serve a language model: validate, explain and others as tools, with typed results.

    A program such as an assistant starts it and talks to it over standard input and output, in the
    Model Context Protocol; docs/language_models.md says how. It reads below the root, and writes
    nothing.

    Exit code 0: the client ended the session; 2: the package mcp, or the folder, is missing.
    """
    if find_spec("mcp") is None:
        raise UsageError('the server needs mcp: pip install "spec-compiler[mcp]"')
    if not root.is_dir():
        raise UsageError(f"--root {root}: there is no such folder")
    # a library of the extra `mcp`, and what only a server says of commands
    from spec_compiler.agents.looked_up import Commands
    from spec_compiler.agents.serving import serve
    from spec_compiler.cli.commands import COMMANDS
    from spec_compiler.cli.page import command_section

    os.chdir(root)
    serve(Commands((*COMMANDS,), command_section))
    return 0
