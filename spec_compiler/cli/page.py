"""`python -m spec_compiler.cli.page`: write docs/commands.md, the help of every command."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from typer.models import ArgumentInfo, OptionInfo

from spec_compiler.cli.commands import COMMANDS, module_of, paragraphs
from spec_compiler.cli.examples import examples
from spec_compiler.report.markdown import table

PATH = Path("docs/commands.md")
_HEAD = """\
<!-- made by `python -m spec_compiler.cli.page`; do not edit -->

# Commands

Every command ends with 0 when all is well, 1 with findings, 2 for wrong usage or nothing to do,
3 when a file cannot be read or written, and 70 for a bug in specc. `specc COMMAND --help` says the
same as this page.
"""
_ROOM = 100_000


def commands_page() -> str:
    """The page: what each command does, its arguments and options, and examples."""
    return "\n".join([_HEAD, *map(command_section, COMMANDS)])


def command_section(name: str) -> str:
    """A command: what it does, its arguments and options, and examples."""
    module = importlib.import_module(module_of(name))
    rows = [row for row in map(_row, *_parameters(module.command)) if row is not None]
    parts = [f"## specc {name}\n", f"{paragraphs(module.command.__doc__ or '')}\n"]
    parts += [table(("argument", "meaning"), rows, _ROOM) + "\n"]
    return "\n".join([*parts, "```sh", *_typed(name), "```\n"])


def _typed(command: str) -> list[str]:
    """The examples, each behind what it does."""
    return [line for one in examples(command) for line in (f"# {one.does}", one.typed)]


def _parameters(command: Callable[..., Any]) -> tuple[list[inspect.Parameter], list[Any]]:
    """What a command takes, and what is annotated."""
    hints = get_type_hints(command, include_extras=True)
    taken = list(inspect.signature(command).parameters.values())
    return taken, [hints[parameter.name] for parameter in taken]


def _row(parameter: inspect.Parameter, hint: Any) -> tuple[str, str] | None:
    """How a parameter is written, and what it means; None where it is for specc alone."""
    (info,) = (item for item in get_args(hint) if isinstance(item, (ArgumentInfo, OptionInfo)))
    if info.hidden:
        return None
    words = (info.help or "").replace("|", "\\|")
    if isinstance(info, ArgumentInfo):
        return f"`{info.metavar or parameter.name.upper()}`", words
    # what stands first in `typer.Option("--quiet", "-q")` is called its default there
    given = [name for name in (info.default, *(info.param_decls or ())) if isinstance(name, str)]
    plain = f"--{parameter.name.rstrip('_').replace('_', '-')}"
    names = ", ".join(f"`{name}`" for name in given or (plain,))
    is_flag = get_args(hint)[0] is bool
    value = "" if is_flag else f" `{info.metavar or _kind(get_args(hint)[0])}`"
    if parameter.default not in (None, False, inspect.Parameter.empty):
        words += f" Default: `{parameter.default}`."
    return names + value, words


def _kind(hint: Any) -> str:
    kinds = [one for one in get_args(hint) or (hint,) if one is not type(None)]
    kind = get_origin(kinds[0]) or kinds[0]
    return {str: "TEXT", int: "NUMBER", float: "NUMBER", Path: "FILE"}.get(kind, "VALUE")


def main() -> None:
    """Write the page into the repository at hand; `--check` only compares."""
    text = commands_page()
    if "--check" in sys.argv[1:]:
        fresh = PATH.exists() and PATH.read_text(encoding="utf-8") == text
        sys.exit(0 if fresh else f"not fresh, run `make docs`: {PATH}")
    PATH.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
