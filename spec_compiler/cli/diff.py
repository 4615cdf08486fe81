"""`specc diff`: what changes between two specs, and what that breaks."""

from __future__ import annotations

from typing import Annotated

import typer

from spec_compiler.cli.destinations import FormatOption, destinations, emit
from spec_compiler.cli.options import ColorOption, RootOption, SetOption, completed, one_of
from spec_compiler.cli.reading import STDIN, compile_spec, reporting
from spec_compiler.cli.revision import PREFIX, Revision
from spec_compiler.cli.typed import UsageError, pairs
from spec_compiler.compare import FindingKind, compare
from spec_compiler.compile import Options, program_of_text
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.program import Program
from spec_compiler.report.comparison import COMPARISON_FORMATS
from spec_compiler.source import SourceNode, read

_KINDS = tuple(kind.value for kind in FindingKind)


def command(
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="A spec, git:REV:PATH, or - for standard input.",
            autocompletion=completed("specs"),
        ),
    ],
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="NEW",
            help="As OLD; not given with --rev.",
            autocompletion=completed("specs"),
        ),
    ] = None,
    rev: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Compare the file with its past: REV, or REV..REV."),
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
    its past, and --rev v1..v2 two of its pasts. What a revision imports is of that revision; files
    of data are read as they are now, weights not at all. Params given by --set go to both.

    Formats are text, markdown and json, each to standard output or, as markdown:FILE, to a file.
    """
    failing = _kinds(fail_on)
    places = destinations(format, COMPARISON_FORMATS, "text")
    first, second = _sides(old, new, rev)
    given: Options = {"params": pairs("--set", set_), "root": root, "weights": False}
    with reporting(color):
        before, after = _compile(first, given), _compile(second, given)
    comparison = compare(before, after)
    with reporting(color):
        emit(
            places,
            lambda name, looks: COMPARISON_FORMATS[name](comparison, looks),
            color,
            [old, *([new] if new else ())],
        )
    return int(any(comparison.of(kind) for kind in failing))


def _sides(old: str, new: str | None, rev: str | None) -> tuple[str | Revision, str | Revision]:
    if rev is not None:
        if new is not None or old == STDIN or old.startswith(PREFIX):
            raise UsageError("--rev compares one file with itself: specc diff model.yaml --rev REV")
        first, dots, second = rev.partition("..")
        if second.startswith("."):
            raise UsageError(f"--rev {rev}: write two dots, FIRST..SECOND")
        return Revision(first, old), Revision(second or "HEAD", old) if dots else old
    if new is None:
        raise UsageError("NEW is missing: a second spec, or --rev REV")
    if old == new == STDIN:
        raise UsageError("only one of OLD and NEW can be standard input")
    return _side(old), _side(new)


def _side(written: str) -> str | Revision:
    return Revision.parse(written) if written.startswith(PREFIX) else written


def _compile(side: str | Revision, given: Options) -> Program:
    """Prove one side; its warnings are `validate`'s to show."""
    if isinstance(side, str):
        return compile_spec(side, **given)
    commit = side.commit()

    def load(path: str, diagnostics: Diagnostics) -> SourceNode | None:
        return read(*commit.read(path), diagnostics)

    text, name = commit.read(side.path)
    given = {**given, "load_file": load}
    return program_of_text(text, name, **given)


def _kinds(written: str | None) -> list[FindingKind]:
    names = [name.strip() for name in written.split(",")] if written else []
    check = one_of(*_KINDS)
    return [FindingKind(check(name)) for name in names]
