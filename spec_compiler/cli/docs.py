"""`specc docs`: what specc knows of a name, for people, for pages and as data."""

from __future__ import annotations

import json
from textwrap import fill
from typing import Annotated, Any

import typer

from spec_compiler.cli.options import ColorOption, completed, formats
from spec_compiler.cli.reading import style
from spec_compiler.cli.typed import UsageError
from spec_compiler.spelling import nearest

FORMAT_VERSION = 1


def command(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME",
            help="A layer, a choice such as relu, a function, a block of specc:std, a code, "
            "a primitive, a section such as inputs, or a command such as fmt.",
            autocompletion=completed("documented"),
        ),
    ] = None,
    format: Annotated[str, formats("text", "json", "markdown")] = "text",  # noqa: A002
    color: ColorOption = "auto",
) -> int:
    """Print what the reference says of a name, also as JSON or Markdown; alone, list all names.

    It is made from what the compiler itself uses, and is there offline. A name of several kinds,
    as `softmax` the activation and the function, has an entry of each.

    Exit code 0: it is known; 2: there is nothing of that name.
    """
    if name is None:
        typer.echo(_listed(format), nl=False, color=True)
        return 0
    found = documented(name)
    if not found:
        raise UsageError(f"there is nothing called `{name}`; {_meant(name)}")
    if format == "json":
        data = {"format_version": FORMAT_VERSION, "entries": found}
        typer.echo(json.dumps(data, indent=2))
        return 0
    text = "\n".join(entry["markdown"] for entry in found)
    if format == "text":
        # every layer is loaded before, which no other command needs
        from spec_compiler.report.markdown_text import markdown_text

        text = markdown_text(text, style(color, 1))
    typer.echo(text, nl=False, color=True)
    return 0


def documented(name: str) -> list[dict[str, Any]]:
    """The entries of a name, those of commands, too."""
    from spec_compiler.reference.entries import entries  # see above

    return [*(entry.as_data() for entry in entries(name)), *_commands(name)]


def listed() -> dict[str, list[str]]:
    """Every name, by its kind."""
    from spec_compiler.cli.commands import COMMANDS  # which loads this file
    from spec_compiler.reference.entries import names  # see above

    return {**names(), "commands": list(COMMANDS)}


def _commands(name: str) -> list[dict[str, Any]]:
    from spec_compiler.cli.commands import COMMANDS  # which loads this file
    from spec_compiler.cli.page import command_section  # every command is a section of a page

    if name not in COMMANDS:
        return []
    return [{"kind": "command", "name": name, "markdown": command_section(name)[1:]}]


def _meant(name: str) -> str:
    from spec_compiler.reference.explained import meant  # see above

    words = meant(name)
    if words.startswith("names are"):
        guess = nearest(name, [one for of in listed().values() for one in of])
        return f"did you mean `{guess}`?" if guess else "`specc docs` alone lists all names"
    return words


def _listed(form: str) -> str:
    found = listed()
    if form == "json":
        return json.dumps({"format_version": FORMAT_VERSION, "names": found}, indent=2) + "\n"
    if form == "markdown":
        parts = [
            f"## {kind}\n\n{', '.join(f'`{name}`' for name in of)}" for kind, of in found.items()
        ]
        return "\n\n".join(parts) + "\n"
    return "\n\n".join(f"{kind}\n{fill(' '.join(of), 78)}" for kind, of in found.items()) + "\n"
