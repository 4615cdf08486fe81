"""`specc diff`: what changes between two specs, and what that breaks."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from spec_compiler.cli.changes import changes, program_at
from spec_compiler.cli.destinations import FormatOption, destinations, emit
from spec_compiler.cli.options import ColorOption, RootOption, SetOption, completed, one_of
from spec_compiler.cli.reading import STDIN, compile_spec, reporting
from spec_compiler.cli.revision import PREFIX, Revision, revisions
from spec_compiler.cli.specs import has_signs
from spec_compiler.cli.typed import UsageError, pairs
from spec_compiler.compare import FindingKind, compare
from spec_compiler.compile import Options
from spec_compiler.program import Program
from spec_compiler.report.changes import CHANGES_FORMATS
from spec_compiler.report.comparison import COMPARISON_FORMATS

_KINDS = tuple(kind.value for kind in FindingKind)


def command(
    specs: Annotated[
        list[str],
        typer.Argument(
            metavar="OLD NEW",
            help="Specs, git:REV:PATH, or - for standard input; with --rev files, folders and "
            "patterns.",
            show_default=False,
            autocompletion=completed("specs"),
        ),
    ],
    rev: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Compare files with their past: REV, or REV..REV."),
    ] = None,
    format: FormatOption = None,  # noqa: A002 - the option's name
    fail_on: Annotated[
        str | None,
        typer.Option(
            metavar="KINDS",
            help="Exit with 1 when one of these differs: interface,weights,graph,cosmetic.",
        ),
    ] = None,
    set_: SetOption = None,
    root: RootOption = None,
    color: ColorOption = "auto",
) -> int:
    """Show what differs between two specs: interface, weights that no longer load, graph, words.

    Either is a file, or git:REV:PATH; `specc diff model.yaml --rev HEAD~1` compares a file with
    its past, and --rev v1..v2 two of its pasts. With folders, or several files, all specs in them
    are, and those that came and went are said; who would review a change sees what it does. What a
    revision imports is of that revision; files of data are read as they are now, weights not at
    all. Params given by --set go to both.

    Formats are text, markdown and json, each to standard output or, as markdown:FILE, to a file.
    """
    failing = _kinds(fail_on)
    given: Options = {"params": pairs("--set", set_), "root": root, "weights": False}
    if rev is not None and _are_many(specs, rev):
        places = destinations(format, CHANGES_FORMATS, "text")
        with reporting(color):
            found = changes(specs, rev, given)
            emit(places, lambda name, looks: CHANGES_FORMATS[name](found, looks), color, specs)
        return int(any(one.of(kind) for kind in failing for one in found.compared))
    places = destinations(format, COMPARISON_FORMATS, "text")
    first, second = _sides(specs, rev)
    with reporting(color):
        before, after = _compile(first, given), _compile(second, given)
    comparison = compare(before, after)
    with reporting(color):
        emit(places, lambda name, looks: COMPARISON_FORMATS[name](comparison, looks), color, specs)
    return int(any(comparison.of(kind) for kind in failing))


def _are_many(specs: list[str], rev: str) -> bool:
    """Whether it is asked of all specs what became of them: also of one that is new."""
    if len(specs) > 1 or os.path.isdir(specs[0]) or has_signs(specs[0]):
        return True
    first, second = revisions(rev)
    new = not second and os.path.isfile(specs[0])
    return new and not Revision(first, specs[0]).commit().files(specs[0])


def _sides(specs: list[str], rev: str | None) -> tuple[str | Revision, str | Revision]:
    if rev is not None:
        (path,) = specs
        if path == STDIN or path.startswith(PREFIX):
            raise UsageError(
                "--rev compares files with their past: specc diff model.yaml --rev REV"
            )
        first, second = revisions(rev)
        return Revision(first, path), Revision(second, path) if second else path
    if len(specs) == 1:
        raise UsageError("NEW is missing: a second spec, or --rev REV")
    if len(specs) > 2:
        raise UsageError(
            "there are more than two specs; with --rev many are compared, each with its past"
        )
    if specs[0] == specs[1] == STDIN:
        raise UsageError("only one of OLD and NEW can be standard input")
    old, new = specs
    return _side(old), _side(new)


def _side(written: str) -> str | Revision:
    return Revision.parse(written) if written.startswith(PREFIX) else written


def _compile(side: str | Revision, given: Options) -> Program:
    """Prove one side; its warnings are `validate`'s to show."""
    if isinstance(side, str):
        return compile_spec(side, **given)
    return program_at(side.commit(), side.path, given)


def _kinds(written: str | None) -> list[FindingKind]:
    names = [name.strip() for name in written.split(",")] if written else []
    check = one_of(*_KINDS)
    return [FindingKind(check(name)) for name in names]
