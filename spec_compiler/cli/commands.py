"""The commands: a thin file for each, loaded only when it is asked for."""

from __future__ import annotations

import importlib
import inspect
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from spec_compiler import __version__
from spec_compiler.cli.typed import UsageError

COMMANDS = (
    "new",
    "validate",
    "fmt",
    "run",
    "test",
    "trace",
    "summary",
    "profile",
    "init",
    "train",
    "expand",
    "graph",
    "view",
    "diff",
    "hash",
    "import",
    "export",
    "schema",
    "explain",
    "docs",
    "lsp",
    "mcp",
    "doctor",
)


_SETTINGS = {"help_option_names": ["-h", "--help"]}


class LazyGroup(TyperGroup):
    """Imports a command's module when the command is used."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(module_of(cmd_name))
        app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        words = paragraphs(module.command.__doc__ or "")
        first = words.partition("\n")[0]  # whole: Typer's own choice is cut
        app.command(
            cmd_name,
            help=words,
            short_help=first,
            epilog=_shown(cmd_name),
            context_settings=_SETTINGS,
        )(module.command)
        command: Any = typer.main.get_command(app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Suggest the command that a slip most probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from spec_compiler.cli.slips import no_command  # only when there is one to suggest

            raise UsageError(no_command(args[0], COMMANDS))
        return super().resolve_command(ctx, args)


def _shown(command: str) -> str:
    """The examples that end the help, where it is asked for."""
    if not {"-h", "--help"} & {*sys.argv}:
        return ""
    from spec_compiler.cli.examples import epilog  # see above

    return epilog(command)


def paragraphs(doc: str) -> str:
    """A docstring with one line a paragraph, so that the terminal wraps it; `-OO` leaves none."""
    parts = inspect.cleandoc(doc).split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts)


def module_of(command: str) -> str:
    """The module of a command; its function is `command`."""
    return f"spec_compiler.cli.{'import_' if command == 'import' else command}"


app = typer.Typer(
    cls=LazyGroup,
    name="specc",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_SETTINGS,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"specc {__version__}")
        raise typer.Exit


@app.callback()
def specc(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and exit."
    ),
) -> None:
    """Compile declarative model specs: prove shapes, dtypes and masks, and run them with NumPy."""
