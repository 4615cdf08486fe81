"""`specc test`: run the tests that stand in specs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from spec_compiler.cli.options import ColorOption, SetOption, UsageError, one_of, pairs
from spec_compiler.cli.reading import STDIN, check_spec, find_specs, reporting, style
from spec_compiler.diagnostics import Diagnostics, SpecError
from spec_compiler.program import Program
from spec_compiler.spec.inputs import TensorFile
from spec_compiler.testing import REPORTS, Outcome, run_tests
from spec_compiler.testing.keeping import Golden


def command(
    specs: Annotated[
        list[str],
        typer.Argument(metavar="SPEC…", help="Files, folders, patterns, or - for standard input."),
    ],
    substring: Annotated[
        str,
        typer.Option("-k", metavar="TEXT", help="Run the tests whose name holds the text only."),
    ] = "",
    format: Annotated[  # noqa: A002 - the option's name
        str, typer.Option(help="text, json or junit.", callback=one_of(*REPORTS))
    ] = "text",
    update: Annotated[
        bool,
        typer.Option("--update", help="Write the expected files that differ or are not there."),
    ] = False,
    keep: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where the tensors of failed tests are kept.")
    ] = Path(".specc/failed"),
    set_: SetOption = None,
    color: ColorOption = "auto",
) -> int:
    """Run the tests in specs, and say what differs, where and by how much.

    Exit code 0: all pass; 1: some do not, or a spec is refused; 2: wrong usage or nothing to test;
    3: a file cannot be read.
    """
    params = pairs("--set", set_)
    outcomes: list[Outcome] = []
    sources: dict[str, str] = {}
    for path in find_specs(specs):
        found = Diagnostics()
        try:
            program = check_spec(path, params, found)
        except SpecError as error:
            sources |= error.diagnostics.sources
            outcomes.append(Outcome(path, "", problems=tuple(error.diagnostics.errors)))
            continue
        sources |= found.sources
        if program is not None:
            outcomes += _run(program, substring, keep, color, update=update)
    if not outcomes:
        raise UsageError(
            f"no test's name holds `{substring}`" if substring else "no spec has tests"
        )
    text = REPORTS[format](outcomes, sources, style(color, stream=1))
    typer.echo(text, nl=False, color=True)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _run(
    program: Program, substring: str, folder: Path, color: str, *, update: bool
) -> list[Outcome]:
    tests = [item for item in program.core.tests if substring in item[1].name]
    golden = Golden() if update else None
    outcomes = list(run_tests(program, tests, folder=folder, golden=golden))
    if golden is not None:
        with reporting(color):
            for path in golden.write(_sources(program)):
                typer.echo(f"note: wrote {path}", err=True)
    return outcomes


def _sources(program: Program) -> set[Path]:
    """The files that a spec is made of, which no golden file may replace."""
    core = program.core
    folder = Path(core.file).parent
    named = [core.header.weights.file] if core.header.weights is not None else []
    data = [item.tensor for item in core.inputs.values() if item is not None]
    for _, test in core.tests:
        data += (test.inputs or {}).values()
        data += test.same_as.inputs.values() if test.same_as is not None else ()
    named += [item.file for item in data if isinstance(item, TensorFile)]
    return {Path(core.file), *(folder / name for name in named)} - {Path(STDIN)}
