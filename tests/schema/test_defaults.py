"""`defaults` hold for every layer of a type that does not say otherwise, and are always checked."""

import pytest

import spec_compiler as sc
from spec_compiler.compile import program_of_text

SPEC = """\
specc: 1
params: {act: {type: activation, default: relu}}
defaults: {%s}
inputs: {x: {shape: [4]}}
layers: [{type: Dense, name: a, units: 2}, {type: Dense, name: b, units: 2, activation: tanh}]
"""


def test_what_a_layer_says_wins():
    program = program_of_text(SPEC % "Dense: {use_bias: false, activation: $act}")
    a, b = (step.settings.layer for step in program.steps.values())
    assert (a.activation.written(), b.activation.written()) == ("relu", "tanh")
    assert list(program.graph.weights) == ["a.kernel", "b.kernel"]


@pytest.mark.parametrize(
    ("defaults", "code", "at"),
    [
        ("Dense: {use_bais: true}", "SPC0103", "use_bais"),
        ("LSTM: {use_bias: 3}", "SPC0104", "3"),
        ("LSTM: {activation: relo}", "SPC0106", "relo"),
        ("Dens: {use_bias: true}", "SPC0202", "Dens"),
        ("Dense: {name: a}", "SPC0107", "name"),
        ("Dense: true", "SPC0104", "true"),
    ],
)
def test_they_are_checked_once_even_when_unused(defaults, code, at):
    text = SPEC % defaults
    (found,) = sc.validate(text)
    line = text.splitlines()[found.span.line - 1]
    assert (found.code, found.span.line) == (code, 3)
    assert line[found.span.column - 1 :].startswith(at)
