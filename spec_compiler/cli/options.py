"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from spec_compiler.spelling import nearest


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


def formats(*names: str, says: str = "") -> Any:
    """An option for the format of what is printed.

    Args:
        names: Those that there are.
        says: Its help, where that is more than the names.
    """
    return typer.Option(
        help=says or f"{' or '.join(names)}.",
        callback=one_of(*names),
        autocompletion=completed("formats"),
    )


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
        help="Fix a named size, or several: batch=8,seq=20.",
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
DepthOption = Annotated[
    str,
    typer.Option(
        metavar="N",
        help="How many levels of blocks are shown: 1 opens none, all shows every layer by itself; "
        "auto opens them as long as there are at most 40 rows or boxes.",
        autocompletion=completed("depths"),
    ),
]
NoFoldOption = Annotated[
    bool, typer.Option("--no-fold", help="Show every layer separately, as --depth all.")
]
WatchOption = Annotated[
    bool,
    typer.Option(
        "--watch",
        "-w",
        help="Keep running, and do it again when a file changes; Ctrl-C ends with 130.",
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the output where it is there already.")
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        help="The most memory for arrays, the program itself aside, as 500M, 4G or 500MB; by "
        "default 80 % of what is free, at most 8G.",
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
