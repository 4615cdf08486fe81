"""`specc validate`: prove specs, or say where they are wrong."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from spec_compiler.cli.destinations import FormatOption, destinations, emit
from spec_compiler.cli.linting import (
    BaselineOption,
    DenyOption,
    IgnoreOption,
    Linting,
    SelectOption,
    WriteBaselineOption,
)
from spec_compiler.cli.options import (
    ColorOption,
    RootOption,
    SetOption,
    SpecsArgument,
    WatchOption,
)
from spec_compiler.cli.reading import reporting
from spec_compiler.cli.specs import find_specs, without_excluded
from spec_compiler.cli.typed import Unread, UsageError, pairs
from spec_compiler.cli.words import say
from spec_compiler.report import FORMATS, render
from spec_compiler.shortening import counted

if TYPE_CHECKING:
    from spec_compiler.cli.fixing import Fixing
    from spec_compiler.cli.specs import Specs
    from spec_compiler.diagnostics import Diagnostics

_Unsafe: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--unsafe",
        help="With --fix, also apply guesses and edits that change the model; "
        "a second --fix --unsafe may take away what nothing reads then.",
    ),
]


def command(
    specs: SpecsArgument,
    format: FormatOption = None,  # noqa: A002 - the option's name
    set_: SetOption = None,
    root: RootOption = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing when all is well.")
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Edit what has one reading; report what is left.")
    ] = False,
    unsafe: _Unsafe = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would edit, and edit nothing.")
    ] = False,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    deny_warnings: DenyOption = False,
    baseline: BaselineOption = None,
    write_baseline: WriteBaselineOption = False,
    watch: WatchOption = False,
    color: ColorOption = "auto",
) -> int:
    """Prove the shapes, dtypes and masks of specs; every mistake with its place, and most slips.

    Formats are text, concise, json, github (the default under GitHub Actions), gitlab, sarif, junit
    and markdown. With --format sarif:out.sarif a report goes to a file, beside what is printed.

    With --fix the specs are edited: comments and all else stay, and what is left is reported; with
    - the spec on standard input goes to standard output, and reports of it to standard error. With
    --diff nothing is edited: edits are shown, and a report to a file is of the specs as they are.

    With --watch what changes is proved again, also files that are imported, until Ctrl-C.

    Of what leaves a spec valid, `specc.toml`, the table tool.specc of `pyproject.toml` and comments
    `# specc: ignore[CODE] reason` choose what is said. Errors always are.

    Exit code 0: all are valid (there may be warnings); 1: some are not, a warning is denied, or
    --diff shows edits; 2: wrong usage or nothing to check; 3: a file cannot be read or written.
    """
    params = pairs("--set", set_)
    places = _places(format, diff)
    linting = Linting(select, ignore, deny_warnings, baseline, write_baseline)
    if watch:
        # what few ask for
        from spec_compiler.cli.watch.proofs import Proving, watched

        unfit = {"--fix": fix or unsafe, "--diff": diff, "--write-baseline": write_baseline}
        watched(Proving(specs, linting, places, color, params=params, root=root), specs, unfit)
    chosen = without_excluded(find_specs(specs), specs, linting.files)
    fixing = _fixing(chosen.paths, fix, unsafe, diff)
    found = linting.check_all(chosen, fixing, params=params, root=root)
    edited = fixing.finish(chosen.unread) if fixing else False
    _report(found, chosen, linting, fixing, places, color, quiet)
    return 1 if linting.fails(found) or (diff and edited) else 0


def _report(
    found: Diagnostics,
    chosen: Specs,
    linting: Linting,
    fixing: Fixing | None,
    places: dict[Path | None, str],
    color: str,
    quiet: bool,
) -> None:
    """Put each report where it goes, and say what else there is to say."""
    stream = 2 if fixing and fixing.of_stdin else 1
    with reporting(color):
        linting.finish(found)
        emit(places, functools.partial(render, found), color, chosen.paths, stream=stream)
    if fixing:
        with reporting(color):
            fixing.say(linting.left_of(fixing.rest))
    if not quiet:
        chosen.say_skipped()
    if chosen.unread:
        raise Unread(chosen.unread)
    if places.get(None) in {"text", "github"} and not found.errors and not quiet:
        say(all_valid(chosen.paths), err=stream == 2)


def all_valid(paths: list[str]) -> str:
    """What is said where all is well."""
    return f"{counted(len(paths), 'spec')} {'are' if len(paths) > 1 else 'is'} valid"


def _places(written: list[str] | None, diff: bool) -> dict[Path | None, str]:
    """Where reports go; beside a diff, which is on standard output, to files alone.

    Raises:
        UsageError: one is to go there, too, or as of `destinations`.
    """
    default = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
    places = destinations(written, FORMATS, default)
    if diff and places[None] in (written or ()):
        name = places[None]
        raise UsageError(f"--format {name}: --diff is printed there; write {name}:FILE")
    return {place: name for place, name in places.items() if not diff or place is not None}


def _fixing(paths: list[str], fix: bool, unsafe: bool, diff: bool) -> Fixing | None:
    if not (fix or unsafe or diff):
        return None
    # only where something is to be edited
    from spec_compiler.cli.fixing import Fixing

    return Fixing(paths, fix=fix, unsafe=unsafe, diff=diff)
