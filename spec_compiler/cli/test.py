"""`specc test`: run the tests that stand in specs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple, Unpack

import typer

from spec_compiler.cli.destinations import FormatOption, destinations, emit
from spec_compiler.cli.options import (
    ColorOption,
    MemoryOption,
    RootOption,
    SetOption,
    SpecsArgument,
    WatchOption,
    WeightsOption,
    completed,
)
from spec_compiler.cli.reading import analyze_spec, files_of, reporting
from spec_compiler.cli.specs import Specs, find_specs
from spec_compiler.cli.typed import Unread, UsageError, bytes_of, pairs
from spec_compiler.cli.words import say
from spec_compiler.compile import Options, proved
from spec_compiler.diagnostics import Diagnostics, Severity, SpecError
from spec_compiler.expanding.core import Core
from spec_compiler.places import Outside
from spec_compiler.program import Program
from spec_compiler.report import Style
from spec_compiler.testing import REPORTS, Outcome, Quickly, run_tests
from spec_compiler.testing.keeping import Golden
from spec_compiler.weights.check import check_weights


def command(
    specs: SpecsArgument,
    substring: Annotated[
        str,
        typer.Option(
            "-k",
            metavar="TEXT",
            help="Run the tests whose name holds the text only.",
            autocompletion=completed("tests"),
        ),
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
    watch: WatchOption = False,
    color: ColorOption = "auto",
) -> int:
    """Run the tests in specs, and say what differs, where and by how much.

    Formats are text, json, junit and markdown, and github, gitlab and sarif for what failed; with
    --format junit:report.xml a report goes to a file, beside what is printed.

    With --watch the tests of what changes run again, also where a file of data does, until Ctrl-C.

    Exit code 0: all pass; 1: some do not, or a spec is refused; 2: wrong usage or nothing to test;
    3: a file cannot be read or written.
    """
    places = destinations(format, REPORTS, "text")
    own = weights is None
    options: Options = {"params": pairs("--set", set_), "root": root, "weights": own}
    asked = Asked(substring, keep, weights, bytes_of(max_memory), update)
    if watch:
        # what few ask for
        from spec_compiler.cli.watch.proofs import watched
        from spec_compiler.cli.watch.tests import RunningTests

        watched(RunningTests(specs, asked, places, color, **options), specs, {"--update": update})
    outcomes: list[Outcome] = []
    sources: dict[str, str] = {}
    chosen = find_specs(specs)
    for path in chosen.paths:
        tested = tests_of(path, asked, None, **options)
        outcomes += tested.outcomes
        sources |= tested.sources
        if tested.unread is not None:  # it does not hide what came before
            chosen.unread.append(tested.unread)
    chosen.say_skipped()
    if outcomes:
        with reporting(color):
            emit(places, partial(reported, outcomes, sources), color, chosen.paths)
    return _ending(chosen, outcomes, substring)


class Asked(NamedTuple):
    """What is asked of tests.

    Attributes:
        substring: What the names of those that are run hold.
        keep: Where the tensors of failed tests are kept.
        weights: A file of weights in place of the spec's.
        limit: The most bytes for arrays.
        update: Whether expected files are written.
        quickly: What is known from the last run, under `--watch`.
    """

    substring: str
    keep: Path
    weights: str | None
    limit: int | None
    update: bool
    quickly: Quickly | None = None


class Tested(NamedTuple):
    """What came of a spec's tests.

    Attributes:
        outcomes: Of each case.
        sources: The texts that were read, by file.
        program: The spec, where it is not refused.
        core: What is known of it, where it is.
        unread: What could not be read or written.
    """

    outcomes: list[Outcome]
    sources: Mapping[str, str]
    program: Program | None = None
    core: Core | None = None
    unread: OSError | None = None


def tests_of(
    path: str,
    asked: Asked,
    needless: Callable[[Program], Collection[int]] | None,
    **options: Unpack[Options],
) -> Tested:
    """Run the tests in a spec, as far as that can be done.

    Args:
        path: The spec.
        asked: What is asked of its tests.
        needless: Says which of its tests need not run, by index, before any data is read; None
            runs all.
        options: See `Options`.
    """
    found = Diagnostics()
    outcomes: list[Outcome] = []
    program, core = None, None
    try:
        known = analyze_spec(path, **{**options, "diagnostics": found})
        core = known.core
        program = proved(known)
        if program is not None:  # a file of blocks has no tests
            if asked.weights is not None:
                program = _with_weights(program, asked.weights, found)
            outcomes.extend(_run(program, asked, needless(program) if needless else ()))
    except SpecError as error:
        found = error.diagnostics
        outcomes.append(Outcome(path, "", problems=tuple(found.errors)))
    except OSError as error:
        return Tested(outcomes, found.sources, program, core, error)
    return Tested(outcomes, found.sources, program, core)


def reported(outcomes: list[Outcome], sources: Mapping[str, str], name: str, looks: Style) -> str:
    """A report in the format of that name."""
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


def _run(program: Program, asked: Asked, needless: Collection[int]) -> Iterator[Outcome]:
    wanted = [item for item in program.core.tests if asked.substring in item[1].name]
    tests = [item for item in wanted if item[0] not in needless]
    golden = Golden(asked.limit) if asked.update else None
    yield from run_tests(
        program,
        tests,
        folder=asked.keep,
        golden=golden,
        limit=asked.limit,
        quickly=asked.quickly,
    )
    found = Diagnostics()
    with found.at(Outside(program.core.file)):  # the report of what was run comes all the same
        for path in golden.write(files_of(program)) if golden is not None else ():
            say(f"note: wrote {path}", err=True)
    if found:
        title = "expected files are written"
        yield Outcome(program.core.file, title, problems=tuple(found.errors))
