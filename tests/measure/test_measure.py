"""Parameters and FLOPs: by hand, and against a count of what really happens in a run."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from spec_compiler.compile import program_of_file, program_of_text
from spec_compiler.ir import evaluate as evaluator
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.dims import BATCH, symbol
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.ir.primitives.contraction import Contract
from spec_compiler.ir.primitives.reduction import Reduce
from spec_compiler.measure import flops, for_one_row, measure, parameters
from spec_compiler.weights.initialise import initialise

EXAMPLES = Path(__file__).parents[2] / "examples"
BATCH, LENGTH = BATCH, symbol("length", 1, 64)


def compiled(layers: str, inputs: str = "x: {shape: [8]}", more: str = ""):
    return program_of_text(f"specc: 1\ninputs: {{{inputs}}}\n{more}\nlayers:\n{layers}\n")


def test_digits_by_hand():
    program = program_of_file(EXAMPLES / "digits" / "model.yaml")
    rows = {row.name: row for row in measure(program)}
    dense = 64 * 64 + 64
    assert rows["strokes"].parameters.total == rows["hidden"].parameters.total == dense
    assert rows["probs"].parameters.total == 64 * 10 + 10
    assert parameters(program).total == 2 * dense + 650
    assert parameters(program).bytes == 4 * (2 * dense + 650)
    # product, bias, relu
    assert rows["hidden"].flops == (2 * 64 * 64 + 64 + 64) * BATCH
    assert rows["merged"].flops == 64 * BATCH
    # softmax: max, subtract, exp, sum, divide
    assert rows["probs"].flops == (2 * 64 * 10 + 10 + 5 * 10) * BATCH
    assert rows["pixels"].flops == 0


def test_sequence_by_hand():
    program = program_of_file(EXAMPLES / "sequence" / "model.yaml")
    rows = {row.name: row for row in measure(program)}
    n, m = 64, 32
    assert rows["embed"].parameters.total == 109 * 32
    assert rows["lstm"].parameters.total == 4 * (n * (n + m) + n)
    products = 2 * m * 4 * n + 2 * n * 4 * n
    sigmoid = 7  # abs, negate, exp, compare, select, add, divide
    gates = 4 * n + 4 * n + 3 * sigmoid * n + n  # two additions, three sigmoids, one tanh
    state = 4 * n + n  # f*c + i*g, o*h; tanh
    masked = 2 * n  # keep the old h and c
    assert rows["lstm"].flops == (products + gates + state + masked) * BATCH * LENGTH
    [embedded] = rows["embed"].results
    assert embedded.mask is not None
    assert embedded.mask.shape == (BATCH, LENGTH)


SPECS = {
    "digits": EXAMPLES / "digits" / "model.yaml",
    "sequence": EXAMPLES / "sequence" / "model.yaml",
}


@pytest.mark.parametrize("name", SPECS)
def test_formulas_agree_with_what_a_run_does(name, monkeypatch):
    """Count the elements of the arrays that the primitives really get and give."""
    program = program_of_file(SPECS[name])
    counted = 0

    def counting(primitive, operands, of):
        nonlocal counted
        made = applied(primitive, operands, of)
        if isinstance(primitive, Contract):
            x, y = operands
            # no batch axes here: |x| |y| / |result| is the square of the inner size
            counted += 2 * made.size * math.isqrt(x.size * y.size // made.size)
        elif isinstance(primitive, Reduce):
            counted += operands[0].size
        else:
            counted += primitive.flops * made.size
        return made

    applied = evaluator.applied
    monkeypatch.setattr(evaluator, "applied", counting)
    sizes = {"batch": 3, "length": 5}
    inputs = {
        key: np.ones([size_of(size, sizes) for size in value.shape], value.dtype)
        for key, value in program.graph.inputs.items()
    }
    evaluate(program.graph, inputs, initialise(program.weights, 0), sizes)
    assert counted == size_of(flops(program), sizes)


@pytest.mark.parametrize("name", SPECS)
def test_the_total_is_the_sum_of_the_layers(name):
    program = program_of_file(SPECS[name])
    assert sum((row.flops for row in measure(program)), 0) == flops(program)
    assert sum(row.parameters.total for row in measure(program)) == parameters(program).total


def test_shared_weights_count_once_and_belong_to_the_first_call():
    # `again` runs before `dense`, whose weights it uses
    program = compiled(
        "  - {type: Dense, name: dense, units: 8, from: again}\n"
        "  - {reuse: dense, name: again, from: x}"
    )
    rows = {row.name: row for row in measure(program)}
    assert [*program.steps] == ["again", "dense"]
    assert rows["dense"].parameters.total == parameters(program).total == 8 * 8 + 8
    assert rows["again"].parameters.total == 0
    assert rows["again"].reuse == "dense"
    assert rows["again"].flops == rows["dense"].flops == (2 * 8 * 8 + 8) * BATCH


def test_frozen_parameters_and_bytes_by_dtype():
    program = compiled(
        "  - {type: Dense, name: a, units: 4, trainable: false}\n"
        "  - {type: Dense, name: b, units: 2, dtype: float16}\n"
        "  - {type: Dense, name: c, units: 1, dtype: mixed_float16}"
    )
    total = parameters(program)
    assert (total.trainable, total.non_trainable) == (4 * 2 + 2 + 2 + 1, 8 * 4 + 4)
    assert total.bytes == 4 * (8 * 4 + 4) + 2 * (4 * 2 + 2) + 4 * (2 + 1)


def test_one_row_of_a_batch_keeps_the_other_sizes():
    program = program_of_file(EXAMPLES / "sequence" / "model.yaml")
    whole = flops(program)
    row = for_one_row(whole, program)
    assert size_of(row, {"length": 7}) == size_of(whole, {"batch": 1, "length": 7})


def test_a_fixed_batch_leaves_a_number():
    program = compiled("  - {type: Dense, units: 3}", inputs="x: {shape: [8], batch_size: 5}")
    assert flops(program) == for_one_row(flops(program), program) == 5 * (2 * 8 * 3 + 3)


def test_numbers_beyond_64_bits_are_exact():
    units = 9 * 10**17
    program = compiled(f"  - {{type: Dense, units: {units}}}")
    assert flops(program) == (2 * 8 * units + units) * BATCH
    assert for_one_row(flops(program), program) is None


def test_a_formula_that_would_explode_is_left_out():
    names = [f"d{i}" for i in range(30)]
    total = "(" + "+".join(names) + ")"
    axis = f'"{total}*{total}"'
    program = compiled(
        "  - {type: Activation, name: a, activation: relu}\n",
        inputs=f"x: {{shape: [{axis}, {axis}, {axis}]}}",
        more="dims: {" + ", ".join(f"{name}: null" for name in names) + "}",
    )
    assert measure(program)[-1].flops is None
    assert flops(program) is None
