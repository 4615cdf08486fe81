"""A run that needs more memory than is allowed is refused before it begins."""

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from spec_compiler.compile import program_of_text
from spec_compiler.data import Allowance
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.peak import Peak
from spec_compiler.plan.engine import ENGINES
from spec_compiler.runtime import memory
from spec_compiler.runtime.memory import (
    default_limit,
    readable,
    require_memory,
    require_room,
)
from spec_compiler.runtime.numbers import PART
from spec_compiler.runtime.offered import offered
from spec_compiler.runtime.peak import at_most, fed, loading
from spec_compiler.runtime.random_inputs import random_inputs
from spec_compiler.runtime.run import Run
from spec_compiler.weights.load import load_weights

MIB = 2**20
PROGRAM = """
specc: 1
inputs: {x: {shape: [1024]}}
layers: [{type: Lambda, function: tanh}]
"""
ROW = 2**14
"""What is between layers for a row of 1024 numbers."""
OBJECTS = MIB // 8
"""What Python's objects and NumPy's buffers take, however large the arrays are."""


def prepared(text: str, data: object, engine: str = "plan") -> Run:
    program = program_of_text(text)
    run = Run(program, load_weights(program, Allowance()), {"x": data}, engine=ENGINES[engine]())
    run.prepare()
    return run


def named(peak: Peak) -> dict[str, int]:
    """What is held, as messages call it."""
    return {str(part): size for part, size in peak.parts.items()}


def test_the_input_and_the_result_must_fit_together():
    """1024 rows of 1024 numbers of 4 bytes are 4 MiB, and as many come out."""
    run = prepared(PROGRAM, np.zeros((1024, 1024), np.float32))
    require_room(run, 8 * MIB + ROW)
    with pytest.raises(SpecError) as refused:
        require_room(run, 8 * MIB - 1)
    assert [error.code for error in refused.value.diagnostics.errors] == ["SPC0523"]


def test_data_of_another_dtype_counts_beside_the_input():
    """8 MiB of float64 and the 4 MiB of the input; a part of them is cast and checked at a time."""
    run = prepared(PROGRAM, np.zeros((1024, 1024)))
    peak = fed(run.program, run.sizes, run.bound.offered)
    assert peak.held == (8 + 4) * MIB
    assert peak.most - peak.held < 100 * PART


def test_what_takes_how_much_is_told_by_name():
    data = offered({"x": np.zeros((1024, 1024), np.float32)})
    peak = at_most(program_of_text(PROGRAM), {"batch": 1024}, data)
    of = "float32[1024, 1024]"
    assert named(peak) == {
        f"`x` {of}": 4 * MIB + 3 * PART,
        f"tanh in `lambda` {of}": 4 * MIB,
        f"`lambda` {of}": 4 * MIB,
    }


def test_the_largest_tensors_between_layers_are_told_with_layer_and_shape():
    """There is room for what is centred and what comes out, but not for the means, too."""
    text = of_x('type: Lambda, name: centred, function: "x - mean(x, axis=0)"}, {type: Softmax')
    run = prepared(text, np.zeros((1024, 1024), np.float32))
    with pytest.raises(SpecError) as refused:
        require_room(run, 3 * 4 * MIB)
    most, between = refused.value.diagnostics.errors[0].notes
    assert "what lies between layers 4." in most
    assert "subtract in `centred` float32[1024, 1024] 4 MiB" in between


def test_a_composite_takes_what_its_steps_hold_besides_its_result():
    """`squareplus` with `b` 0 is one step, and the 0; with another `b` it has steps in between."""
    data = offered({"x": np.zeros((1024, 1024), np.float32)})

    def taken(b: float) -> int:
        activation = f"Activation, activation: {{type: squareplus, b: {b}}}"
        program = program_of_text(PROGRAM.replace("Lambda, function: tanh", activation))
        peak = at_most(program, {"batch": 1024}, data)
        return named(peak)["squareplus in `activation` float32[1024, 1024]"]

    assert taken(0) == 4 * MIB + 4
    assert taken(4) > 2 * 4 * MIB


def test_what_only_moves_numbers_takes_its_result():
    program = program_of_text(of_x("type: Permute, dims: [2, 1]", "shape: [32, 32]"))
    data = offered({"x": np.zeros((1024, 32, 32), np.float32)})
    parts = named(at_most(program, {"batch": 1024}, data))
    assert parts["transpose in `permute` float32[1024, 32, 32]"] == 4 * MIB


def test_an_input_that_comes_out_again_is_copied():
    """The input with the checks of a part, and its copy."""
    program = program_of_text(PROGRAM.replace("Lambda, function: tanh", "Identity"))
    data = offered({"x": np.zeros((1024, 1024), np.float32)})
    of = "float32[1024, 1024]"
    parts = {f"`x` {of}": 4 * MIB + 3 * PART, f"`identity` {of}": 4 * MIB}
    assert named(at_most(program, {"batch": 1024}, data)) == parts


def test_a_small_weight_is_drawn_at_once():
    """Its values in float64 and 64 bytes for each random number, in place of 4 bytes of it."""
    program = program_of_text(PROGRAM.replace("1024", "128").replace(
        "Lambda, function: tanh", "Dense, units: 128, use_bias: false"
    ))  # fmt: skip
    assert loading(program).most == 128 * 128 * (8 + 64)


def test_a_size_beyond_all_numbers_is_more_than_any_limit():
    """Two axes of 2^40 numbers multiply to one of more than 2^63."""
    text = PROGRAM.replace("[1024]", "[n, n]").replace("Lambda, function: tanh", "Flatten")
    program = program_of_text(f"{text}dims: {{n: {{}}}}\n")
    with pytest.raises(SpecError) as refused:
        require_memory(program, {"batch": 1, "n": 2**40}, 2**62)
    assert [error.code for error in refused.value.diagnostics.errors] == ["SPC0523"]


def test_weights_count_before_anything_runs():
    """`[1024, 1024]` and `[1024]` of 4 bytes each; the kernel is drawn in float64."""
    program = program_of_text(PROGRAM.replace("Lambda, function: tanh", "Dense, units: 1024"))
    require_memory(program, None, 12 * MIB)
    with pytest.raises(SpecError):
        require_memory(program, None, 12 * MIB - 1)


@pytest.mark.parametrize(
    ("free", "limit"), [(10 * MIB, 8 * MIB), (10 * 2**30, 8 * 2**30), (None, 8 * 2**30)]
)
def test_the_usual_limit_is_four_fifths_of_what_is_free(
    free: int | None, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: free)
    assert default_limit() == limit


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (2**10, "1 KiB"),
        (3 * 2**29, "1.5 GiB"),
        (2**50, "1 PiB"),
        (2**60, "1024 PiB"),
    ],
)
def test_sizes_are_told_in_the_unit_that_fits(size: int, words: str) -> None:
    assert readable(size) == words


def of_x(layer: str, inputs: str = "shape: [1024]") -> str:
    return f"specc: 1\ninputs: {{x: {{{inputs}}}}}\nlayers: [{{{layer}}}]"


def peak(act: Callable[[], object]) -> int:
    """The most bytes that are held at once while it runs, its result among them."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        of_x("type: Lambda, function: tanh"),
        of_x('type: Lambda, function: "argmax(x, axis=1)"'),
        of_x("type: Activation, activation: gelu"),
        of_x("type: Activation, activation: gelu, dtype: bfloat16"),
        of_x("type: Activation, activation: gelu", "shape: [256], dtype: float64"),
        of_x("type: Activation, activation: sparsemax"),
        of_x("type: Softmax, axis: 1", "shape: [64, 16]"),
        of_x("type: LayerNormalization"),
        of_x("type: LayerNormalization", "shape: [1024], dtype: bfloat16"),
        of_x("type: Dense, units: 512, dtype: float16", "shape: [1024], dtype: float16"),
        of_x("type: Dense, units: 512, dtype: bfloat16"),
        of_x("type: Dense, units: 512, dtype: mixed_bfloat16, activation: gelu"),
        of_x("type: Dense, units: 256, kernel_initializer: orthogonal"),
        of_x("type: Dense, units: 256, kernel_initializer: orthogonal", "shape: [8, 64]"),
        of_x("type: Embedding, input_dim: 1000, output_dim: 64", "shape: [64], dtype: int32"),
        of_x("type: GlobalAveragePooling1D", "shape: [64, 64]"),
        of_x("type: LSTM, units: 64", "shape: [32, 64]"),
        of_x("type: LSTM, units: 64, return_sequences: true", "shape: [32, 64]"),
        of_x(
            "type: Lambda, function: \"segment_sum(cast(x, 'float16'), x, 64)\"",
            "shape: [1024], dtype: int32, values: {min: 0, max: 63}",
        ),
        of_x("type: Flatten", "shape: [32, 64]"),
        of_x("type: Permute, dims: [2, 1]", "shape: [32, 64]"),
        of_x(
            "type: MultiHeadAttention, from: [x, x], num_heads: 4, key_dim: 16", "shape: [64, 32]"
        ),
    ],
)
def test_what_is_told_is_not_below_what_is_held(text: str) -> None:
    program = program_of_text(text)
    sizes = {"batch": 256}
    random_inputs(program, sizes)  # modules are imported at their first use
    load_weights(program, Allowance())
    drawn = peak(lambda: load_weights(program, Allowance()))
    assert loading(program).most + OBJECTS >= drawn
    weights = load_weights(program, Allowance())
    kept = sum(array.nbytes for array in weights.values())
    arrays = peak(lambda: random_inputs(program, sizes))
    assert fed(program, sizes).most + OBJECTS >= kept + arrays
    data = random_inputs(program, sizes)
    kept += sum(array.nbytes for array in data.values())
    for engine in ENGINES.values():
        run = Run(program, weights, data, engine=engine())
        run.prepare()
        run.whole()
        held = kept + peak(run.whole)
        told = run.bound.peak.most
        assert held <= told + OBJECTS
        assert held <= told_of(run) + OBJECTS
    assert told <= 4 * max(held, drawn) + OBJECTS


def told_of(run: Run) -> int:
    """The bytes that a run is said to take."""
    graph, sizes = run.program.graph, run.sizes
    found = fed(run.program, sizes, run.bound.offered)
    found.then(run.engine.held(graph, run.weights, sizes))
    return found.most


ENCODER = """\
specc: 1
dims: {t: {min: 1}}
imports: {std: specc:std}
inputs: {x: {shape: [t, 128]}}
layers:
  - {use: std.encoder_block, name: a, with: {heads: 4, hidden: 512}}
  - {use: std.encoder_block, name: b, with: {heads: 4, hidden: 512}}
"""
LSTM = """\
specc: 1
dims: {t: {min: 1}}
inputs: {x: {shape: [t, 64]}}
layers:
  - {type: LSTM, units: 128, return_sequences: true}
  - {type: LSTM, units: 64}
"""
CNN = """\
specc: 1
inputs: {x: {shape: [64, 64, 3]}}
layers:
  - {type: Conv2D, filters: 32, kernel_size: 3, padding: same, activation: relu}
  - {type: MaxPooling2D}
  - {type: Conv2D, filters: 64, kernel_size: 3, activation: relu}
  - {type: GlobalAveragePooling2D}
  - {type: Dense, units: 10}
"""
MLP = """\
specc: 1
inputs: {x: {shape: [256]}}
layers:
  - {type: Dense, units: 1024, activation: relu}
  - {type: Dense, units: 1024, activation: relu}
  - {type: Dense, units: 10, activation: softmax}
"""
MIXED = """\
specc: 1
inputs: {x: {shape: [64]}}
layers:
  - {type: Dense, units: 256, activation: gelu}
  - {type: Lambda, function: "cumsum(x - mean(x, axis=0), axis=1)"}
  - {type: Dense, units: 8}
"""


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        (MLP, {"batch": 64}),
        (MLP, {"batch": 2**14}),
        (LSTM, {"batch": 32, "t": 100}),
        (LSTM, {"batch": 256, "t": 50}),
        (CNN, {"batch": 1}),
        (CNN, {"batch": 32}),
        (ENCODER, {"batch": 1, "t": 64}),
        (ENCODER, {"batch": 4, "t": 512}),
        (ENCODER, {"batch": 64, "t": 128}),
        (MIXED, {"batch": 4096}),
    ],
)
def test_what_a_plan_takes_is_told_within_a_fifth(text: str, sizes: dict[str, int]) -> None:
    """Its first run, in which it is made; the batch whole where it is small, else in slices."""
    program = program_of_text(text)
    weights, data = load_weights(program, Allowance()), random_inputs(program, sizes)
    small = Run(program, weights, {name: array[:1] for name, array in data.items()})
    small.prepare()
    small.whole()  # modules are imported at their first use
    run, other = Run(program, weights, data), Run(program, weights, data)
    run.prepare()
    other.prepare()
    kept = sum(array.nbytes for array in (*weights.values(), *data.values()))
    held = kept + peak(run.whole)
    assert abs(told_of(other) - held) < held / 5 + OBJECTS / 2
    assert held <= run.bound.peak.most + OBJECTS


def test_a_large_batch_takes_what_goes_in_and_out_and_no_more():
    """2^20 rows of 8 numbers through 64: 32 MiB go in and 4 come out, and 256 would be between."""
    text = of_x("type: Dense, units: 64, activation: relu}, {type: Dense, units: 1", "shape: [8]")
    run = prepared(text, np.zeros((2**20, 8), np.float32))
    require_room(run, (32 + 4 + 16) * MIB)
    assert peak(run.whole) < (4 + 16) * MIB


def test_slices_are_smaller_where_less_is_allowed():
    x = np.ones((2048, 256), np.float32)
    usual, run = prepared(MLP, x), prepared(MLP, x)
    limit = told_of(usual) - MIB
    require_room(run, limit)
    kept = sum(array.nbytes for array in (x, *run.weights.values()))
    assert kept + peak(run.whole) <= limit + OBJECTS < told_of(prepared(MLP, x))
    for name, array in usual.whole().items():
        np.testing.assert_allclose(run.whole()[name], array, rtol=1e-5)
