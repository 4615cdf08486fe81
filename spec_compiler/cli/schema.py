"""`specc schema`: the JSON Schema of the language."""

from __future__ import annotations

from typing import Annotated

import typer

from spec_compiler.cli.options import one_of
from spec_compiler.language.json_schema import DRAFTS, schema_text


def command(
    draft: Annotated[
        str, typer.Option(help="2020-12, or draft-07.", callback=one_of(*DRAFTS))
    ] = "2020-12",
) -> int:
    """Print the JSON Schema of specs, for editors: hover, completion and checks while typing."""
    typer.echo(schema_text(draft).encode())
    return 0
