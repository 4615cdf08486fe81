"""A plan gives what the evaluator gives, lets arrays go, and hands out nothing that others hold."""

import json
import threading

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compile import program_of_text
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.plan.engine import KEPT, Planning
from spec_compiler.runtime.random_inputs import random_inputs
from spec_compiler.weights.initialise import initialise

HEAD = "specc: 1\ninputs: {x: {shape: [3, 4]}}\nlayers:\n"


def both(text, sizes):
    """What the evaluator gives, and what a plan does."""
    program = program_of_text(text)
    inputs, weights = random_inputs(program, sizes, 0), initialise(program.weights, 0)
    graph = program.graph
    return evaluate(graph, inputs, weights, sizes), Planning().run(graph, inputs, weights, sizes)


@pytest.mark.parametrize(
    "layers",
    [
        "{type: Dense, units: 5, activation: gelu}",
        "{type: LSTM, units: 5, return_sequences: true}",
        "{type: Bidirectional, layer: {type: GRU, units: 2}}",
        "{type: Conv1D, filters: 2, kernel_size: 2, activation: softmax}",
        "{type: Lambda, function: x * 2 + 1, dtype: bfloat16}",
        "{type: Lambda, function: {a: sum(x), b: 'x[:, 0]'}}",
    ],
)
def test_a_plan_gives_what_the_evaluator_gives(layers):
    wanted, found = both(f"{HEAD}  - {layers}\n", {"batch": 2})
    assert wanted.keys() == found.keys()
    for name, array in wanted.items():
        np.testing.assert_allclose(found[name], array, rtol=2e-6, atol=2e-7)


def test_a_result_is_the_callers_own():
    model = sc.compile_text(
        f"{HEAD}  - {{type: Flatten}}\n  - {{type: Weight, name: w, shape: [2]}}\n"
        "  - {type: Lambda, name: one, from: x, function: 'ones_like(x)[0, 0]'}\n"
        "outputs: [flatten, w]\n"
    )
    x = np.ones((2, 3, 4), "f")
    for _ in range(2):
        found = model(x)
        for array in found.values():
            assert array.flat[0] != 7
            array += 7
    assert (x == 1).all()


def test_no_more_plans_are_kept_than_are_told():
    engine, program = Planning(), program_of_text(f"{HEAD}  - {{type: Softmax}}\n")
    weights = {}
    for batch in range(KEPT + 4):
        engine.run(program.graph, {"x": np.ones((batch, 3, 4), "f")}, weights, {"batch": batch})
    assert len(engine._routes) == KEPT
    assert len(engine._idle) <= KEPT


def test_threads_share_a_model():
    model = sc.compile_text(f"{HEAD}  - {{type: LSTM, units: 8}}\n")
    rng = np.random.default_rng(0)
    data = [rng.normal(size=(1 + at % 3, 3, 4)).astype("f") for at in range(24)]
    wanted = [model(x) for x in data]
    found = [None] * len(data)

    def run(start):
        for at in range(start, len(data), 4):
            found[at] = model(data[at])

    threads = [threading.Thread(target=run, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(wanted, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_command_takes_the_engine_that_is_named(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(f"{HEAD}  - {{type: LSTM, units: 2}}\n")
    said = [
        specc("run", "m.yaml", "--random", "batch=2", *more, folder=tmp_path).out
        for more in ([], ["--engine", "plan"], ["--engine", "evaluator"])
    ]
    one, same, meant = (json.loads(text)["lstm"] for text in said)
    assert one == same
    np.testing.assert_allclose(one, meant, rtol=1e-5)
    ran = specc("run", "m.yaml", "--random", "batch=2", "--engine", "plans", folder=tmp_path)
    assert "did you mean `plan`?" in ran.err


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize(
    "function",
    [
        "std(tile(abs(x), [1, n]), axis=1)",
        "log_softmax(repeat(abs(x), n, axis=1), axis=1)",
        "cumprod(x - repeat(round(x), n, axis=0)[0:1], axis=1)",
        "relu(broadcast_to(abs(x)[:, None, 0:1], shape(tile(x[:, None, 0:1], [1, n, 1]))))",
    ],
)
def test_what_is_repeated_once_may_be_changed_by_what_reads_it(function, n):
    text = "specc: 1\ndims: {n: {}}\ninputs: {x: {shape: [n]}}\nlayers:\n"
    layer = f'  - {{type: Lambda, name: f, function: "{function}"}}\n'
    wanted, found = both(text + layer, {"batch": 2, "n": n})
    np.testing.assert_allclose(found["f"], wanted["f"], rtol=1e-5, atol=1e-6)
