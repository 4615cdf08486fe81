"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.spelling import nearest

_UNITS = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


class UsageError(Exception):
    """The command line makes no sense; leaves with exit code 2."""


class Unread(Exception):
    """Files could not be read or written, and the rest is reported; leaves with exit code 3."""

    def __init__(self, errors: Sequence[OSError]) -> None:
        self.errors = errors


def completed(what: str) -> Callable[[typer.Context, str], list[str]]:
    """What a shell offers where a value is typed; see `completion.OFFERS`."""

    def offers(ctx: typer.Context, incomplete: str) -> list[str]:
        # loaded when a shell asks, and by no command
        from spec_compiler.cli.completion import offered

        return offered(what, ctx, incomplete)

    return offers


def one_of(*names: str) -> Callable[[str], str]:
    """A callback that refuses other values, with a suggestion."""

    def check(value: str) -> str:
        if value not in names:
            guess = nearest(value, list(names))
            hint = f"did you mean `{guess}`?" if guess else f"one of {', '.join(names)}"
            raise typer.BadParameter(f"there is no `{value}`; {hint}")
        return value

    return check


def pairs(option: str, items: list[str] | None) -> dict[str, str]:
    """`name=value` items as a mapping.

    Raises:
        UsageError: an item has no `=`, or a name comes twice.
    """
    found: dict[str, str] = {}
    for item in items or ():
        name, sign, value = item.partition("=")
        if not sign or not name:
            raise UsageError(f"{option} {item}: write {option} NAME=VALUE")
        if name in found:
            raise UsageError(f"{option} {name}: given twice")
        found[name] = value
    return found


def sizes_of(option: str, items: list[str] | None) -> dict[str, int]:
    """The sizes that an option names, as `batch=8`."""
    found: dict[str, int] = {}
    for name, value in pairs(option, items).items():
        if not (value.isascii() and value.isdigit()):
            raise UsageError(f"{option} {name}={value}: a size is a whole number")
        if len(value) > 18:
            raise UsageError(f"{option} {name}={value}: a size is below 10^18")
        found[name] = int(value)
    return found


def fixed_sizes(items: list[str] | None) -> dict[str, tuple[int, str]]:
    """The sizes that `--dim` fixes, each with what messages call the giver."""
    return {name: (size, f"--dim {name}={size}") for name, size in sizes_of("--dim", items).items()}


def bytes_of(memory: str | None) -> int | None:
    """What `--max-memory` allows: `500M`, `4G` or a number of bytes; None where it is not given.

    Raises:
        UsageError: it is something else.
    """
    if memory is None or (memory.isascii() and memory.isdigit()):
        return None if memory is None else int(memory)
    number, unit = memory[:-1], memory[-1:].upper()
    if unit not in _UNITS or not (number.isascii() and number.isdigit()):
        raise UsageError(f"--max-memory {memory}: write 500M or 4G")
    return int(number) * _UNITS[unit]


SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Give a param a value.",
        autocompletion=completed("params"),
    ),
]
DimOption = Annotated[
    list[str] | None,
    typer.Option(
        "--dim",
        metavar="NAME=SIZE",
        help="Fix a named size.",
        autocompletion=completed("sizes"),
    ),
]
WeightsOption = Annotated[
    str | None,
    typer.Option(
        "--weights",
        metavar="FILE",
        help="Weights in place of the file that the spec names; the spec's map holds for it.",
        autocompletion=completed("weights"),
    ),
]
RootOption = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="FOLDER",
        help="What the files that a spec names may not leave; default: the folder of the spec.",
    ),
]
ColorOption = Annotated[
    str,
    typer.Option(
        "--color",
        metavar="WHEN",
        help="auto, always or never.",
        callback=one_of("auto", "always", "never"),
        autocompletion=completed("colors"),
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the output where it is there already.")
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        help="The most memory to use, as 500M or 4G; by default 80 % of what is free, at most 8G.",
    ),
]
SpecArgument = Annotated[
    str,
    typer.Argument(
        metavar="SPEC",
        help="A spec, or - for standard input.",
        autocompletion=completed("specs"),
    ),
]
SpecsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="SPEC…",
        help="Files, folders, patterns, or - for standard input.",
        autocompletion=completed("specs"),
    ),
]
