"""`specc validate --watch` and `specc test --watch`: what is done again, and how it is told."""

from __future__ import annotations

import os
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Generic, NoReturn, TypeVar, Unpack

import typer

from spec_compiler.cli.destinations import emit
from spec_compiler.cli.linting import Linting
from spec_compiler.cli.reading import STDIN, data_of, reporting
from spec_compiler.cli.specs import Specs, find_specs, without_excluded
from spec_compiler.cli.typed import UsageError
from spec_compiler.cli.validate import all_valid
from spec_compiler.cli.watch.loop import Job, Looked, Result, Round, State, state_of, watch
from spec_compiler.cli.words import say
from spec_compiler.compile import Options
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.elaborate.remembered import Remembered
from spec_compiler.expanding.core import Core
from spec_compiler.reading.imports import Load
from spec_compiler.report import render
from spec_compiler.shortening import counted
from spec_compiler.source import SourceNode
from spec_compiler.source.read_again import ReadAgain

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_NAMED = 3
"""How many specs are named of those that were looked at."""
Places = Mapping[Path | None, str]
Asked = TypeVar("Asked")


def watched(job: Job[Result], specs: list[str], unfit: Mapping[str, bool]) -> NoReturn:
    """Do it until Ctrl-C, and end with 130.

    Args:
        job: What is done.
        specs: What is typed.
        unfit: Options that make no sense with it, and whether they are given.

    Raises:
        UsageError: it cannot be watched.
        SystemExit: that was pressed.
    """
    for option, given in unfit.items():
        if given:
            raise UsageError(f"--watch and {option} do not go together: write one of them")
    if STDIN in specs:
        raise UsageError("--watch: standard input does not change; name the file")
    try:
        watch(job)
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            typer.echo(err=True)  # the line that has ^C
        say("watching has ended", err=True)
        raise SystemExit(130) from None


class Texts:
    """The documents that are watched; what has not changed is not read, or proved, again."""

    def __init__(self) -> None:
        self._read: dict[str, ReadAgain] = {}
        self._remembered: dict[str, Remembered] = {}

    def again(self, spec: str, files: dict[str, State]) -> Options:
        """What a spec is analyzed with, another time; notes its files as `noting` does."""
        remembered = self._remembered.setdefault(spec, Remembered())
        return {"load_file": self.noting(files), "remembered": remembered}

    def noting(self, files: dict[str, State]) -> Load:
        """Reads documents, and notes what they were when they were read."""

        def load_file(path: str, found: Diagnostics) -> SourceNode | None:
            files.setdefault(path, state_of(path))
            return self._read.setdefault(path, ReadAgain()).load(path, found)

        return load_file


class Watched(ABC, Generic[Result, Asked]):
    """Specs that are found anew where folders change, and reports of them.

    Args:
        named: What is typed.
        asked: What is asked of them.
        places: Where reports go.
        color: As of `--color`.
        options: See `Options`.
    """

    def __init__(
        self,
        named: list[str],
        asked: Asked,
        places: Places,
        color: str,
        **options: Unpack[Options],
    ) -> None:
        self.named, self.asked, self.places, self.color = named, asked, dict(places), color
        self.options = options
        self.chosen = Specs()
        self.note = ""
        self.texts = Texts()
        self._told = 0

    def find(self, changed: Collection[str]) -> tuple[list[str], Collection[str]]:
        """See `Job`."""
        before, self.note = self.chosen, ""
        try:
            self.chosen = find_specs(self.named)
        except UsageError as error:  # the last one went; one may come
            if not self._told:
                raise
            self.note = str(error)
            self.chosen = Specs(looked_at=before.looked_at)
        return self.chosen.paths, self.chosen.looked_at

    def tell(self, results: Mapping[str, Result | OSError], told: Round) -> None:
        """See `Job`."""
        self._begin()
        self._told += 1
        good: list[Result] = []
        for spec, result in results.items():
            if isinstance(result, OSError):
                say(f"error: {spec}: {result.strerror or result}", err=True)
            else:
                good.append(result)
        for error in self.chosen.unread:
            say(f"error: {error.filename}: {error.strerror or error}", err=True)
        try:
            self.report(good)
        except typer.Exit:  # it is said why
            pass
        except OSError as error:
            say(f"error: {error.filename}: {error.strerror or error}", err=True)
        if self.note:
            say(f"error: {self.note}", err=True)
        sys.stdout.flush()
        say(_status(told), err=True)
        sys.stderr.flush()

    @abstractmethod
    def report(self, results: list[Result]) -> None:
        """Print what there is to say of the specs that can be read."""

    def _begin(self) -> None:
        """Take away what was told before, or part from it."""
        if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
            typer.echo(_CLEAR, nl=False, color=True)
        elif self._told:
            typer.echo(err=True)


class Proving(Watched[Diagnostics, Linting]):
    """Specs are proved."""

    def find(self, changed: Collection[str]) -> tuple[list[str], Collection[str]]:
        """See `Job`."""
        if not {*changed}.isdisjoint(self._settings()):
            self.asked = self.asked.anew()
        paths, around = super().find(changed)
        for path in paths:
            self.asked.rules(path)
        self.chosen = without_excluded(self.chosen, self.named, self.asked.files)
        return self.chosen.paths, {*around, *self._settings()}

    def look(self, spec: str) -> Looked[Diagnostics]:
        """See `Job`."""
        files = {path: state_of(path) for path in self._settings()}
        options: Options = {**self.options, **self.texts.again(spec, files)}
        try:
            known = self.asked.analyzed(spec, **options)
        except OSError as error:
            return Looked(error, files, True)
        known.found.checked = (spec,)
        note_data(known.core, files)
        return Looked(known.found, files, bool(known.found.errors))

    def report(self, results: list[Diagnostics]) -> None:
        """See `Watched`."""
        found = Diagnostics()
        for one in results:
            found.extend(one)
        with reporting(self.color):
            self.asked.finish(found)
            emit(self.places, partial(render, found), self.color, self.chosen.paths)
        valid = len(results) == len(self.chosen.paths) and not found.errors
        if results and valid and self.places.get(None) in {"text", "github"}:
            say(all_valid(self.chosen.paths))

    def _settings(self) -> set[str]:
        baseline = self.asked.baseline
        return {*map(str, self.asked.files.looked_for), *([str(baseline)] if baseline else ())}


def note_data(core: Core | None, files: dict[str, State]) -> None:
    """Note the files of data that a spec names."""
    for path in () if core is None else data_of(core):
        files.setdefault(str(path), state_of(str(path)))


def _status(told: Round) -> str:
    """`14:02:11  model.yaml checked in 12 ms; 3 files are watched, Ctrl-C ends`."""
    names = ", ".join(told.specs[:_NAMED])
    if len(told.specs) > _NAMED:
        names = counted(len(told.specs), "spec")
    done = f"{names} checked in {told.seconds * 1000:.0f} ms" if names else "no spec to check"
    files = "1 file is" if told.files == 1 else f"{told.files} files are"
    return f"{time.strftime('%H:%M:%S')}  {done}; {files} watched, Ctrl-C ends"
