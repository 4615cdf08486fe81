"""`specc test --watch`: the tests of a spec run again when it changes, or a file that it names."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Unpack

from spec_compiler.cli.destinations import emit
from spec_compiler.cli.reading import reporting
from spec_compiler.cli.test import Asked, Tested, reported, tests_of
from spec_compiler.cli.watched import Finding, Places, note_data
from spec_compiler.cli.watching import Looked, State, state_of
from spec_compiler.cli.words import say
from spec_compiler.compile import Options
from spec_compiler.expanding.core import Core
from spec_compiler.testing import Outcome


class RunningTests(Finding[Tested]):
    """Tests are run.

    Args:
        named: What is typed.
        asked: What is asked of tests.
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
        super().__init__(named, places, color, **options)
        self.asked = asked

    def look(self, spec: str) -> Looked[Tested]:
        """See `Job`."""
        files: dict[str, State] = {}
        options: Options = {**self.options, "load_file": self.texts.noting(files)}
        tested = tests_of(spec, self.asked, **options)
        core = None if tested.program is None else tested.program.core
        note_data(core, files)
        for path in self._expected(core):
            files.setdefault(path, state_of(path))
        if tested.unread is not None and not tested.outcomes:
            return Looked(tested.unread, files, True)
        return Looked(tested, files, any(outcome.failed for outcome in tested.outcomes))

    def _expected(self, core: Core | None) -> Collection[str]:
        """The files of expected results, and the weights in place of the spec's."""
        given = [] if self.asked.weights is None else [self.asked.weights]
        if core is None:
            return given
        folder = Path(core.file).parent
        claims = [claim for _, test in core.tests for claim in test.expect.values()]
        return [*given, *(str(folder / claim.file) for claim in claims if claim.file is not None)]

    def report(self, results: list[Tested]) -> None:
        """See `Finding`."""
        outcomes: list[Outcome] = []
        sources: dict[str, str] = {}
        for tested in results:
            outcomes += tested.outcomes
            sources |= tested.sources
            if tested.unread is not None:
                say(f"error: {tested.unread.filename}: {tested.unread.strerror}", err=True)
        if not outcomes:
            text = self.asked.substring
            say(f"note: no test's name holds `{text}`" if text else "note: no spec has tests")
            return
        with reporting(self.color):
            made = partial(reported, outcomes, sources)
            emit(self.places, made, self.color, self.chosen.paths)
