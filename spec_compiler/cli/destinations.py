"""Where reports go: `--format text --format junit:out.xml`, to standard output and to files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.options import completed, one_of
from spec_compiler.cli.reading import STDIN, style
from spec_compiler.cli.typed import UsageError
from spec_compiler.files import writing
from spec_compiler.report import Style

FormatOption = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="FORMAT[:FILE]",
        help="How to report, and where; may be given several times.",
        autocompletion=completed("formats"),
    ),
]


def destinations(
    written: Sequence[str] | None, formats: Collection[str], default: str
) -> dict[Path | None, str]:
    """The format of each file, and of standard output, which is None.

    Standard output has the default format where nothing else is to be printed there.

    Raises:
        UsageError: a format is unknown, a file has no name, or two reports go to one place.
    """
    found: dict[Path | None, str] = {}
    for item in written or ():
        name, colon, file = item.partition(":")
        try:
            one_of(*formats)(name)
        except typer.BadParameter as error:
            raise UsageError(f"--format {item}: {error}") from None
        if colon and not file:
            raise UsageError(f"--format {item}: write {name}:FILE")
        place = Path(file) if colon else None
        if place in found:
            where = "standard output" if place is None else str(place)
            raise UsageError(f"--format {item}: two reports go to {where}; write FORMAT:FILE")
        found[place] = name
    return {None: default} | found


def emit(
    places: dict[Path | None, str],
    report: Callable[[str, Style], str],
    color: str,
    specs: Collection[str],
    *,
    stream: int = 1,
) -> None:
    """Make each report and put it where it goes; a file is replaced as a whole.

    Args:
        places: As of `destinations`.
        report: The text of a format.
        color: As of `--color`, for standard output.
        specs: What was read, which no report may replace.
        stream: What stands for standard output: that (1), or standard error (2).

    Raises:
        Refusal: a file is one of the specs, or no ordinary file.
        OSError: a file cannot be written.
    """
    read = [spec for spec in specs if spec != STDIN]
    for place, name in places.items():
        if place is None:
            text = report(name, style(color, stream=stream))
            typer.echo(text, nl=False, color=True, err=stream == 2)
            continue
        with writing(place, read) as file:
            file.write(report(name, Style()).encode("utf-8", "backslashreplace"))
