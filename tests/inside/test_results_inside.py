"""Results of layers, by their names: the values that each layer gives, whatever passes do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.compile import program_of_file
from spec_compiler.diagnostics import Diagnostics
from spec_compiler.ir import evaluate as evaluator
from spec_compiler.plan.engine import Planning
from spec_compiler.runtime.inside import looking_at, results
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes
from spec_compiler.runtime.run import Run
from spec_compiler.weights.initialise import initialise

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*/model.yaml"))
INSIDE = """\
specc: 1
inputs: {words: {shape: [null], dtype: int32, values: {min: 0, max: 9}}}
blocks:
  half:
    inputs: {x: {shape: [..., d]}}
    layers: [{type: Dense, name: up, units: 2*d}, {type: Dense, name: down, units: d}]
    outputs: down
layers:
  - {type: Embedding, name: embed, input_dim: 10, output_dim: 4, mask_zero: true}
  - {use: half, name: stack, repeat: 2}
  - {type: LSTM, name: memory, units: 3, return_state: true}
  - {type: Dense, name: probs, from: memory.output, units: 2}
outputs: {answer: {from: probs}}
"""
WORDS = np.array([[3, 1, 0], [2, 0, 0]], "int32")


@pytest.mark.parametrize("path", EXAMPLES)
def test_each_result_of_each_example_is_what_the_evaluator_says(path):
    found = Diagnostics()
    program = program_of_file(ROOT / path, diagnostics=found, weights=False)
    signals = results(program)
    inside = looking_at(program, signals)
    weights = initialise(program.weights, program.core.header.seed)
    sizes = random_sizes(program, {"batch": 2})
    run = Run(inside, weights, random_inputs(program, sizes))
    run.prepare()
    given = run.data(), weights, run.sizes
    wanted = evaluator.evaluate(inside.graph, *given)
    got = Planning().run(inside.graph, *given)
    assert {*signals} <= {*got}
    for name, array in wanted.items():
        np.testing.assert_allclose(got[name], array, rtol=1e-3, atol=1e-5, err_msg=name)


@pytest.fixture
def model():
    return sc.compile_text(INSIDE)


def test_a_result_is_named_as_its_layer(model):
    found = model.run(WORDS, outputs=["stack.1.up", "embed"])
    assert [*found] == ["stack.1.up", "embed"]
    table = model.weights["embed.embeddings"]
    np.testing.assert_array_equal(found["embed"], table[WORDS])
    first = model.run(WORDS, outputs="stack.0.down")["stack.0.down"]
    up = first @ model.weights["stack.1.up.kernel"] + model.weights["stack.1.up.bias"]
    np.testing.assert_allclose(found["stack.1.up"], up, rtol=1e-5, atol=1e-6)


def test_states_masks_outputs_and_patterns_have_names(model):
    states = model.run(WORDS, outputs="memory")
    assert [*states] == ["memory.output", "memory.state_h", "memory.state_c"]
    np.testing.assert_array_equal(states["memory.output"], states["memory.state_h"])
    mask = model.run(WORDS, outputs="embed.mask")["embed.mask"]
    np.testing.assert_array_equal(mask, WORDS > 0)
    assert [*model.run(WORDS, outputs="stack.*.up")] == ["stack.0.up", "stack.1.up"]
    assert "embed.mask" in model.run(WORDS, outputs=["*.mask"])
    assert [*model.run(WORDS, outputs="embed", masks=True)] == ["embed", "embed.mask"]
    answer = model.run(WORDS, outputs=["answer"])["answer"]
    np.testing.assert_array_equal(answer, model(WORDS))


def test_without_a_choice_there_are_the_outputs_by_name(model):
    assert [*model.run(WORDS)] == ["answer"]
    np.testing.assert_array_equal(model.run({"words": WORDS})["answer"], model(WORDS))


@pytest.mark.parametrize(
    ("name", "said"), [("embd", "did you mean `embed`?"), ("stack.0", "`stack.0.*` means")]
)
def test_a_wrong_name_is_answered(model, name, said):
    with pytest.raises(ValueError, match=said.replace("*", r"\*").replace("?", r"\?")):
        model.run(WORDS, outputs=[name])


def test_other_weights_are_seen(model):
    before = model.run(WORDS, outputs="embed")["embed"]
    model.weights = {**model.weights, "embed.embeddings": np.ones((10, 4), "f")}
    after = model.run(WORDS, outputs="embed")["embed"]
    assert (after == 1).all()
    assert (before != 1).any()


def test_data_that_does_not_fit_is_refused_as_in_a_call(model):
    with pytest.raises(sc.SpecError, match="SPC0520"):
        model.run(WORDS + 50, outputs="embed")
