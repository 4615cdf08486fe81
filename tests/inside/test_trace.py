"""`specc trace` names the first layer whose result differs, and what feeds it."""

from __future__ import annotations

import numpy as np
import pytest

import spec_compiler as sc

ONE = """\
specc: 1
inputs: {x: {shape: [3]}}
layers:
  - {type: Dense, name: one, units: 4, activation: relu}
  - {type: Dense, name: two, units: 4}
  - {type: Add, name: sum, from: [one, two]}
"""
MASKED = """\
specc: 1
inputs: {words: {shape: [null], dtype: int32, values: {min: 0, max: 9}}}
layers:
  - {type: Embedding, name: embed, input_dim: 10, output_dim: 4, mask_zero: true}
  - {type: Lambda, name: moved, function: "FUNCTION", mask: pass}
  - {type: LSTM, name: memory, units: 3}
"""


@pytest.fixture
def trace(specc, tmp_path):
    """Traces texts beside each other; the words after them are options."""

    def run(*words, **texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        return specc("trace", *words, folder=tmp_path)

    return run


def test_the_same_model_is_the_same(trace):
    ran = trace("a.yaml", "b.yaml", a=ONE, b=ONE)
    assert (ran.status, ran.out) == (0, "3 results compared: all are the same\n")


def test_the_first_that_differs_is_named_with_its_feeds(trace):
    ran = trace(
        "a.yaml",
        "b.yaml",
        a=ONE,
        b=ONE.replace("units: 4}", "units: 4, use_bias: false, activation: tanh}"),
    )
    assert ran.status == 1
    assert "3 results compared, 1 the same before:" in ran.out
    assert "  two (Dense) float32[batch, 4]" in ran.out
    assert "fed by one (the same)" in ran.out
    assert "behind it differ sum" in ran.out


def test_layers_and_inputs_of_other_names_are_found(trace):
    other = ONE.replace("one", "uno").replace("x:", "y:")
    assert trace("a.yaml", "b.yaml", a=ONE, b=other).out == "3 results compared: all are the same\n"
    ran = trace("a.yaml", "c.yaml", c=other.replace("relu", "gelu"))
    assert ran.status == 1
    assert "one, there uno (Dense)" in ran.out
    assert "fed by x (the same)" in ran.out


def test_one_model_with_other_weights(trace, tmp_path, specc):
    (tmp_path / "a.yaml").write_text(ONE)
    assert specc("init", "a.yaml", "-o", "w.safetensors", folder=tmp_path).status == 0
    assert trace("a.yaml", "--with-weights", "w.safetensors").status == 0
    other = ONE.replace("specc: 1", "specc: 1\nseed: 7")
    ran = trace("b.yaml", "--initial", "--with-weights", "w.safetensors", b=other)
    assert ran.status == 1
    assert "3 results compared, 0 the same before:" in ran.out
    assert trace("a.yaml", "--with-engine", "evaluator").status == 0


def test_one_model_with_other_params_and_data(trace, tmp_path):
    text = ONE.replace("specc: 1", "specc: 1\nparams: {act: {type: activation, default: relu}}")
    text = text.replace("activation: relu", "activation: $act")
    ran = trace("a.yaml", "--with-set", "act=tanh", a=text)
    assert ran.status == 1
    assert "one (Dense)" in ran.out
    rng = np.random.default_rng(0)
    np.save(tmp_path / "x.npy", rng.random((2, 3), "f"))
    np.save(tmp_path / "y.npy", rng.random((2, 3), "f"))
    assert trace("a.yaml", "--input", "x.npy", "--with-input", "x.npy").status == 0
    ran = trace("a.yaml", "--input", "x.npy", "--with-input", "y.npy")
    assert ran.status == 1
    assert "fed by x (differs)" in ran.out


def test_padding_may_differ_where_a_mask_hides_it(trace, tmp_path):
    """The second adds to padding alone."""
    np.save(tmp_path / "words.npy", np.array([[3, 0], [2, 1]], "int32"))
    plain = MASKED.replace("FUNCTION", "x * 1")
    padded = MASKED.replace("FUNCTION", "where(mask(x)[..., None], x, 7)")
    ran = trace("a.yaml", "b.yaml", "--input", "words.npy", a=plain, b=padded)
    assert (ran.status, ran.out) == (0, "5 results compared: all are the same\n")


def test_results_that_were_saved(trace, tmp_path, specc):
    (tmp_path / "a.yaml").write_text(ONE)
    saved = specc("run", "a.yaml", "--random", "batch=3", "--save-all", "all", folder=tmp_path)
    assert saved.status == 0
    assert trace("a.yaml", "--against", "all").status == 0
    ran = trace("b.yaml", "--against", "all", b=ONE.replace("relu", "gelu"))
    assert ran.status == 1
    assert "one (Dense)" in ran.out


def test_results_of_another_program(trace, tmp_path):
    """An npz with an array by the name of a layer, some of them, and the data that made them."""
    x = np.random.default_rng(0).random((2, 3), "f")
    found = sc.compile_text(ONE).run(x, outputs=["one", "two"])
    np.savez(tmp_path / "theirs.npz", x=x, one=found["one"], two=found["two"] + 1)
    ran = trace("a.yaml", "--against", "theirs.npz", a=ONE)
    assert ran.status == 1
    assert "2 results compared, 1 the same before:" in ran.out
    assert "two (Dense)" in ran.out
    assert "only in the first: sum" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a.yaml"], "one run alone"),
        (["a.yaml", "a.yaml", "--against", "all"], "exclude each other"),
        (["a.yaml", "z.yaml"], "no result of one"),
        (["a.yaml", "--with-engine", "plam"], "did you mean `plan`"),
    ],
)
def test_wrong_usage(trace, words, said):
    other = "specc: 1\ninputs: {x: {shape: [3]}}\nlayers: [{type: Flatten, name: flat}]\n"
    ran = trace(*words, a=ONE, z=other)
    assert ran.status == 2
    assert said in ran.err


WRAPPED = """\
specc: 1
inputs: {x: {shape: [null, 3]}}
layers:
  - type: Bidirectional
    name: both
    layer: {type: GRU, units: 2, return_sequences: true}
    backward_layer: {type: GRU, units: 2, return_sequences: true, go_backwards: true}
  - {type: Dense, name: out, units: 2}
"""
OTHER = WRAPPED.replace("go_backwards: true", "go_backwards: true, activation: relu")


def test_what_differs_inside_of_the_first_layer_that_differs_is_named(trace):
    ran = trace("a.yaml", "b.yaml", a=WRAPPED, b=OTHER)
    assert ran.status == 1
    assert "2 results compared, 0 the same before:\n  both (Bidirectional)" in ran.out
    assert (
        "  inside of it differ both.backward_layer.cell.state, both.backward_layer; "
        "the same are both.forward_layer.cell.state, both.forward_layer\n"
    ) in ran.out


def test_what_is_inside_is_compared_with_what_was_saved(trace, specc, tmp_path):
    trace("a.yaml", "b.yaml", a=WRAPPED, b=OTHER)
    words = "run", "a.yaml", "--random", "batch=2,x.1=4", "--save-all", "saved"
    assert specc(*words, folder=tmp_path).status == 0
    ran = trace("b.yaml", "--against", "saved")
    assert ran.status == 1
    assert "2 results compared, 0 the same before:" in ran.out
    assert "inside of it differ both.backward_layer.cell.state, both.backward_layer;" in ran.out
    assert "only in" not in ran.out
    assert trace("a.yaml", "--against", "saved").out == "2 results compared: all are the same\n"
