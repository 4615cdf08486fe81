"""`specc test`: run the tests that stand in specs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.destinations import FormatOption, destinations, emit
from spec_compiler.cli.options import (
    ColorOption,
    MemoryOption,
    RootOption,
    SetOption,
    SpecsArgument,
    WeightsOption,
)
from spec_compiler.cli.reading import check_spec, files_of, reporting
from spec_compiler.cli.specs import Specs, find_specs
from spec_compiler.cli.typed import Unread, UsageError, bytes_of, pairs
from spec_compiler.cli.words import say
from spec_compiler.diagnostics import Diagnostics, Severity, SpecError
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.report import Style
from spec_compiler.testing import REPORTS, Outcome, run_tests
from spec_compiler.testing.keeping import Golden
from spec_compiler.weights.check import check_weights


def command(
    specs: SpecsArgument,
    substring: Annotated[
        str,
        typer.Option("-k", metavar="TEXT", help="Run the tests whose name holds the text only."),
    ] = "",
    format: FormatOption = None,  # noqa: A002 - the option's name
    update: Annotated[
        bool,
        typer.Option("--update", help="Write the expected files that differ or are not there."),
    ] = False,
    keep: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where the tensors of failed tests are kept.")
    ] = Path(".specc/failed"),
    set_: SetOption = None,
    weights: WeightsOption = None,
    root: RootOption = None,
    max_memory: MemoryOption = None,
    color: ColorOption = "auto",
) -> int:
    """Run the tests in specs, and say what differs, where and by how much.

    Formats are text, json, junit and markdown, and github, gitlab and sarif for what failed; with
    --format junit:report.xml a report goes to a file, beside what is printed.

    Exit code 0: all pass; 1: some do not, or a spec is refused; 2: wrong usage or nothing to test;
    3: a file cannot be read or written.
    """
    params = pairs("--set", set_)
    limit = bytes_of(max_memory)
    places = destinations(format, REPORTS, "text")
    outcomes: list[Outcome] = []
    sources: dict[str, str] = {}
    chosen = find_specs(specs)
    for path in chosen.paths:
        found = Diagnostics()
        try:
            own = weights is None
            program = check_spec(path, params=params, diagnostics=found, root=root, weights=own)
            if program is not None:  # a file of blocks has no tests
                program = program if weights is None else _with_weights(program, weights, found)
                outcomes.extend(_run(program, substring, keep, limit, update=update))
        except SpecError as error:
            found = error.diagnostics
            outcomes.append(Outcome(path, "", problems=tuple(found.errors)))
        except OSError as error:  # what is read or written does not hide what came before
            chosen.unread.append(error)
        sources |= found.sources
    chosen.say_skipped()
    if outcomes:
        with reporting(color):
            made = partial(_report, outcomes, sources)
            emit(places, made, color, chosen.paths)
    return _ending(chosen, outcomes, substring)


def _report(outcomes: list[Outcome], sources: dict[str, str], name: str, looks: Style) -> str:
    return REPORTS[name](outcomes, sources, looks)


def _with_weights(program: Program, file: str, found: Diagnostics) -> Program:
    """The program, to be tested with a file that fits it."""
    program = program.with_weights(file)
    check_weights(program, found, severity=Severity.ERROR)
    found.stop_on_errors()
    return program


def _ending(chosen: Specs, outcomes: list[Outcome], substring: str) -> int:
    if chosen.unread:
        raise Unread(chosen.unread)
    if not outcomes:
        raise UsageError(
            f"no test's name holds `{substring}`" if substring else "no spec has tests"
        )
    if all(outcome.skipped for outcome in outcomes):
        raise UsageError("every test was skipped")
    return int(any(outcome.failed for outcome in outcomes))


def _run(
    program: Program, substring: str, folder: Path, limit: int | None, *, update: bool
) -> Iterator[Outcome]:
    tests = [item for item in program.core.tests if substring in item[1].name]
    golden = Golden(limit) if update else None
    yield from run_tests(program, tests, folder=folder, golden=golden, limit=limit)
    found = Diagnostics()
    with found.at(Outside(program.core.file)):  # the report of what was run comes all the same
        for path in golden.write(files_of(program)) if golden is not None else ():
            say(f"note: wrote {path}", err=True)
    if found:
        title = "expected files are written"
        yield Outcome(program.core.file, title, problems=tuple(found.errors))
