"""`specc test --watch`: the tests of a spec run again when it changes, or a file that it names.

A test that has passed is not run again where nothing has changed that it depends on.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

from spec_compiler.cli.destinations import emit
from spec_compiler.cli.reading import reporting
from spec_compiler.cli.test import Asked, Tested, reported, tests_of
from spec_compiler.cli.watch.loop import Looked, State, state_of
from spec_compiler.cli.watch.proofs import Watched, note_data
from spec_compiler.cli.words import say
from spec_compiler.compile import Options
from spec_compiler.expanding.core import Core
from spec_compiler.program import Program
from spec_compiler.source.node import SourceNode
from spec_compiler.testing import Outcome, Quickly

_WHOLE = (".npy", ".npz", ".csv", ".json", ".safetensors")
"""How files end that hold all of their data; others may name more, or are folders."""


class _Ran(NamedTuple):
    """What came of the tests of a spec.

    Attributes:
        document: The spec.
        files: What else they were made of, as it was before it was read.
        passed: The outcomes of those of which every case passed, by index.
    """

    document: SourceNode
    files: Mapping[str, State]
    passed: Mapping[int, list[Outcome]]

    def standing(self, core: Core, files: Mapping[str, State]) -> Mapping[int, list[Outcome]]:
        """The outcomes of tests that are as they were, of a model that is, with data that is."""
        if files != self.files or not _are_same_but_tests(self.document, core.node):
            return {}
        then, now = (node.get("tests") for node in (self.document, core.node))
        if then is None or now is None:
            return {}
        return {
            index: outcomes
            for index, outcomes in self.passed.items()
            if now.get(index) is then.get(index)
        }


def _are_same_but_tests(one: SourceNode, other: SourceNode) -> bool:
    """Whether all sections but the tests are the nodes that they were."""
    sections, others = one.value, other.value
    if not isinstance(sections, dict) or not isinstance(others, dict):
        return False
    return [*sections] == [*others] and all(
        key == "tests" or entry.node is others[key].node for key, entry in sections.items()
    )


def _are_whole(program: Program, files: Collection[str]) -> bool:
    """Whether all data of the tests is in files that are noted."""
    declared, given = program.core.header.weights, program.core.given_weights
    weights = [*([declared.file] if declared else ()), *([given] if given else ())]
    data = [path for path in files if path not in program.sources]
    return all(str(name).endswith(".safetensors") for name in weights) and all(
        path.endswith(_WHOLE) and os.path.isfile(path) for path in data
    )


def _beside(spec: str, files: Mapping[str, State]) -> dict[str, State]:
    return {path: state for path, state in files.items() if path != spec}


def _passed(outcomes: list[Outcome], core: Core) -> dict[int, list[Outcome]]:
    """The outcomes of tests of which every case passed, by index."""
    found = {index: [it for it in outcomes if it.test == test.name] for index, test in core.tests}
    return {index: of for index, of in found.items() if of and all(it.passed for it in of)}


def _together(tested: Tested, core: Core, standing: Mapping[int, list[Outcome]]) -> Tested:
    """What came of tests that ran and those that did not have to, in the order of the spec."""
    if not standing:
        return tested
    order = {test.name: index for index, test in core.tests}
    outcomes = [*tested.outcomes, *(outcome for of in standing.values() for outcome in of)]
    return tested._replace(outcomes=sorted(outcomes, key=lambda it: order.get(it.test, -1)))


class RunningTests(Watched[Tested, Asked]):
    """Tests are run."""

    @cached_property
    def _ran(self) -> dict[str, _Ran]:
        return {}

    @cached_property
    def _quickly(self) -> dict[str, Quickly]:
        return {}

    def look(self, spec: str) -> Looked[Tested]:
        """See `Job`."""
        files: dict[str, State] = {}
        options: Options = {**self.options, **self.texts.again(spec, files)}
        before, standing = self._ran.pop(spec, None), dict[int, list[Outcome]]()

        def needless(program: Program) -> Collection[int]:
            self._note(program.core, files)
            if before is not None:
                standing.update(before.standing(program.core, _beside(spec, files)))
            return standing

        asked = self.asked._replace(quickly=self._quickly.setdefault(spec, Quickly()))
        tested = tests_of(spec, asked, needless, **options)
        program = tested.program
        if program is None:
            self._note(tested.core, files)
        else:
            tested = _together(tested, program.core, standing)
            if tested.unread is None and _are_whole(program, files):
                ran = _passed(tested.outcomes, program.core)
                self._ran[spec] = _Ran(program.core.node, _beside(spec, files), ran)
        if tested.unread is not None and not tested.outcomes:
            return Looked(tested.unread, files, True)
        return Looked(tested, files, any(outcome.failed for outcome in tested.outcomes))

    def _note(self, core: Core | None, files: dict[str, State]) -> None:
        """Note the files that decide what comes of the tests, before they are read."""
        note_data(core, files)
        for path in self._expected(core):
            files.setdefault(path, state_of(path))

    def _expected(self, core: Core | None) -> Collection[str]:
        """The files of expected results, and the weights in place of the spec's."""
        given = [] if self.asked.weights is None else [self.asked.weights]
        if core is None:
            return given
        folder = Path(core.file).parent
        claims = [claim for _, test in core.tests for claim in test.expect.values()]
        return [*given, *(str(folder / claim.file) for claim in claims if claim.file is not None)]

    def report(self, results: list[Tested]) -> None:
        """See `Watched`."""
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
