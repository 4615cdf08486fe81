"""What each layer says of itself is true: types, refusals, numbers, masks; and arrays are so."""

import copy
import itertools

import numpy as np
import pytest
from formulas import Formulas

from spec_compiler.compile import program_of_text
from spec_compiler.diagnostics import SpecError
from spec_compiler.ir.dim_operations import evaluate as size_of
from spec_compiler.ir.evaluate import evaluate
from spec_compiler.layers import LAYERS
from spec_compiler.layers.base.inert import Inert
from spec_compiler.layers.base.layer import Layer
from spec_compiler.layers.choices.initializers.constant import Ones, Zeros
from spec_compiler.reference.example_spec import example_spec, mask_of
from spec_compiler.reference.layer_page import field_names
from spec_compiler.runtime.random_inputs import random_inputs, random_sizes
from spec_compiler.weights.initialise import initialise
from spec_compiler.writing.yaml_text import to_yaml

EXAMPLES = [
    pytest.param(cls, example, id=f"{name}-{index}")
    for name, cls in LAYERS.items()
    for index, example in enumerate(cls.examples)
]
GIVEN = [item for item in EXAMPLES if not item.values[1].refuses]
REFUSED = [item for item in EXAMPLES if item.values[1].refuses]
FOR_TRAINING = ("initializer", "regularizer", "constraint")
SAME_NUMBERS = {
    "dropout", "recurrent_dropout", "seed",  # what training drops
    "momentum", "synchronized",  # how training takes statistics
    "power_iterations",  # how training normalises
    "unit_forget_bias",  # a first value
    "unroll", "flash_attention", "stateful", "fill_mode", "antialias",  # for Keras's sake
}  # fmt: skip
MAKE_ANY = (Zeros, Ones)
"""Initializers that no weight is refused by; what a layer begins with these need not be said."""


def compiled(cls, example):
    return program_of_text(to_yaml(example_spec(cls, example)), "example.yaml")


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
def test_what_is_said_of_a_weight_is_blamed_on_an_argument(cls, example):
    program = compiled(cls, example)
    (step,) = program.steps.values()
    said = [made.training for made in program.weights.values()]
    refused = [training for training in said if type(training.initializer) not in MAKE_ANY]
    assert {training.key("initializer") for training in refused} <= {
        *arguments_of(step.settings.layer)
    }


def arguments_of(layer):
    """The arguments of a layer, and of those inside of it."""
    for name in type(layer).model_fields:
        value = getattr(layer, name)
        yield name
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Layer):
                yield from arguments_of(inner)


@pytest.mark.parametrize(
    ("cls", "field"),
    [
        pytest.param(cls, field, id=f"{name}-{field}")
        for name, cls in LAYERS.items()
        for field in sorted(field_names(cls))
        if field.endswith("activation")
    ],
)
def test_an_axis_that_an_activation_lacks_is_blamed_where_it_is_written(cls, field):
    example = next(example for example in cls.examples if example.gives)
    document = example_spec(cls, example)
    document["layers"][0][field] = {"type": "softmax", "axis": 7}
    text = to_yaml(document)
    with pytest.raises(SpecError) as refused:
        program_of_text(text, "example.yaml")
    (finding,) = refused.value.diagnostics.errors
    line = text.splitlines()[finding.span.line - 1]
    assert finding.code == "SPC0310"
    assert line[finding.span.column - 1 : finding.span.end_column - 1] == "7"


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_arrays_have_the_inferred_types(cls, example):
    program = compiled(cls, example)
    sizes = random_sizes(program, {})
    inputs = random_inputs(program, sizes)
    assert all(check.holds(sizes) for check in program.graph.checks)
    weights = initialise(program.weights, 0)
    results = evaluate(program.graph, inputs, weights, sizes)
    assert set(results) == set(program.graph.outputs)
    for name, value in program.graph.outputs.items():
        array = np.asarray(results[name])
        assert array.dtype == value.dtype
        assert array.shape == tuple(size_of(size, sizes) for size in value.shape)


def opened(document):
    """The document with each size of an input that can be left open as a name, 0 allowed."""
    document = copy.deepcopy(document)
    dims = document.setdefault("dims", {})
    for name in dims:
        dims[name] = {"min": 0}
    for name, entry in document["inputs"].items():
        shape = entry.get("shape", entry.get("batch_shape"))
        for axis, size in enumerate(shape):
            if not isinstance(size, str):
                open_name = f"{name}{axis}"
                shape[axis], dims[open_name] = open_name, {"min": 0}
                try:
                    program_of_text(to_yaml(document), "example.yaml")
                except SpecError:  # the layer must know this one, or it is fixed by another
                    shape[axis] = size
                    del dims[open_name]
    return document


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_an_axis_may_be_empty_unless_a_check_says_no(cls, example):
    program = program_of_text(to_yaml(opened(example_spec(cls, example))), "example.yaml")
    weights = initialise(program.weights, 0)
    named = [name for name in program.named_sizes if name != "batch"]
    for small in itertools.product((0, 1), repeat=len(named)):
        try:
            sizes = random_sizes(program, dict(zip(named, small, strict=True)))
        except SpecError:
            continue
        if all(check.holds(sizes) for check in program.graph.checks):
            results = evaluate(program.graph, random_inputs(program, sizes), weights, sizes)
            for name, value in program.graph.outputs.items():
                assert results[name].shape == tuple(size_of(size, sizes) for size in value.shape)


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_every_accepted_example_states_its_numbers(cls, example):
    """A layer whose `lower` computes something else of the right type must not pass."""
    gives = listed(example.gives)
    assert len(listed(example.equals)) == len(gives)
    assert bool(example.keeps) == any(text.endswith("mask") for text in gives)


def kin(cls):
    """The layers that are lowered by the same function: of other ranks, say."""
    return [name for name, other in LAYERS.items() if other.lower is cls.lower]


@pytest.mark.parametrize("name", LAYERS)
def test_every_argument_with_an_effect_on_numbers_stands_in_an_example(name):
    cls = LAYERS[name]
    if issubclass(cls, Inert):  # none has one
        return
    shown = (example for other in kin(cls) for example in LAYERS[other].examples)
    used = (example for example in shown if example.gives)
    stated = {key for example in used for key in example.settings}
    arguments = field_names(cls) - field_names(Layer) - {"type"} - SAME_NUMBERS
    assert {key for key in arguments - stated if not key.endswith(FOR_TRAINING)} == set()


@pytest.mark.parametrize(("cls", "example"), GIVEN)
def test_numbers_are_as_said(cls, example):
    """In float64, so that nothing but an error is far from the formula."""
    document = {**example_spec(cls, example), "dtype": "float64"}
    program = program_of_text(to_yaml(document), "example.yaml")
    rng = np.random.default_rng(0)
    sizes = random_sizes(program, {"batch": 40} if "batch" in program.named_sizes else {})
    signs = cls not in {LAYERS["Embedding"], LAYERS["CategoryEncoding"]}  # an index has no sign
    inputs = {
        name: telling(rng, array, signs=signs)
        for name, array in random_inputs(program, sizes).items()
    }
    weights = {
        name: (rng.standard_normal(weight.shape) / 2).astype(weight.value.dtype)
        for name, weight in program.graph.weights.items()
    }
    for name, array in weights.items():
        weights[name] = abs(array) if name.endswith("variance") else array  # it has no sign
    found = evaluate(program.graph, inputs, weights, sizes)
    (layer,) = program.steps
    own_names = {name.removeprefix(f"{layer}.").replace(".", "_"): name for name in weights}
    named = {own: weights[name] for own, name in own_names.items()}
    masks = {f"{name}.mask": array for name, array in of_their_own(inputs).items()}
    formula = Formulas(sizes, {**inputs, **masks, **named}, example.where)
    for name, text in zip(program.outputs, listed(example.equals), strict=True):
        close(found[name], formula(text))
    if example.keeps:
        (name,) = (name for name, port in program.outputs.items() if port.mask is not None)
        mask = formula(example.keeps)
        np.testing.assert_array_equal(found[f"{name}.mask"], mask)
        assert not cls.masks.makes or set(mask.flat) == {True, False}


def of_their_own(inputs):
    """The inputs that are the masks of others, by the names of these."""
    return {name: inputs[mask_of(name)] for name in inputs if mask_of(name) in inputs}


def listed(texts):
    return (texts,) if isinstance(texts, str) else texts


def telling(rng, array, *, signs):
    """Data in which what a layer may tell apart occurs: signs, zeros, equal rows, no step kept."""
    if array.dtype == "bool":
        kept = rng.random(array.shape) < 0.6
        if len(array) > 2:
            kept[0], kept[1] = False, True
        return kept
    if array.dtype.kind != "f":
        return array - 3 if signs else array
    zeros = rng.random(array.shape) < 0.3
    array = np.where(zeros, rng.integers(-1, 1, array.shape), array)
    rows = rng.random(array.shape[:-1]) < 0.2
    return np.where(rows[..., None], rng.integers(-1, 1, rows.shape)[..., None], array)


def close(found, expected):
    assert found.shape == expected.shape
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-11)
