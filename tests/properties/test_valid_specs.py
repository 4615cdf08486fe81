"""What validates, runs, and every result has the shape, dtype and mask that were inferred."""

import json

import numpy as np
from hypothesis import given, note
from hypothesis import strategies as st
from random_specs import Spec, arrays_for, sizes_for, specs

from spec_compiler import compile_text
from spec_compiler.ir.dim_operations import evaluate
from spec_compiler.ir.text import print_graph


def compiled(document):
    text = json.dumps(document)
    note(text)
    return compile_text(text, file="spec.json")


def storage(dtype):
    return np.dtype("float32" if dtype == "bfloat16" else dtype)


def shape_in(shape, sizes):
    """The account that the strategy kept, in numbers."""
    return tuple(
        size
        if isinstance(size, int)
        else sum(
            sizes[part] if part in sizes else eval(part, {}, dict(sizes))  # noqa: S307 - our own text
            for part in size.replace("?", "").split(" + ")
        )
        for size in shape
    )


@given(specs(), st.integers(0, 2**32 - 1))
def test_results_are_what_was_inferred(spec: Spec, seed: int):
    model = compiled(spec.document)
    rng = np.random.default_rng(seed)
    sizes = sizes_for(model.program, rng)
    results = model(arrays_for(model, rng, sizes), masks=True)
    if not isinstance(results, dict):
        results = {next(iter(model.outputs)): results}
    for name, value in model.program.graph.outputs.items():
        assert results[name].shape == tuple(evaluate(size, sizes) for size in value.shape), name
        assert results[name].dtype == storage(value.dtype), name
    for name, expected in spec.outputs.items():
        port = model.outputs[name]
        assert port.type.dtype == expected.dtype, name
        assert results[name].shape == shape_in(expected.shape, sizes), name
        if expected.mask is None:
            assert port.mask is None, name
        else:
            assert results[f"{name}.mask"].shape == shape_in(expected.mask, sizes), name
            assert results[f"{name}.mask"].dtype == bool


def sayable(shape):
    """A shape as an author may claim it: a size without a name is null."""
    return [
        size if isinstance(size, int) else None if "?" in str(size) else str(size) for size in shape
    ]


@given(specs())
def test_claims_that_are_true_are_proved(spec: Spec):
    model = compiled(spec.document)
    document = json.loads(json.dumps(spec.document))
    results = {name: step.results for name, step in model.program.steps.items()}
    for layer in document["layers"]:
        if "use" in layer:
            continue
        signal = next(iter(results[layer["name"]].values()))
        mask = "none" if signal.mask is None else sayable(signal.mask.value.shape)
        layer["expect"] = {"dtype": signal.dtype, "shape": sayable(signal.shape), "mask": mask}
        ports = model.program.steps[layer["name"]].call.feeds.inputs
        if "reuse" in layer or any(port.source not in results for port in ports):
            continue
        taken = [results[port.source][port.output or ""].value for port in ports]
        layer["input_spec"] = [
            {
                "dtype": value.dtype,
                "shape": sayable(value.shape),
                "ndim": len(value.shape),
                "axes": {str(i): n for i, n in enumerate(value.shape) if isinstance(n, int)},
            }
            for value in taken
        ]
    again = compiled(document)
    assert print_graph(again.program.graph) == print_graph(model.program.graph)
    assert again.program.graph.checks == model.program.graph.checks


@given(specs())
def test_a_mask_lies_over_the_first_axes(spec: Spec):
    for step in compiled(spec.document).program.steps.values():
        for signal in step.results.values():
            if signal.mask is not None:
                mask = signal.mask.value.shape
                assert mask == signal.shape[: len(mask)], step.name
