"""`specc lsp`: the language server that editors start."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from spec_compiler.cli.typed import UsageError


def command(
    stdio: Annotated[
        bool, typer.Option("--stdio", help="Use standard input and output; this is the default.")
    ] = False,
) -> int:
    """Serve an editor: findings while typing, shapes beside layers, completion, fixes, renaming.

    Editors start it and talk to it over standard input and output; docs/editors.md says how.

    Exit code 0: the editor ended the session; 1: it went without saying so; 2: pygls is missing.
    """
    if find_spec("pygls") is None:
        raise UsageError('the server needs pygls: pip install "spec-compiler[lsp]"')
    # a library of the extra `lsp`
    from spec_compiler.server.serving import serve

    serve()
    return 0
