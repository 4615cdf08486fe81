"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.spelling import nearest


class UsageError(Exception):
    """The command line makes no sense; leaves with exit code 2."""


class Unread(Exception):
    """Files could not be read or written, and the rest is reported; leaves with exit code 3."""

    def __init__(self, errors: Sequence[OSError]) -> None:
        self.errors = errors


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


SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Give a param a value.")
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
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the output where it is there already.")
]
SpecArgument = Annotated[
    str, typer.Argument(metavar="SPEC", help="A spec, or - for standard input.")
]
