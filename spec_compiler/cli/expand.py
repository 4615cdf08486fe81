"""`specc expand`: the core form of a spec."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from spec_compiler.cli.options import (
    ColorOption,
    RootOption,
    SetOption,
    SpecArgument,
    formats,
)
from spec_compiler.cli.reading import compile_spec, reporting
from spec_compiler.cli.typed import UsageError, pairs
from spec_compiler.report import escape
from spec_compiler.writing.core_form import core_document
from spec_compiler.writing.yaml_text import to_yaml


def command(
    spec: SpecArgument,
    format: Annotated[str, formats("yaml", "json")] = "yaml",  # noqa: A002 - the option's name
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Print a spec with nothing left implied: no params, all names, edges and arguments explicit.

    The result is a spec of the same meaning; paths in it are relative to the same folder.
    """
    with reporting(color) as found:
        program = compile_spec(spec, params=pairs("--set", set_), diagnostics=found, root=root)
    document = core_document(program)
    try:
        text = (
            to_yaml(document)
            if format == "yaml"
            else escape.json(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))
            + "\n"
        )
    except ValueError:
        raise UsageError("JSON has no NaN and no infinity, which are in it: use YAML") from None
    typer.echo(text.encode(), nl=False)  # bytes: specs are UTF-8, whatever the terminal is
    return 0
