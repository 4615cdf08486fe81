"""`specc summary --memory`: what a run would hold, as a formula, and with all sizes as a number."""

import json
import re

import pytest

import spec_compiler as sc
from spec_compiler.compile import program_of_text
from spec_compiler.ir.dim_operations import evaluate
from spec_compiler.runtime.formula import memory

MLP = """\
specc: 1
inputs: {x: {shape: [64]}}
layers: [{type: Dense, units: 128, activation: relu}, {type: Dense, units: 8}]
"""
LSTM = """\
specc: 1
dims: {t: {min: 1}}
inputs: {x: {shape: [t, 16]}}
layers: [{type: LSTM, units: 32, return_sequences: true}, {type: LSTM, units: 8}]
"""
ENCODER = """\
specc: 1
dims: {t: {min: 1}}
imports: {std: specc:std}
inputs: {x: {shape: [t, 64]}}
layers: [{use: std.encoder_block, name: a, with: {heads: 4, hidden: 128}}]
"""
PAIRS = """\
specc: 1
dims: {m: {min: 1}, n: {min: 1}}
inputs: {x: {shape: [m, 4]}, y: {shape: [n, 4]}}
layers: [{type: Dot, name: d, from: [x, y], axes: 2}, {type: Softmax}]
"""
TOGETHER = """\
specc: 1
inputs: {x: {shape: [64]}}
layers: [{type: Lambda, function: "cumsum(x - mean(x, axis=0), axis=1)"}]
"""


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        (MLP, {"batch": 1}),
        (MLP, {"batch": 300}),
        (MLP, {"batch": 10**6}),
        (LSTM, {"batch": 4, "t": 100}),
        (LSTM, {"batch": 64, "t": 1000}),
        (ENCODER, {"batch": 2, "t": 500}),
        (ENCODER, {"batch": 32, "t": 1500}),
        (PAIRS, {"batch": 2, "m": 400, "n": 700}),
        (TOGETHER, {"batch": 5000}),
    ],
)
def test_a_formula_is_within_a_fifth_of_the_number(text, sizes):
    program = program_of_text(text)
    number = memory(program, sizes)["memory"]
    assert abs(evaluate(memory(program, {})["memory"], sizes) - number) < number / 5


@pytest.mark.parametrize("text", [MLP, LSTM, ENCODER, PAIRS, TOGETHER])
def test_what_is_near_is_told_in_round_factors(text):
    """At most two digits, and no term takes away what another one gives too much."""
    told = str(memory(program_of_text(text), {})["what lies between layers"])
    assert "-" not in told
    assert all(len(number.rstrip("0")) <= 2 for number in re.findall(r"\d+", told)), told


def test_what_goes_in_and_out_is_exact():
    """64 numbers of 4 bytes a row in, 8 out; weights are 64 * 128 + 128 and 128 * 8 + 8 numbers."""
    told = memory(program_of_text(MLP), {})
    assert str(told["inputs"]) == "256*batch"
    assert str(told["outputs"]) == "32*batch"
    assert told["weights"] == 4 * (64 * 128 + 128 + 128 * 8 + 8)
    numbers = memory(program_of_text(MLP), {"batch": 10})
    assert (numbers["inputs"], numbers["outputs"]) == (2560, 320)
    assert numbers["memory"] == sum(numbers.values()) - numbers["memory"]


def test_a_batch_that_is_divided_takes_no_more_between_layers():
    told = [memory(program_of_text(MLP), {"batch": 10**n}) for n in (6, 8)]
    few, many = (item["what lies between layers"] for item in told)
    assert abs(few - many) < few / 5
    assert told[1]["memory"] > 10**8 * (256 + 32)


def test_sizes_that_depend_on_others_leave_out_what_is_between():
    """At the sizes that are tried, `m` is no `2*n`."""
    text = PAIRS.replace("Softmax}", "Lambda, function: 'reshape(x, [n, n, 2])'}")
    told = memory(program_of_text(text), {})
    assert "what lies between layers" not in told
    assert "what lies between layers" in memory(program_of_text(text), {"batch": 1, "m": 4, "n": 2})


def test_weights_that_no_machine_has_are_told():
    text = MLP.replace("128", "1000000000000")
    assert memory(program_of_text(text), {"batch": 1})["weights"] > 10**14


def test_it_stands_below_the_totals(specc):
    shown = specc("summary", "-", "--memory", stdin=MLP)
    assert shown.status == 0, shown.err
    assert "memory, about" in shown.out
    assert "  inputs                    256*batch bytes" in shown.out
    asked = ("summary", "-", "--memory", "--dim", "batch=1024", "--format", "json")
    totals = json.loads(specc(*asked, stdin=MLP).out)["totals"]
    assert totals["memory"]["inputs"] == 1024 * 256
    assert (
        "memory"
        not in json.loads(specc("summary", "-", "--format", "json", stdin=MLP).out)["totals"]
    )


def test_python_is_told_the_same():
    model = sc.compile_text(MLP)
    assert model.summary(memory=True, dims={"batch": 8}).memory == memory(
        model.program, {"batch": 8}
    )
    assert not model.summary().memory
