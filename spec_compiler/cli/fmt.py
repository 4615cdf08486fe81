"""`specc fmt`: put specs into the one style that they have."""

from __future__ import annotations

from typing import Annotated

import typer

from spec_compiler.cli.options import ColorOption, completed
from spec_compiler.cli.patch import show_patch
from spec_compiler.cli.reading import STDIN, STDIN_NAME, reporting, typed_in
from spec_compiler.cli.specs import find_specs, without_excluded
from spec_compiler.cli.typed import Unread, UsageError
from spec_compiler.cli.words import say
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.files import regular
from spec_compiler.linting.settings_files import SettingsFiles
from spec_compiler.places import Outside
from spec_compiler.refusals import Refusal
from spec_compiler.rewriting import ChangedError, rewrite
from spec_compiler.shortening import counted
from spec_compiler.source import Limits
from spec_compiler.writing.formatted import formatted

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SPEC…",
        help="Files, folders, patterns, or - for standard input; default: this folder.",
        autocompletion=completed("specs"),
    ),
]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; name the specs that would change.")
]
Diff = Annotated[bool, typer.Option("--diff", help="Write nothing; print what would change.")]
StdinFilename = Annotated[
    str | None,
    typer.Option(
        "--stdin-filename",
        metavar="NAME",
        help="What messages call standard input; .json makes it JSON.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing of what was done.")]


def command(
    specs: Paths = None,
    check: Check = False,
    diff: Diff = False,
    stdin_filename: StdinFilename = None,
    quiet: Quiet = False,
    color: ColorOption = "auto",
) -> int:
    """Put specs into the one style that they have; comments stay, and what they mean.

    Standard input is formatted to standard output. A spec that cannot be read is left as it is,
    and so is a file that changes meanwhile.

    Exit code 0: all are in style now; 1: some are not, with --check or --diff, or were refused;
    2: wrong usage or nothing to format; 3: a file cannot be read or written.
    """
    paths = specs or ["."]
    if STDIN in paths and len(paths) > 1:
        raise UsageError("standard input is formatted alone, as its result is printed")
    if stdin_filename is not None and STDIN not in paths:
        raise UsageError("--stdin-filename names standard input: write `-` for it")
    if STDIN in paths:
        return _standard_input(stdin_filename or STDIN_NAME, check, diff, color)
    chosen = find_specs(paths)
    changed: list[str] = []
    kept = 0
    with reporting(color) as found:
        without_excluded(chosen, paths, SettingsFiles(found), "format")
        for path in chosen.paths:
            try:
                with found.at(Outside()):
                    made = _file(path, found, writes=not (check or diff), shows=diff)
                    changed += [path] if made else []
                    kept += made is False
            except BrokenPipeError:  # nobody reads what `--diff` prints
                raise
            except OSError as error:  # what cannot be read does not hide what can
                chosen.unread.append(error)
        refused = bool(found.errors)
    if not quiet:
        _say_changed(changed, kept, names=check and not diff, would=check or diff)
        chosen.say_skipped()
    if chosen.unread:
        raise Unread(chosen.unread)
    return 1 if refused or (changed and (check or diff)) else 0


def _standard_input(name: str, check: bool, diff: bool, color: str) -> int:
    """Print standard input in style, or what of it is not."""
    with reporting(color) as found:
        raw = typed_in()
        made = formatted(raw, name, found)
        if made is None:
            return 1
        if diff:
            show_patch(raw.decode(), made, name, f"{name} (in style)")
        elif not check:
            typer.echo(made, nl=False, color=True)
        return 1 if (check or diff) and made.encode() != raw else 0


def _file(path: str, found: Diagnostics, *, writes: bool, shows: bool) -> bool | None:
    """Format a file; whether it was not in style, None where it cannot be told.

    Raises:
        OSError: it cannot be read or written, or something else has written it meanwhile.
        Refusal: it is no regular file.
    """
    raw = _read(path)
    made = formatted(raw, path, found)
    if made is None or made.encode() == raw:
        return None if made is None else False
    if shows:
        show_patch(raw.decode(), made, path, f"{path} (in style)")
    if writes:
        try:
            rewrite(path, raw, made.encode())
        except ChangedError:
            message = f"`{path}` changed while it was formatted, and is left as it is now"
            raise Refusal("SPC0553", message, help="format it again") from None
    return True


def _read(path: str) -> bytes:
    """The bytes of a file; of one that is too large, enough to be refused for it."""
    regular(path)
    with open(path, "rb") as file:
        return file.read(Limits().bytes + 1)


def _say_changed(changed: list[str], kept: int, *, names: bool, would: bool) -> None:
    """Say what was done, or would be."""
    if names:
        for path in changed:
            say(f"would format {path}")
    parts = [f"{counted(len(changed), 'spec')} {'would be ' if would else ''}formatted"]
    parts = parts if changed else []
    if kept:
        parts.append(f"{counted(kept, 'spec')} left as {'it is' if kept == 1 else 'they are'}")
    if parts:
        say(", ".join(parts), err=would)
