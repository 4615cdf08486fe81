"""Runs the tests of a program: each case of each test to an outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from spec_compiler.data import called, read_one
from spec_compiler.data.json_arrays import as_array
from spec_compiler.diagnostics import Diagnostic, Diagnostics, SpecError
from spec_compiler.elaborate.tests import compared_only
from spec_compiler.ir.arrays import Array, dense
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import Size
from spec_compiler.language.inputs import TensorFile
from spec_compiler.language.tests import Expectation, SpecTest, holds_booleans
from spec_compiler.plan.engine import Evaluator, Planning
from spec_compiler.program import Program
from spec_compiler.refusals import ItemPath, Refusal, Refusals
from spec_compiler.runtime.bound import Bindings
from spec_compiler.runtime.memory import allowed, left_for_data, require_memory, require_room
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes
from spec_compiler.runtime.run import Run
from spec_compiler.testing.case import Case, Outdated, in_case, judged
from spec_compiler.testing.compare import broken_claims, broken_mask, difference, tolerances
from spec_compiler.testing.filling import filled
from spec_compiler.testing.keeping import Golden, keep
from spec_compiler.testing.outcome import Outcome
from spec_compiler.testing.quickly import Quickly, loosened
from spec_compiler.weights.checkpoint import is_absent
from spec_compiler.weights.load import load_weights


def run_tests(
    program: Program,
    tests: Sequence[tuple[int, SpecTest]],
    *,
    folder: Path | None = None,
    golden: Golden | None = None,
    limit: int | None = None,
    quickly: Quickly | None = None,
) -> Iterator[Outcome]:
    """Run tests of a program, case by case.

    Args:
        program: The spec.
        tests: Those of its tests that are to run, with their index.
        folder: Where the tensors of failed cases are kept; None keeps none.
        golden: Takes the results for expected files that differ or are not there, where a case
            fails for nothing else; such a file then is no failure.
        limit: The bytes that a case may take; None for the default.
        quickly: What is known from the last run, where the same tests run again and again.
    """
    if is_absent(program.core):
        declared = program.core.header.weights
        reason = f"the weights are not here; to get them: {declared.get if declared else ''}"
        for _, test in tests:
            yield Outcome(program.core.file, test.name, skipped=reason)
        return
    tester = _Tester(program, golden, limit, quickly)
    for index, test in tests:
        for sizes in product(*test.dims.values()):
            case, problems = tester.outcome(test, index, dict(zip(test.dims, sizes, strict=True)))
            kept = ""
            if problems and folder is not None and case.tensors:
                try:
                    kept = keep(folder, program.core.file, test.name, case.title, case.tensors)
                except (OSError, Refusal) as error:  # must not hide why the test failed
                    why = getattr(error, "strerror", None) or error
                    note = f"the tensors could not be kept: {why}"
                    problems[0] = replace(problems[0], notes=(*problems[0].notes, note))
            yield Outcome(program.core.file, test.name, case.title, tuple(problems), kept)


class _Tester:
    """Runs cases; loads the weights once."""

    def __init__(
        self,
        program: Program,
        golden: Golden | None,
        limit: int | None,
        quickly: Quickly | None,
    ) -> None:
        self.program = program
        self.golden = golden
        self.limit = limit
        self.quickly = quickly
        self.weights: dict[str, Array] | None = None
        self.plans = Planning()
        self.bindings = Bindings()

    def outcome(
        self, test: SpecTest, index: int, sizes: Mapping[str, int]
    ) -> tuple[Case, list[Diagnostic]]:
        """A case that has run, and why it fails; nothing when it passes."""
        case = Case(test, index, sizes)
        problems = self._problems(case)
        if problems and case.as_meant and not self._fails_clearly(case):
            case = Case(test, index, sizes, as_meant=False)
            problems = self._problems(case)
        return case, problems

    def _fails_clearly(self, case: Case) -> bool:
        """Whether a case fails also where results may be another way's to compute them."""
        if case.test.same_as is not None:
            return False
        if case.results is None:
            return True  # its data is refused
        loose = Case(loosened(case.test, self.program.outputs), case.index, case.sizes)
        self._judge(loose, *case.results)
        return len(loose.problems) == len(case.problems)

    def _problems(self, case: Case) -> list[Diagnostic]:
        node = self.program.core.node.nearest(("tests", case.index))
        found = Diagnostics()
        with found.at(node):
            try:
                self._run(case)
            except SpecError as error:
                for item in error.diagnostics.errors:
                    found.add(item)
        found.at(node).add(Refusals(case.problems))
        if case.test.raises is not None:
            found = judged(case.test.raises, found.errors, node)
        return [in_case(item, case, node) for item in found.errors]

    def _run(self, case: Case) -> None:
        test = case.test
        case.allowance = left_for_data(self.limit, self.weights or {})
        given = self._random(case) if test.inputs is None else self._read(test.inputs, case)
        run, results = case.results = self._results(given, case)
        case.tensors |= {f"input.{name}": item for name, item in given.items()}
        case.tensors |= results
        self._judge(case, run, results)
        if test.same_as is not None:
            self._compare_twin(test, case, results)
        if case.problems:  # results that are wrong otherwise are not what to expect
            case.problems += [item.problem for item in case.outdated]
        elif self.golden is not None:
            for item in case.outdated:
                self.golden.add(item.path, item.key, item.result, test.name)

    def _judge(self, case: Case, run: Run, results: Mapping[str, Array]) -> None:
        """Add what is claimed of results and not so."""
        for name, expected in case.test.expect.items():
            case.problems += self._claims(name, expected, run, results)
            wanted = self._wanted(name, expected, results, case)
            if wanted is not None:
                case.tensors[f"expected.{name}"] = wanted

    def _results(self, given: Mapping[str, Any], case: Case) -> tuple[Run, dict[str, Array]]:
        if self.weights is None:
            require_memory(self.program, None, self.limit)
            drawn = self.quickly and self.quickly.drawn
            self.weights = load_weights(self.program, allowed(self.limit), drawn)
        dims = {
            name: (size, f"`dims` of the test `{case.test.name}`")
            for name, size in case.sizes.items()
        }
        if case.test.inputs is None:
            settled = random_sizes(self.program, case.sizes)
            dims |= {name: (size, "`dims`") for name, size in settled.items() if name not in dims}
        origins = {name: f"the test's `{name}`" for name in given}
        found = Diagnostics()
        run = Run(
            self.program, self.weights, given, origins, dims, found, self.plans, self.bindings
        )
        run.prepare()
        if case.as_meant is not False and self.quickly and self.quickly.is_small(run):
            case.as_meant, run.engine = True, Evaluator()
        require_room(run, self.limit)
        return run, run.whole()

    def _random(self, case: Case) -> dict[str, Array]:
        sizes = random_sizes(self.program, case.sizes)
        require_memory(self.program, sizes, self.limit)
        return random_inputs(self.program, sizes, case.test.seed)

    def _read(
        self, inputs: Mapping[str, Any], case: Case, at: ItemPath = ("inputs",)
    ) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for name, data in inputs.items():
            try:
                found[name] = self._data(data, f"`{name}`", name, case)
            except Refusal as refusal:
                raise refusal.but(argument=(*at, name)) from None
            except OSError as error:
                message = f"`{data.file}` cannot be read: {error.strerror or error}"
                raise Refusal("SPC0707", message, argument=(*at, name)) from error
        numbers = [name for name, data in inputs.items() if isinstance(data, int | float)]
        return filled(self.program, found, numbers, case.sizes, self.limit)

    def _data(self, data: Any, what: str, name: str, case: Case) -> Any:
        if not isinstance(data, TensorFile):
            return as_array(data, what)
        path = self.program.core.origin.locate(data.file)
        with called(str(path), data.file):
            return read_one(str(path), key=data.key, name=name, allowance=case.allowance).load()

    # --- what is expected ----------------------------------------------------------------------

    def _claims(
        self, name: str, expected: Expectation, run: Run, results: Mapping[str, Array]
    ) -> Iterator[Refusal]:
        dtype = self.program.outputs[name].type.dtype
        yield from broken_claims(
            name, expected, results[name], dtype, _numbers(expected.shape, run.sizes)
        )
        mask = expected.mask
        if mask is not None and mask != "none":
            shape = None if holds_booleans(mask) else _numbers(mask, run.sizes)
            yield from broken_mask(name, mask, results[self.program.outputs[name].mask_name], shape)

    def _wanted(
        self, name: str, expected: Expectation, results: Mapping[str, Array], case: Case
    ) -> Array | None:
        """The array that an output is compared with; what differs is a problem of the case."""
        at: ItemPath = ("expect", name, "value")
        origin = "`value`"
        path = Path()
        if expected.file is not None:
            at, origin = ("expect", name, "file"), f"`{expected.file}`"
            path = self.program.core.origin.locate(expected.file)
        elif expected.value is None:
            return None
        data = TensorFile(file=expected.file, key=expected.key) if expected.file else None
        wanted: Array | None = None
        try:
            found = self._data(expected.value if data is None else data, origin, name, case)
        except FileNotFoundError:
            problem = _absent(expected, at)
        except OSError as error:
            message = f"{origin} cannot be read: {error.strerror or error}"
            raise Refusal("SPC0707", message, argument=at) from error
        except Refusal as refusal:
            if refusal.code != "SPC0562":
                raise refusal.but(argument=at) from None
            problem = _absent(expected, at)  # the file is there, and lacks the array
        else:
            wanted = dense(found)
            if expected.file is None and wanted.ndim == 0:
                wanted = np.full_like(wanted, wanted, shape=results[name].shape)
            allowed = tolerances(self.program.outputs[name].type.dtype, expected)
            problem = difference(f"`{name}`", results[name], wanted, allowed, at, origin)
        if problem is not None and expected.file is not None and self.golden is not None:
            case.outdated.append(Outdated(path, expected.key or name, results[name], problem))
        elif problem is not None:
            case.problems.append(problem)
        return wanted

    def _compare_twin(self, test: SpecTest, case: Case, results: Mapping[str, Array]) -> None:
        if test.same_as is None:
            return
        given = self._read(test.same_as.inputs, case, ("same_as", "inputs"))
        _, others = self._results(given, case)
        for name in test.expect or self.program.outputs:
            case.tensors[f"same_as.{name}"] = others[name]
            allowed = tolerances(self.program.outputs[name].type.dtype, test.expect.get(name))
            problem = difference(
                f"`{name}`",
                results[name],
                others[name],
                allowed,
                ("same_as",),
                "that of `same_as`",
            )
            if problem is not None and results[name].shape != others[name].shape:
                same = [n for n in self.program.outputs if results[n].shape == others[n].shape]
                problem = problem.but(help=compared_only(same))
            if problem is not None:
                case.problems.append(problem)


def _absent(expected: Expectation, at: ItemPath) -> Refusal:
    key, file = expected.key, expected.file
    what = f"`{file}`" if key is None else f"`{key}` in `{file}`"
    return Refusal(
        "SPC0707",
        f"there is no {what} to compare with",
        argument=at,
        help="`specc test --update` writes it from the results",
    )


def _numbers(
    shape: tuple[Size | None, ...] | None, sizes: Mapping[str, int]
) -> tuple[int | None, ...] | None:
    """A shape with the sizes of a run; None where it says nothing."""
    if shape is None:
        return None
    return tuple(None if size is None else size_of(size, sizes) for size in shape)
