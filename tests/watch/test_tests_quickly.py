"""`specc test --watch`: only what changed is drawn again, and small cases need no plan."""

from __future__ import annotations

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.elaborate.remembered import Remembered
from spec_compiler.plan.engine import Evaluator, Planning
from spec_compiler.testing import Quickly, run_tests
from spec_compiler.weights.drawn import Drawn
from spec_compiler.weights.initialise import initialise

SPEC = """\
specc: 1
seed: 3
dims: {seq: {}}
inputs:
  x: {shape: [seq, 8]}
layers:
  - {type: Dense, name: one, units: 4}
  - {type: LSTM, name: two, units: 5}
  - {type: Dense, name: three, units: 2}
tests:
  - {name: t, dims: {batch: [1, 3], seq: 6}, expect: {three: {finite: true, max: 9}}}
  - {name: same, seed: 1, dims: {batch: 2, seq: 2}, expect: {three: {min: -9}}}
  - {name: wrong, dims: {batch: 2, seq: 2}, expect: {three: {value: 77}}}
"""
CHANGES = (
    ("units: 4", "units: 6"),
    ("seed: 3", "seed: 4"),
    ("units: 2}", "units: 2, kernel_initializer: ones}"),
    ("value: 77", "shape: [batch, 2]"),
    ("units: 5}", "units: 7}"),
    ("max: 9", "max: -9"),
)


def spoilt(by):
    """An evaluator whose numbers are others, by so much of themselves."""

    class Spoilt(Evaluator):
        def run(self, graph, inputs, weights, sizes):
            found = super().run(graph, inputs, weights, sizes)
            return {name: (x * (1 + by)).astype(x.dtype) for name, x in found.items()}

    return Spoilt


@pytest.fixture
def computed(monkeypatch):
    """What computed, in order."""
    ran = []
    for engine in (Evaluator, Planning):

        def noted(self, *args, run=engine.run, name=engine.__name__):
            ran.append(name)
            return run(self, *args)

        monkeypatch.setattr(engine, "run", noted)
    return ran


def outcomes(program, quickly):
    """What is said of each case."""
    ran = run_tests(program, program.core.tests, quickly=quickly)
    return [(it.test, it.case, [(found.code, found.span) for found in it.problems]) for it in ran]


def test_whatever_changes_the_outcomes_are_those_of_a_whole_run():
    text, remembered, quickly = SPEC, Remembered(), Quickly()
    said = []
    for old, new in (("", ""), *CHANGES):
        assert old in text
        text = text.replace(old, new)
        program = program_of_text(text, "m.yaml", remembered=remembered)
        found = outcomes(program, quickly)
        assert found == outcomes(program_of_text(text, "m.yaml"), None)
        said.append([bool(problems) for _, _, problems in found])
    one, none = [False, False, False, True], [False] * 4
    assert said == [one, one, one, one, none, none, [True, True, False, False]]


def test_weights_are_those_of_the_seed_and_drawn_once():
    text, remembered, drawn, before = SPEC, Remembered(), Drawn(), {}
    kept = []
    for old, new in (("", ""), *CHANGES[:3]):
        text = text.replace(old, new)
        program = program_of_text(text, "m.yaml", remembered=remembered)
        seed = program.core.header.seed
        found = drawn.initialise(program.weights, seed)
        whole = initialise(program.weights, seed)
        assert [*found] == [*whole]
        assert all(np.array_equal(found[name], whole[name]) for name in whole)
        assert not any(array.flags.writeable for array in found.values())
        kept.append({name for name in found if found[name] is before.get(name)})
        before = found
    assert kept == [
        set(),
        {"three.kernel", "three.bias"},
        set(),
        {name for name in before if not name.startswith("three")},
    ]


def test_small_cases_are_computed_as_they_are_meant(computed):
    program = program_of_text(SPEC, "m.yaml")
    outcomes(program, Quickly())
    assert computed == ["Evaluator"] * 4
    computed.clear()
    outcomes(program, None)
    assert computed == ["Planning"] * 4


EXACT = """\
specc: 1
inputs: {x: {shape: [4]}}
layers:
  - {type: Dense, name: d, units: 2, kernel_initializer: ones}
tests:
  - {name: t, inputs: {x: [[1, 2, 3, 4]]}, expect: {d: {CLAIM}}}
"""


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("max: 10", "max: 9"),
        ("min: 10", "min: 11"),
        ("value: [[10, 10]], rtol: 0, atol: 0", "value: [[10, 11]], rtol: 0, atol: 0"),
        ("value: 10, rtol: 1.0e-6, atol: 0", "value: 11, rtol: 1.0e-6, atol: 0"),
        (
            "sum: {axis: 1, value: 20, rtol: 0, atol: 0}",
            "sum: {axis: 1, value: 21, rtol: 0, atol: 0}",
        ),
    ],
)
@pytest.mark.parametrize("by", [3e-6, -3e-6])
def test_a_plan_decides_what_may_be_rounding(claim, wrong, by, computed, monkeypatch):
    """What rounding makes wrong is right in `specc test`; what is wrong by more is so in both."""
    monkeypatch.setattr("spec_compiler.testing.running.Evaluator", spoilt(by))
    for text, fails in ((claim, False), (wrong, True)):
        program = program_of_text(EXACT.replace("CLAIM", text), "m.yaml")
        assert [bool(problems) for *_, problems in outcomes(program, Quickly())] == [fails]
    agrees = (claim, by > 0) in {("max: 10", False), ("min: 10", True)}
    decided = [] if agrees else ["Planning"]
    assert computed == ["Evaluator", *decided, "Evaluator"]


@pytest.mark.parametrize(
    ("batch", "seq", "engine"),
    [(2, 3, "Evaluator"), (1, 3000, "Planning"), (200_000, 1, "Planning")],
)
def test_long_loops_and_large_data_are_planned_at_once(computed, batch, seq, engine):
    case = f"{{name: t, dims: {{batch: {batch}, seq: {seq}}}, expect: {{three: {{finite: true}}}}}}"
    text = f"{SPEC.partition('tests:')[0]}tests: [{case}]\n"
    if seq > 3:  # little data, so that it is the steps that count
        text = text.replace("units: 4", "units: 1").replace("units: 5", "units: 1")
    outcomes(program_of_text(text, "m.yaml"), Quickly())
    assert computed == [engine]
