"""What each layer says of itself is true: types, masks, refusals; and arrays have these types."""

import numpy as np
import pytest

from spec_compiler.compile import compile_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.docs.example_spec import example_spec
from spec_compiler.ir.dims import evaluate as size_of
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.layers import LAYERS
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes
from spec_compiler.spec.yaml_text import to_yaml
from spec_compiler.weights.initialise import initialise

EXAMPLES = [
    pytest.param(cls, example, id=f"{name}-{index}")
    for name, cls in LAYERS.items()
    for index, example in enumerate(cls.examples)
]
GIVEN = [item for item in EXAMPLES if not item.values[1].refuses]
REFUSED = [item for item in EXAMPLES if item.values[1].refuses]


def compiled(cls, example):
    return compile_text(to_yaml(example_spec(cls, example)), "example.yaml")


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_shows_what_it_takes_and_what_it_refuses(name):
    examples = LAYERS[name].examples
    assert any(example.gives for example in examples)
    assert all(bool(example.gives) != bool(example.refuses) for example in examples)


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_types_are_inferred_as_said(cls, example):
    outputs = compiled(cls, example).outputs.values()
    found = [f"{port.type}{' mask' if port.mask else ''}" for port in outputs]
    assert found == ([example.gives] if isinstance(example.gives, str) else list(example.gives))


@pytest.mark.parametrize(("cls", "example"), REFUSED)
def test_refusals_are_as_said(cls, example):
    with pytest.raises(SpecError) as refused:
        compiled(cls, example)
    assert [item.code for item in refused.value.diagnostics.errors] == [example.refuses]


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_arrays_have_the_inferred_types(cls, example):
    program = compiled(cls, example)
    sizes = random_sizes(program, {})
    inputs = random_inputs(program, sizes)
    assert all(check.holds(sizes) for check in program.graph.checks)
    weights = initialise(program.graph.weights, 0)
    results = evaluate(program.graph, inputs, weights, sizes)
    assert set(results) == set(program.graph.outputs)
    for name, value in program.graph.outputs.items():
        array = np.asarray(results[name])
        assert array.dtype == value.dtype
        assert array.shape == tuple(size_of(size, sizes) for size in value.shape)
